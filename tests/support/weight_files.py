"""A file made in a test in place of a registered weight: the registry then asks for the sha256 of this one."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from bedside.core.settings import Settings
from bedside.core.weights import rows
from bedside.core.weights.rows import WeightFile, WeightRow, load_table


def in_place_of(monkeypatch: pytest.MonkeyPatch, cache: Path, **files: Path) -> Settings:
    """Offline settings in which each named weight is the given file.

    Args:
        monkeypatch: puts the table back afterwards.
        cache: of the settings.
        files: by the name of the weight, with _ for -.
    """
    table: dict[str, WeightRow] = dict(load_table())
    local = {}
    for key, path in files.items():
        name = key.replace("_", "-")
        content = path.read_bytes()
        file = WeightFile(path=path.name, size=len(content), sha256=hashlib.sha256(content).hexdigest())
        table[name] = table[name].model_copy(update={"files": (file,), "wheels": (), "hub": None})
        local[name] = path
    monkeypatch.setattr(rows, "load_table", lambda: table)
    return Settings(cache=cache, offline=True, weights=local)
