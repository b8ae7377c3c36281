from __future__ import annotations

import pytest
from support.weights import settings_with

from bedside.agent.models.core import embedded_file
from bedside.evals.bench.weights_order import apart


@pytest.mark.model
@pytest.mark.parametrize("as_stored", [True, False])
def test_each_order_is_measured_in_a_process_of_its_own(as_stored: bool) -> None:
    speed = apart(embedded_file(settings_with("qwen2.5-coder-1.5b-instruct")), as_stored, 1)
    assert min(speed.read, speed.written, speed.first) > 0
    assert speed.memory > 0.5
