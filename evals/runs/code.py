"""Which code a run was had with, so that dialogues of before and after a change are not taken for one run's."""

from __future__ import annotations

import hashlib
from functools import lru_cache
from pathlib import Path

import bedside

_PARTS = ("agent", "core", "evals", "knowledge", "retrieval", "tools")
_KINDS = (".py", ".yaml")


@lru_cache(maxsize=1)
def code_digest() -> str:
    """A hash of Bedside's own modules and tables, wherever they are installed."""
    root = Path(bedside.__file__).parent
    digest = hashlib.sha256()
    for part in _PARTS:
        folder = (root / part).resolve()
        for path in sorted(p for p in folder.rglob("*") if p.suffix in _KINDS):
            digest.update(f"{part}/{path.relative_to(folder).as_posix()}\n".encode())
            digest.update(path.read_bytes())
    return digest.hexdigest()[:12]
