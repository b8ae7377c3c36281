"""Where the real, openly licensed data lies; tests that need it are skipped where it is not."""

from __future__ import annotations

import os
from pathlib import Path

import pytest


def data_folder() -> Path:
    """The data folder: ``BEDSIDE_DATA``, else ``../shared/data`` beside the repository; skips the test without it."""
    named = os.environ.get("BEDSIDE_DATA")
    place = Path(named) if named else Path(__file__).resolve().parents[3] / "shared" / "data"
    if not place.is_dir():
        pytest.skip("real data is not here: set BEDSIDE_DATA or put it in ../shared/data")
    return place
