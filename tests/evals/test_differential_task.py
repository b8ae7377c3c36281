"""The evaluations of the differential on made-up cases with a known score, and the fitting of its damping."""

from __future__ import annotations

import json

import numpy as np
import pytest
from support.diseases import FOLDER

from bedside.core.errors import SettingsError
from bedside.core.settings import Settings
from bedside.evals import fit_differential
from bedside.evals.agentclinic import load
from bedside.evals.diagnosis_match import match, named_in
from bedside.evals.registry import run
from bedside.evals.tasks.differential import differential
from bedside.evals.tasks.nextquestion import asked_of, nextquestion, questions
from bedside.knowledge.diseases import diseases
from bedside.tools.differential.table import Table


@pytest.fixture(autouse=True)
def twelve(monkeypatch):
    monkeypatch.setattr("bedside.knowledge.diseases.FOLDER", FOLDER)


def osce(diagnosis, history, tests=None, demographics="30-year-old female"):
    return {
        "OSCE_Examination": {
            "Objective_for_Doctor": f"Find out that it is {diagnosis}.",
            "Patient_Actor": {"Demographics": demographics, "History": history, "Symptoms": {}},
            "Physical_Examination_Findings": {"Vital_Signs": {"Temperature": "37.0°C (98.6°F)"}},
            "Test_Results": tests or {},
            "Correct_Diagnosis": diagnosis,
        }
    }


CASES = [
    osce("Migraine", "The patient has a headache with photophobia. She denies neck stiffness."),
    osce("Pulmonary embolism, acute", "Pleuritic chest pain and dyspnea, with leg swelling. No fever."),
    osce("PE", "She has wheeze, dyspnea and cough, and known asthma."),
    osce("Scurvy", "Bleeding gums."),
    osce("Migraine", "Headache and photophobia.", {"Note": "Consistent with migraine."}),
]


@pytest.fixture()
def cases(tmp_path):
    path = tmp_path / "cases.jsonl"
    path.write_text("\n".join(json.dumps(c) for c in CASES), encoding="utf-8")
    return path


def test_the_share_first_counts_what_is_not_held_as_wrong(cases):
    report = differential(Settings(), cases)
    got = {(s.metric, s.system): (s.estimate.value, s.estimate.n) for s in report.scores}
    assert got["diagnosis held, all", "list"] == (0.8, 5)
    assert got["in the first 1, all", "differential"] == (0.6, 5)
    assert got["in the first 5, all", "differential"] == (0.8, 5)
    assert got["in the first 1, diagnosis named in exam or tests", "differential"] == (1.0, 1)
    assert sum(got[f"diagnosis held, {half}", "list"][1] for half in ("dev half", "other half")) == 5
    assert "not in our list: 1" in " ".join(report.notes)


def test_of_the_other_half_no_case_is_listed_and_no_diagnosis_of_either(cases):
    text = run("differential", Settings(), cases, None, True)
    other = [c.digest[:8] for c in load(cases) if not c.dev]
    assert not any(digest in text for digest in other) and "Scurvy" not in text
    assert [c.digest[:8] in text for c in load(cases) if c.dev] == [True] * sum(c.dev for c in load(cases))


def test_neither_objective_nor_diagnosis_is_part_of_the_text(cases):
    assert not any(c.diagnosis in c.text or "Find out" in c.text for c in load(cases)[:3])
    assert "Temperature: 37.0°C (98.6°F)." in load(cases)[0].text


@pytest.mark.parametrize(
    ("stated", "how", "found"),
    [
        ("Migraine", "name", "migraine"),
        ("Ectopic Pregnancy (tubal)", "name", "ectopic"),
        ("heart attack", "other name", "acute-coronary-syndrome"),
        ("Pulmonary embolism, acute", "name", "pulmonary-embolus"),
        ("Meningococcal meningitis", "", ""),
        ("Intravaginal torsion of spermatic cord", "ICD-10 category", "torsion-of-testis"),
        ("Scurvy", "", ""),
    ],
)
def test_a_stated_diagnosis_is_matched_by_the_strictest_way(stated, how, found):
    rows = diseases(FOLDER)
    got = match(stated, rows)
    assert (got.how, {rows[i].id for i in got.rows}) == (how, {found} if found else set())


def test_a_diagnosis_is_named_by_whole_words_only():
    rows = diseases(FOLDER)
    assert named_in("Shows acute pulmonary embolism.", "x y", rows[2])
    assert not named_in("Migraines ran in films.", "Migraine", None)


@pytest.mark.parametrize("text", ["", "not json", '{"a": 1}'])
def test_what_is_no_case_is_refused(tmp_path, text):
    path = tmp_path / "x.jsonl"
    path.write_text(text, encoding="utf-8")
    for name in ("differential", "nextquestion"):
        if text or name == "nextquestion":
            with pytest.raises(SettingsError, match="form"):
                run(name, Settings(), path, None, False)


FACTS = [
    "1. Patient is a 30-year-old female.", "2. Patient has a headache.", "3. Patient has photophobia.",
    "4. Patient has no fever.", "5. Patient has no cough.", "6. Patient has no rash.", "7. Patient has no dysuria.",
]  # fmt: skip


def test_questions_are_counted_until_the_first_disease_stays():
    table = Table(diseases(FOLDER))
    case = asked_of(table, {"facts": FACTS})
    assert case is not None and case.begin[table.index["headache"]] == 1
    assert case.begin[table.index["photophobia"]] == -1 and case.full[table.index["fever"]] == 0
    assert questions(table, case, lambda _, left: left[0]) == 0
    pneumonia = {
        "facts": [*FACTS[:1], "2. Has a cough.", "3. CRP is 200 mg/L.", "4. Has a fever of 39 °C.", "5. No rash."]
    }
    late = asked_of(table, pneumonia)
    assert late is not None
    last = questions(table, late, lambda _, left: max(left, key=lambda f: table.columns[f].finding.name != "crp"))
    assert (
        questions(table, late, lambda _, left: min(left, key=lambda f: table.columns[f].finding.name != "crp")) <= last
    )


def test_cases_without_answers_are_left_out_and_said(tmp_path):
    path = tmp_path / "m.jsonl"
    rows = [{"facts": FACTS}, {"facts": ["1. The sky is blue."]}]
    path.write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
    report = nextquestion(Settings(), path)
    assert report.set.startswith("1 of 2 mediQ cases")
    assert {s.system for s in report.scores} == {"information", "information for its cost", "random order"}


def test_the_fit_finds_that_findings_that_come_together_want_more_damping():
    draw = np.random.default_rng(3)
    truth = np.where(draw.random((20, 60)) < 0.3, draw.uniform(0.2, 0.95, (20, 60)), 0.0)
    best = [min(fit_differential.measured(truth, rho), key=lambda row: row[1])[0] for rho in (0.0, 0.7)]
    assert best[1] < best[0]
