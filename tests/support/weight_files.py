"""Registered weights in tests: the real ones, or a file made in a test, whose sha256 the registry then asks for."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

import pytest

from bedside.core.errors import BedsideError
from bedside.core.settings import Settings
from bedside.core.weights import rows, weight_path
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


def with_weights(whose: str, *names: str, **more: Any) -> Settings:
    """Offline settings for a tool that needs those weights; the test is skipped where they are not in the cache.

    Args:
        whose: in the reason to skip: "deepbet's".
        names: of the weights.
        more: other settings.
    """
    settings = Settings(offline=True, **more)
    try:
        for name in names:
            weight_path(name, settings)
    except BedsideError as error:
        pytest.skip(f"{whose} weights are not here (run `bedside doctor`): {error.what}")
    return settings
