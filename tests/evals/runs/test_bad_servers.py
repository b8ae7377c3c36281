from __future__ import annotations

import time
from pathlib import Path

import pytest
from support.bad_server import BadServer
from support.told_cases import small_row

from bedside.core.settings import CoreModelSettings, Settings
from bedside.evals.benchmarks.registry import Benchmark
from bedside.evals.reports.compared import compare
from bedside.evals.reports.page import page
from bedside.evals.reports.sides import side_of
from bedside.evals.runs.how import How
from bedside.evals.runs.kept import runs_to_show
from bedside.evals.runs.setup import Setup
from bedside.evals.scoring.marks import FAILED, FIRST
from bedside.evals.tasks.dialogues import run_setups

TURNS, CASES = 2, 6


@pytest.mark.parametrize(
    ("habit", "code", "gone"),
    [
        ("silent", "BED-MODEL-003", True),
        ("drips", "BED-MODEL-003", True),
        ("busy", "BED-MODEL-001", True),
        ("html", "BED-MODEL-004", False),
        ("cut", "BED-MODEL-001", True),
        ("empty", "BED-MODEL-004", False),
        ("prose", "BED-MODEL-002", False),
    ],
)
@pytest.mark.parametrize("at_once", [1, 3])
def test_a_bad_server_ends_as_failed_dialogues_with_its_code_in_bounded_time(
    tmp_path: Path, habit: str, code: str, gone: bool, at_once: int
) -> None:
    rows = [small_row(n) for n in range(CASES)]
    model = CoreModelSettings(backend="openai", base_url="http://127.0.0.1:9/v1", name="m", timeout=0.5)
    settings = Settings(output=tmp_path, model=model)
    began = time.monotonic()
    with BadServer(habit) as server:
        setup = Setup(doctor=f"{server.address}#m", turns=TURNS)
        benchmark = Benchmark("bad", "bad servers", "", lambda path: rows, TURNS)
        report = run_setups(benchmark, settings, tmp_path, None, (setup,), How(at_once=at_once))
        asked = server.asked
    assert time.monotonic() - began < 60
    assert asked <= CASES * (TURNS + 2) * 2
    scores = {s.metric: s.estimate for s in report.scores}
    assert (scores[FAILED].value, scores[FAILED].n) == (1.0, CASES)
    assert (scores[FIRST].value, scores[FIRST].n) == (0.0, CASES)
    assert sum(code in note for note in report.notes) >= 3
    if gone:
        assert any("BED-EVAL-034" in note for note in report.notes)
        assert asked <= (3 + at_once) * 2
    else:
        shown = runs_to_show(["bad"], tmp_path)
        assert compare([side_of(run) for run in shown]).scores[0].estimate.n == CASES
        assert page(shown).count(code) >= CASES
