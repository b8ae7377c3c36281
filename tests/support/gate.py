"""Settings with which the gate can look at pictures."""

from __future__ import annotations

import pytest

from bedside.core.settings import Settings
from bedside.core.weights import weight_status
from bedside.tools.similar.efficientnet import WEIGHT


def with_trunk() -> Settings:
    """Settings whose cache has what the gate looks with; skips the test with a reason where it has not."""
    settings = Settings(offline=True)
    if weight_status(WEIGHT, settings).state != "ready":
        pytest.skip(f"the weight {WEIGHT} is not in the cache; `bedside doctor` says how to get it")
    return settings
