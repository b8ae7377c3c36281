from __future__ import annotations

import subprocess
import sys

import numpy as np

from bedside.evals.bench.memory import peak_memory

_PRINTED = "from bedside.evals.bench.memory import peak_memory; print(peak_memory())"


def test_a_small_program_started_by_a_large_one_is_small() -> None:
    held = np.ones(10**8)
    assert peak_memory() > held.nbytes / 1e9
    found = subprocess.run([sys.executable, "-c", _PRINTED], check=True, capture_output=True, text=True)
    assert 0.005 < float(found.stdout) < 0.5
    assert held.sum() == held.size
