from __future__ import annotations

from pathlib import Path

from support.benchmark_rows import check, write_lines, write_table

from bedside.evals.benchmarks import craft_md

TABLE = {
    "": "0",
    "case_vignette": "A 22-year-old man has painful lesions. He denies fever. On examination, the node is tender. "
    "A biopsy shows granulomas.",
    "choice_1": "Chancroid",
    "choice_2": "Herpes",
    "choice_3": "Syphilis",
    "choice_4": "",
    "answer": "herpes",
    "category": "Dermatology",
    "dataset": "dermatology_public",
    "case_id": "case_0",
}
MEDQA = {
    "question": "A man coughs. What is the most likely diagnosis?",
    "answer": "Croup",
    "options": {"A": "Asthma", "B": "Croup"},
    "answer_idx": "B",
}


def _conditions(path: Path) -> dict[str, list[craft_md.Row]]:
    return {
        "vignette choices": craft_md.load_vignette_choices(path),
        "vignette free": craft_md.load_vignette_free(path),
        "talk choices": craft_md.load_conversation_choices(path),
        "talk free": craft_md.load_conversation_free(path),
    }


def test_the_four_conditions_are_made_of_one_table(tmp_path: Path) -> None:
    wrong = TABLE | {"case_id": "case_1", "answer": "Measles"}
    found = _conditions(write_table(tmp_path / "usmle_and_derm_dataset.csv", [TABLE, wrong]))
    for rows in found.values():
        check(rows, faults=1)
    row = found["vignette choices"][0]
    assert [o.text for o in row.case.options] == ["Chancroid", "Herpes", "Syphilis"]
    assert row.gold.option == "B"
    assert row.case.context.startswith("A 22-year-old man")
    assert not row.case.facts
    free = found["vignette free"][0]
    assert free.case.task == "diagnose"
    assert free.gold.diagnosis == "herpes"
    assert "herpes" not in free.case.model_dump_json().lower()


def test_in_a_conversation_the_vignette_has_to_be_asked_for(tmp_path: Path) -> None:
    case = _conditions(write_table(tmp_path / "derm.csv", [TABLE]))["talk free"][0].case
    assert case.context == ""
    assert [f.text for f in case.facts][:2] == ["A 22-year-old man has painful lesions.", "He denies fever."]
    assert [(r.name, r.examined) for r in case.results] == [
        (("Physical examination",), True),
        (("Tests", "biopsy"), False),
    ]


def test_of_medqa_the_questions_for_a_diagnosis_are_taken(tmp_path: Path) -> None:
    other = MEDQA | {"question": "A man coughs. What is the next step?"}
    rows = craft_md.load_conversation_choices(write_lines(tmp_path / "medqa.jsonl", [MEDQA, other], cut=True))
    check(rows, faults=1)
    assert len(rows) == 2
    assert [f.text for f in rows[0].case.facts] == ["A man coughs."]
    assert rows[0].gold.option == "B"


def test_a_vignette_that_names_its_diagnosis_is_leaky(tmp_path: Path) -> None:
    told = TABLE | {"case_id": "case_1", "case_vignette": "A man has a rash. A test for herpes is positive."}
    rows = craft_md.load_vignette_free(write_table(tmp_path / "derm.csv", [TABLE, told]))
    assert [r.gold.leaky for r in rows] == [False, True]
