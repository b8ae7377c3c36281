"""Thousands of damaged files: each is read or refused with a code, quickly and in little memory.

2,000 of each kind run with the tests; ``BEDSIDE_MUTANTS=20000`` runs that many.
"""

from __future__ import annotations

import os
import sys
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from support.mutants import mutants

from bedside.core.errors import ImageReadError
from bedside.tools.imaging.decoding import Decoders

EACH = int(os.environ.get("BEDSIDE_MUTANTS", "2000"))
SEED = 4
LIMIT = 20_000_000
MOST_SECONDS, MOST_BYTES = 1.0, 1e9
NEEDLESS = {"BED-FILE-001", "BED-FILE-002"}


@pytest.fixture
def pool() -> Iterator[Decoders]:
    made = Decoders()
    yield made
    made.close()


class Watch:
    """Processor time and peak memory of the decoder that is idle now, from /proc; nothing on other systems."""

    def __init__(self) -> None:
        self.pid, self.spent = 0, 0.0
        self.slowest, self.peak = 0.0, 0

    def look(self, pids: tuple[int, ...]) -> None:
        if sys.platform != "linux" or not pids:
            return
        fields = Path(f"/proc/{pids[0]}/stat").read_text().rpartition(")")[2].split()
        spent = (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
        if pids[0] == self.pid:  # the first file of a process also pays for its start
            self.slowest = max(self.slowest, spent - self.spent)
        self.pid, self.spent = pids[0], spent
        status = Path(f"/proc/{pids[0]}/status").read_text()
        self.peak = max(self.peak, int(status.partition("VmHWM:")[2].split()[0]) * 1000)


@pytest.mark.parametrize("kind", ["dcm", "nii", "png"])
def test_a_mutant_is_read_or_refused_and_nothing_else(kind: str, tmp_path: Path, pool: Decoders) -> None:
    outcomes: Counter[str] = Counter()
    watch, walls = Watch(), []
    path = tmp_path / f"mutant.{kind}"
    for number, data in enumerate(mutants(kind, EACH, SEED)):
        path.write_bytes(data or b"\x00")
        began = time.perf_counter()
        try:
            study = pool.read(path, "A1", LIMIT)
        except ImageReadError as error:
            assert error.code.startswith("BED-FILE-") and error.code not in NEEDLESS, number
            outcomes[error.code] += 1
        else:
            outcomes["read"] += 1
            assert np.isfinite(study.array).all(), number
            assert study.array.nbytes <= LIMIT, number
            assert all(0.001 <= step <= 100 for step in study.info.spacing or ()), number
            assert study.affine is None or abs(np.linalg.det(study.affine[:3, :3])) > 0, number
            assert study.info.kind != "volume" or min(study.info.shape) >= 2, number
        walls.append(time.perf_counter() - began)
        watch.look(pool.idle)
    print(
        f"\n{kind}: n={EACH} {dict(outcomes.most_common())}; wall median {np.median(walls) * 1e3:.1f} ms, "
        f"most {max(walls):.2f} s; processor time of one file at most {watch.slowest:.2f} s; "
        f"memory at most {watch.peak / 1e6:.0f} MB"
    )
    assert watch.slowest <= MOST_SECONDS
    assert watch.peak <= MOST_BYTES
    # Damage that stops nothing would test nothing, and so would a door that refuses all.
    assert 0.02 < outcomes["read"] / EACH < 0.9
