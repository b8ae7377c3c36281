"""Evaluations are found by name, and a report prints what was found."""

from __future__ import annotations

import pytest

from bedside.core.errors import SettingsError
from bedside.core.settings import Settings
from bedside.evals.registry import Evaluation, Report, Score, evaluations, run, to_text
from bedside.evals.runs.how import How
from bedside.evals.runs.setup import Setup
from bedside.evals.stats import proportion


def test_every_evaluation_has_a_name_and_a_purpose() -> None:
    found = evaluations()
    assert "grounded" in found
    assert all(name == e.name and e.purpose for name, e in found.items())


def test_a_name_that_is_not_there_lists_those_that_are() -> None:
    with pytest.raises(SettingsError, match="BED-EVAL-001") as error:
        run("nothing", Settings(), None, None, json=False)
    assert "grounded" in error.value.do


def test_a_report_prints_each_score_with_its_interval_and_n() -> None:
    scores = (Score(metric="recall", system="bedside", estimate=proportion(3, 4)),)
    text = to_text(Report(name="grounded", set="4 questions", scores=scores, notes=("said so",)))
    assert "recall  bedside  0.750 (0.301 to 0.954, n=4)" in text
    assert text.startswith("grounded on 4 questions") and "note: said so" in text


def test_an_evaluation_without_turns_is_given_its_setups(monkeypatch: pytest.MonkeyPatch) -> None:
    given: list[object] = []

    def answers(settings: object, data: object, limit: object, setups: object, how: object) -> Report:
        given.append((setups, how))
        return Report(name="short", set="no cases", scores=())

    monkeypatch.setitem(evaluations(), "short", Evaluation("short", "answers at once", answers, talks=0))
    run("short", Settings(), None, None, json=False, setups=(Setup(turns=0),), how=How(fresh=True))
    assert given == [((Setup(turns=0),), How(fresh=True))]
