from __future__ import annotations

from pathlib import Path

from support.benchmark_rows import SECRET, check, tells_no_secret, write_lines

from bedside.evals.benchmarks.mediq import load

RAW = {
    "id": 7,
    "question": "Which drug was given?",
    "context": ["A 21-year-old man has a fever.", "His knee is swollen."],
    "options": {"A": "Gentamicin", "B": "Ceftriaxone"},
    "answer": SECRET,
    "answer_idx": "B",
    "explanation": SECRET,
    "facts": ["1. Patient is a 21-year-old man.", "2. Patient has a fever.", "10. The knee is swollen."],
}


def test_the_doctor_starts_from_the_first_sentence_and_asks_for_the_facts(tmp_path: Path) -> None:
    rows = load(write_lines(tmp_path / "dev.jsonl", [RAW, RAW | {"context": "A woman coughs. She smokes.", "id": 8}]))
    check(rows)
    case = rows[0].case
    assert case.context == "A 21-year-old man has a fever."
    assert [f.text for f in case.facts] == [
        "Patient is a 21-year-old man.",
        "Patient has a fever.",
        "The knee is swollen.",
    ]
    assert rows[0].gold.option == "B"
    assert rows[1].case.context == "A woman coughs."
    assert tells_no_secret(rows)


def test_broken_rows_stay(tmp_path: Path) -> None:
    bad = [RAW, RAW | {"id": 2, "facts": []}, RAW | {"id": 3, "answer_idx": "E"}, {"id": 4}]
    rows = load(write_lines(tmp_path / "dev.jsonl", bad, cut=True))
    check(rows, faults=4)
    assert [r.fault for r in rows][1:3] == ["no facts", "the right answer 'E' is no option"]
