"""What a part of the imaging evaluation is, and how parts are found: each module beside this one that has a PART."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from bedside.core.settings import Settings
from bedside.evals.registry import Score


@dataclass(frozen=True)
class Part:
    """One expert, measured.

    Attributes:
        name: of the expert; what ``--only`` takes.
        needs: its data, as a user reads it: the folder below the data folder, and where it is published.
        run: on (settings, data folder, limit or None): its scores beside those of its baselines, and notes on what was
            scored. Raises SettingsError ``BED-EVAL-005`` where its data is not in the folder.
    """

    name: str
    needs: str
    run: Callable[[Settings, Path, int | None], tuple[list[Score], list[str]]]


@lru_cache(maxsize=1)
def parts() -> tuple[Part, ...]:
    """Every part, by name."""
    package = importlib.import_module("bedside.evals.imaging")
    modules = [importlib.import_module(f"{package.__name__}.{m.name}") for m in pkgutil.iter_modules(package.__path__)]
    found = [module.PART for module in modules if hasattr(module, "PART")]
    return tuple(sorted(found, key=lambda part: part.name))
