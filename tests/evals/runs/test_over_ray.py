from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from support.told_cases import small_row

from bedside.core.errors import SettingsError
from bedside.core.settings import Settings
from bedside.evals.benchmarks.registry import Benchmark
from bedside.evals.patients.dialogue import Dialogue
from bedside.evals.runs.how import How
from bedside.evals.runs.run import Run, run_benchmark
from bedside.evals.runs.setup import Setup


def _said(run: Run) -> list[Any]:
    """Everything of the dialogues but their seconds."""

    def timeless(dialogue: Dialogue) -> Dialogue:
        turns = tuple(turn.model_copy(update={"seconds": 0.0}) for turn in dialogue.turns)
        return dialogue.model_copy(update={"turns": turns})

    return [timeless(dialogue) for dialogue in run.dialogues]


def test_over_a_local_cluster_the_dialogues_are_those_of_one_process(tmp_path: Path) -> None:
    pytest.importorskip("ray", reason="needs Ray (pip install 'bedside[ray]')")
    rows, setup = [small_row(n) for n in range(4)], Setup(turns=4)
    benchmark = Benchmark("small", "small cases", "", lambda path: rows, 4)
    here = run_benchmark(benchmark, rows, setup, Settings(output=tmp_path / "here"))
    there = run_benchmark(benchmark, rows, setup, Settings(output=tmp_path / "there"), How(at_once=2, ray="local"))
    assert _said(there) == _said(here)
    assert len((there.folder / "journal.jsonl").read_text(encoding="utf-8").splitlines()) == 4


def test_what_cannot_be_made_on_the_cluster_is_refused(tmp_path: Path) -> None:
    pytest.importorskip("ray", reason="needs Ray (pip install 'bedside[ray]')")
    rows = [small_row(1)]
    benchmark = Benchmark("small", "small cases", "", lambda path: rows, 4)
    with pytest.raises(SettingsError) as caught:
        run_benchmark(benchmark, rows, Setup(doctor="nobody"), Settings(output=tmp_path), How(ray="local"))
    assert caught.value.code == "BED-EVAL-037"
    assert "no doctor 'nobody'" in caught.value.what
