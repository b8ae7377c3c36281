"""The sets that are questions with options: MedQA, MedMCQA, MMLU, PubMedQA."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from support.benchmark_rows import SECRET, check, tells_no_secret, write_lines

from bedside.core.errors import SettingsError
from bedside.evals.benchmarks import medmcqa, medqa, mmlu, pubmedqa

MEDQA = {
    "question": "A man coughs. He smokes. What is the most likely diagnosis?",
    "answer": SECRET,
    "options": {"A": "Asthma", "B": "Lung cancer", "C": "Croup", "D": "Flu"},
    "meta_info": "step1",
    "answer_idx": "B",
}
MEDMCQA = {
    "id": "x1", "question": "Vitamin C?", "opa": "Scurvy", "opb": "Gout", "opc": "Rickets", "opd": "Mumps", "cop": 1,
    "exp": SECRET, "subject_name": "Medicine", "choice_type": "single",
}  # fmt: skip


def test_medqa_has_its_vignette_as_context(tmp_path: Path) -> None:
    rows = medqa.load(write_lines(tmp_path / "medqa_test.jsonl", [MEDQA, MEDQA | {"answer_idx": ""}], cut=True))
    check(rows, faults=2)
    assert rows[0].case.context == "A man coughs. He smokes."
    assert rows[0].case.question == "What is the most likely diagnosis?"
    assert rows[0].gold.option == "B"
    assert tells_no_secret(rows)


def test_medmcqa_counts_its_right_answer_from_one(tmp_path: Path) -> None:
    path = write_lines(
        tmp_path / "dev.json", [MEDMCQA, MEDMCQA | {"id": "x2", "cop": 4}, MEDMCQA | {"id": "x3", "cop": -1}]
    )
    rows = medmcqa.load(path)
    check(rows, faults=1)
    assert [r.gold.option for r in rows] == ["A", "D", ""]
    assert tells_no_secret(rows)


def test_mmlu_takes_one_of_each_subject_in_turn(tmp_path: Path) -> None:
    (tmp_path / "anatomy_test.csv").write_text("Q1?,a,b,c,d,B\nQ2?,a,b,c,d,A\n", encoding="utf-8")
    (tmp_path / "college_medicine_test.csv").write_text('"Q3, then?",a,b,c,d,D\nQ4?,a\n', encoding="utf-8")
    (tmp_path / "astronomy_test.csv").write_text("Q5?,a,b,c,d,A\n", encoding="utf-8")
    rows = mmlu.load(tmp_path)
    check(rows, faults=1)
    assert [r.case.question for r in rows] == ["Q1?", "Q3, then?", "Q2?", "Q4?"]
    assert [r.gold.option for r in rows[:3]] == ["B", "D", "A"]
    assert len(mmlu.load(tmp_path / "astronomy_test.csv")) == 1


def test_pubmedqa_is_asked_with_and_without_its_abstract_and_never_with_its_conclusion(tmp_path: Path) -> None:
    item = {"QUESTION": "Does rest help gout?", "CONTEXTS": ["Rest and gout.", "A trial."], "LONG_ANSWER": SECRET}
    content = {
        "11": item | {"final_decision": "maybe"},
        "12": item | {"final_decision": "no"},
        "13": item | {"final_decision": "perhaps"},
    }
    path = tmp_path / "ori_pqal.json"
    path.write_text(json.dumps(content), encoding="utf-8")
    rows, without = pubmedqa.load(path), pubmedqa.load_without(path)
    check(rows, faults=1)
    check(without, faults=1)
    assert [r.gold.option for r in rows[:2]] == ["C", "B"]
    assert [o.text for o in rows[0].case.options] == ["yes", "no", "maybe"]
    assert rows[0].case.context == "Rest and gout.\nA trial."
    assert without[0].case.context == ""
    assert tells_no_secret([*rows, *without])
    (tmp_path / "test_ground_truth.json").write_text('{"12": "no"}', encoding="utf-8")
    assert [r.case.id for r in pubmedqa.load(tmp_path)] == ["12"]
    (tmp_path / "test_ground_truth.json").write_text('{"12": ', encoding="utf-8")
    with pytest.raises(SettingsError):
        pubmedqa.load(tmp_path)
