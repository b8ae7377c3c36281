"""Real weights for tests marked `model`: found in the user's cache, never downloaded by a test."""

from __future__ import annotations

import pytest

from bedside.core.settings import CoreModelSettings, Settings
from bedside.core.weights import weight_status


def settings_with(name: str) -> Settings:
    """Offline settings whose core model is that weight; skips the test where the cache does not hold it."""
    settings = Settings(offline=True, model=CoreModelSettings(name=name, context=4096))
    status = weight_status(name, settings)
    if status.state != "ready":
        pytest.skip(f"the weight {name} is {status.state} in the cache; `bedside doctor` says how to get it")
    return settings
