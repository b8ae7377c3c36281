from __future__ import annotations

import json
from pathlib import Path

import pytest
from support.told_cases import small_row

from bedside.core.errors import SettingsError
from bedside.core.settings import Settings
from bedside.evals.patients.case import PatientCase
from bedside.evals.patients.contract import Reply
from bedside.evals.patients.drawn import ASTRAY, drawn_turns
from bedside.evals.patients.fact_selecting import FactSelectingPatient
from bedside.evals.tasks.patients import only_the_case, patients

CASES = {"mediq/1": small_row(1).case, "mediq/2": small_row(2).case}


class Babbles(FactSelectingPatient):
    def reply(self, case, said, question):  # type: ignore[no-untyped-def]
        return (
            Reply(text="I have a fever and three cats.") if question in ASTRAY else super().reply(case, said, question)
        )


def test_turns_are_drawn_the_same_by_the_same_seed_and_lead_astray_too() -> None:
    one, two = (list(drawn_turns(FactSelectingPatient(), CASES, (), 90, seed=3)) for _ in range(2))
    assert one == two
    assert len(one) == 90
    assert {turn.kind for turn in one} == {"finding", "of the case", "open", "by hand", "astray"}
    assert one != list(drawn_turns(FactSelectingPatient(), CASES, (), 90, seed=4))


def test_a_patient_who_says_more_than_its_case_is_caught() -> None:
    good = {s.metric: s.estimate for s in only_the_case(FactSelectingPatient(), CASES, (), 80)}
    bad = {s.metric: s.estimate for s in only_the_case(Babbles(), CASES, (), 80)}
    every, reads, astray = list(good)[:3]
    assert [good[m].value for m in (every, reads, astray)] == [1.0, 1.0, 1.0]
    assert bad[astray].value == 0.0
    assert bad[every].value == bad[reads].value == pytest.approx(1 - bad[astray].n / 80)


def test_the_evaluation_runs_on_a_folder_of_the_published_form(tmp_path: Path) -> None:
    (tmp_path / "mediq").mkdir()
    row = {
        "id": 2,
        "question": "What is it?",
        "context": ["A 30-year-old man sleeps badly."],
        "options": {"A": "Insomnia", "B": "Gout"},
        "answer_idx": "A",
        "facts": ["1. Patient is a 30-year-old man.", "2. Patient denies fever.", "3. Patient sleeps badly."],
    }
    (tmp_path / "mediq" / "rows.jsonl").write_text(json.dumps(row) + "\n")
    report = patients(Settings(), tmp_path, 20)
    shares = {s.metric: s.estimate for s in report.scores if s.system == "plain"}
    assert shares["turns of which every sentence is the case's or a fixed phrase"].value == 1.0
    assert shares["facts that read the same as said"].value == 1.0


def test_of_cases_that_tell_nothing_no_turn_is_drawn_and_no_set_is_made(tmp_path: Path) -> None:
    assert list(drawn_turns(FactSelectingPatient(), {"mediq/1": PatientCase(id="1")}, (), 10, seed=3)) == []
    (tmp_path / "mediq").mkdir()
    (tmp_path / "mediq" / "rows.jsonl").write_text('{"id": 2, "facts": []}\n')
    with pytest.raises(SettingsError) as error:
        patients(Settings(), tmp_path)
    assert error.value.code == "BED-EVAL-005"


def test_a_folder_without_either_set_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(SettingsError) as error:
        patients(Settings(), tmp_path)
    assert error.value.code == "BED-EVAL-005"
