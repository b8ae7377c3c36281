from __future__ import annotations

import json
import logging
from pathlib import Path

import pytest
from support.chest_film import chest, write_picture
from support.told_cases import small_row

from bedside.core.errors import SettingsError, StorageError
from bedside.core.settings import Settings
from bedside.evals.benchmarks.agentclinic import load
from bedside.evals.benchmarks.registry import Benchmark
from bedside.evals.patients.case import THERE_IS_AN_IMAGE, Picture, Row
from bedside.evals.patients.dialogue import Dialogue
from bedside.evals.runs.journal import Journal
from bedside.evals.runs.kept import read_run
from bedside.evals.runs.run import run_benchmark
from bedside.evals.runs.setup import Setup, setups_of
from bedside.evals.scoring.marks import FAILED, FIRST, marks_of
from bedside.evals.tasks.dialogues import run_setups

CASE = {
    "OSCE_Examination": {
        "Objective_for_Doctor": "See the patient with pain in the belly.",
        "Patient_Actor": {
            "Demographics": "24-year-old man",
            "History": "The pain began around the navel. It moved to the right iliac fossa.",
            "Symptoms": {"Primary_Symptom": "Abdominal pain", "Secondary_Symptoms": ["Vomiting", "No appetite"]},
        },
        "Physical_Examination_Findings": {"Abdomen": {"Palpation": "Rebound tenderness in the right iliac fossa"}},
        "Test_Results": {"Blood_Tests": {"WBC": "15,000 /uL"}},
        "Correct_Diagnosis": "Acute appendicitis",
    }
}


@pytest.fixture
def cases(tmp_path: Path) -> Path:
    path = tmp_path / "cases.jsonl"
    without = json.loads(json.dumps(CASE))
    without["OSCE_Examination"]["Correct_Diagnosis"] = ""
    whole = json.dumps(CASE)
    path.write_text("\n".join([whole, json.dumps(without), whole[:200]]), encoding="utf-8")
    return path


def _benchmark() -> Benchmark:
    return Benchmark("small", "small cases", "", load, 8)


def test_broken_rows_stay_in_the_denominator(cases: Path, tmp_path: Path) -> None:
    report = run_setups(_benchmark(), Settings(output=tmp_path), cases, None, (Setup(turns=8),))
    scores = {s.metric: s.estimate for s in report.scores}
    assert scores[FIRST].n == 3
    assert scores[FAILED].value == pytest.approx(2 / 3)
    notes = "\n".join(report.notes)
    assert "no Correct_Diagnosis" in notes
    assert "cut off" in notes


def test_a_run_goes_on_where_it_was_killed(cases: Path, tmp_path: Path) -> None:
    rows = load(cases)
    undisturbed = run_benchmark(_benchmark(), rows, Setup(turns=8), Settings(output=tmp_path / "one"))
    begun = run_benchmark(_benchmark(), rows, Setup(turns=8), Settings(output=tmp_path / "two"))
    path = begun.folder / "journal.jsonl"
    whole = path.read_text(encoding="utf-8").splitlines(keepends=True)
    path.write_text(whole[0] + whole[1][:40], encoding="utf-8")
    resumed = run_benchmark(_benchmark(), rows, Setup(turns=8), Settings(output=tmp_path / "two"))

    def marks(dialogues: tuple[Dialogue, ...]) -> list[dict[str, float]]:
        return [
            {k: v for k, v in marks_of(r, d).items() if k != "seconds"} for r, d in zip(rows, dialogues, strict=True)
        ]

    assert marks(resumed.dialogues) == marks(undisturbed.dialogues)
    assert len(path.read_text(encoding="utf-8").splitlines()) == 3


def test_a_journal_with_a_broken_line_inside_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "journal.jsonl"
    path.write_text("{broken\n" + Dialogue(case="a", ended="failed").model_dump_json() + "\n", encoding="utf-8")
    with pytest.raises(StorageError):
        Journal(path).read()


def test_the_log_opens_as_inspect_s(cases: Path, tmp_path: Path) -> None:
    from inspect_ai.log import list_eval_logs, read_eval_log

    run = run_benchmark(_benchmark(), load(cases), Setup(turns=8), Settings(output=tmp_path))
    (info,) = list_eval_logs(str(run.folder / "logs"))
    log = read_eval_log(info)
    assert log.status == "success"
    assert log.samples is not None
    assert len(log.samples) == 3


def test_an_unknown_doctor_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SettingsError) as caught:
        run_benchmark(_benchmark(), [small_row()], Setup(doctor="nobody"), Settings(output=tmp_path))
    assert caught.value.code == "BED-EVAL-009"


def test_turns_below_zero_are_refused() -> None:
    with pytest.raises(SettingsError) as caught:
        setups_of(["bedside"], "facts", [], -1)
    assert caught.value.code == "BED-EVAL-011"


def test_a_run_leaves_the_logging_of_others_as_it_was(cases: Path, tmp_path: Path) -> None:
    root = logging.getLogger()
    before = (root.level, root.handlers[:])
    run_benchmark(_benchmark(), load(cases), Setup(turns=8), Settings(output=tmp_path))
    assert (root.level, root.handlers) == before


def test_other_contents_under_the_same_ids_are_another_run(tmp_path: Path) -> None:
    row = small_row()
    other = row._replace(gold=row.gold.model_copy(update={"diagnosis": "Gout"}))
    folders = {run_benchmark(_benchmark(), [r], Setup(turns=0), Settings(output=tmp_path)).folder for r in (row, other)}
    assert len(folders) == 2


def test_a_row_whose_picture_came_is_had_and_kept_as_it_is_now(tmp_path: Path) -> None:
    row = small_row()
    before = run_benchmark(_benchmark(), [row._replace(fault="no picture")], Setup(turns=0), Settings(output=tmp_path))
    after = run_benchmark(_benchmark(), [row], Setup(turns=0), Settings(output=tmp_path))
    assert after.folder == before.folder
    assert (before.dialogues[0].ended, after.dialogues[0].failure) == ("failed", "")
    assert read_run(after.folder).rows[0].fault == ""


def test_a_dialogue_in_which_a_picture_was_missing_is_had_again_when_it_came(tmp_path: Path) -> None:
    row = small_row()
    film = Picture(id="p1", name="the image of the patient", path=None)
    case = row.case.model_copy(update={"objective": THERE_IS_AN_IMAGE, "pictures": (film,)})
    there = film.model_copy(update={"path": write_picture(tmp_path / "film.png", chest())})
    ways = [Row(case.model_copy(update={"pictures": (one,)}), row.gold) for one in (film, there, there)]
    runs = [run_benchmark(_benchmark(), [way], Setup(turns=2), Settings(output=tmp_path)) for way in ways]
    assert len({run.folder for run in runs}) == 1
    said = [" ".join(turn.text for turn in run.dialogues[0].turns) for run in runs]
    assert ["is missing" in text for text in said] == [True, False, False]
    assert runs[1].dialogues == runs[2].dialogues


def test_what_ended_because_the_model_went_is_had_again_and_a_single_slow_answer_is_not(tmp_path: Path) -> None:
    rows = [small_row(n) for n in range(5)]
    run = run_benchmark(_benchmark(), rows, Setup(turns=0), Settings(output=tmp_path))
    gone = [d.model_copy(update={"ended": "failed", "failure": "BED-MODEL-003: too slow"}) for d in run.dialogues]
    journal = run.folder / "journal.jsonl"
    for kept, failed in ((gone[:1] + list(run.dialogues[1:]), 1), (list(run.dialogues[:2]) + gone[2:], 0)):
        journal.write_text("".join(d.model_dump_json() + "\n" for d in kept), encoding="utf-8")
        again = run_benchmark(_benchmark(), rows, Setup(turns=0), Settings(output=tmp_path))
        assert sum(d.ended == "failed" for d in again.dialogues) == failed
