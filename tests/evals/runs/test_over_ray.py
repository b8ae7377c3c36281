from __future__ import annotations

from pathlib import Path
from queue import Queue
from types import SimpleNamespace
from typing import Any

import pytest
from support.told_cases import small_row

from bedside.core.errors import SettingsError
from bedside.core.settings import Settings
from bedside.evals.benchmarks.registry import Benchmark
from bedside.evals.patients.dialogue import Dialogue
from bedside.evals.runs.how import How
from bedside.evals.runs.over_ray import _had
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


class _Lost(Exception):
    """Stands for Ray's error of an actor that is gone."""


def test_an_actor_that_is_lost_for_good_is_made_anew_for_the_cases_to_come() -> None:
    def get(dialogue: Dialogue | None, timeout: float | None = None) -> Dialogue:
        if dialogue is None:
            raise _Lost("the actor died")
        return dialogue

    def actor(answer: Dialogue | None) -> Any:
        told = SimpleNamespace(remote=lambda *case: answer)
        return SimpleNamespace(have=told, ready=told)

    killed: list[Any] = []
    errors = SimpleNamespace(RayActorError=_Lost, RayError=_Lost)
    ray = SimpleNamespace(get=get, kill=killed.append, exceptions=errors)
    case = small_row(1).case
    whole = Dialogue(case=case.id, ended="answered")
    free: Queue[Any] = Queue()
    free.put(gone := actor(None))
    unmade = _had(ray, free, lambda: actor(None), case)
    assert (unmade.ended, unmade.failure.split(":")[0]) == ("failed", "BED-EVAL-038")
    lost = _had(ray, free, lambda: actor(whole), case)
    assert (lost.ended, lost.failure.split(":")[0]) == ("failed", "BED-EVAL-038")
    assert killed == [gone, gone]
    assert _had(ray, free, lambda: actor(None), case) == whole
    assert free.qsize() == 1
