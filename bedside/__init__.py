"""Bedside: a clinical assistant that shows its evidence. Research software, not a medical device."""

from __future__ import annotations

import os
from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from bedside.api import Assistant
    from bedside.core.answer import Answer
    from bedside.core.case import Case
    from bedside.core.settings import Settings

# Read by OpenMP when the first library with it loads: idle threads then sleep and leave the cores to the others that
# compute here (the core model, the embedder, the experts); spinning, two of them take twice as long.
os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")

__version__ = "0.1.0"
__all__ = ["Answer", "Assistant", "Case", "Settings", "__version__"]

_HOME = {
    "Answer": "bedside.core.answer",
    "Assistant": "bedside.api",
    "Case": "bedside.core.case",
    "Settings": "bedside.core.settings",
}


def __getattr__(name: str) -> Any:
    if name in _HOME:
        return getattr(import_module(_HOME[name]), name)
    raise AttributeError(f"module 'bedside' has no attribute {name!r}")
