"""The sets that are answered in writing: MEDEC, ACI-Bench, MTS-Dialog."""

from __future__ import annotations

from pathlib import Path

from support.benchmark_rows import SECRET, check, tells_no_secret, write_table

from bedside.evals.benchmarks import aci_bench, medec, mts_dialog

MEDEC = {
    "Text ID": "t1",
    "Text": "A man coughs. He has measles.",
    "Sentences": "0 A man coughs.\n1 He has measles.",
    "Error Flag": "1",
    "Error Type": "diagnosis",
    "Error Sentence ID": "1",
    "Error Sentence": "He has measles.",
    "Corrected Sentence": f"He has {SECRET}.",
    "Corrected Text": SECRET,
}


def test_medec_knows_the_sentence_and_its_correction(tmp_path: Path) -> None:
    right = {"Text ID": "t2", "Error Flag": "0", "Error Sentence ID": "-1", "Corrected Sentence": "NA"}
    rows = medec.load(write_table(tmp_path / "ValidationSet.csv", [MEDEC, MEDEC | right]))
    check(rows)
    assert rows[0].gold.sentence == 1
    assert rows[0].gold.texts == (f"He has {SECRET}.",)
    assert rows[1].gold.sentence == -1
    assert rows[1].gold.texts == ("CORRECT",)
    assert rows[0].case.context == "0 A man coughs.\n1 He has measles."
    assert tells_no_secret(rows)


def test_a_medec_row_that_contradicts_itself_is_a_fault(tmp_path: Path) -> None:
    bad = [
        MEDEC | {"Error Sentence ID": "-1"},
        MEDEC | {"Text ID": "t2", "Error Sentence ID": "9"},
        MEDEC | {"Text ID": "t3", "Error Flag": "yes"},
        MEDEC | {"Text ID": "t4", "Corrected Sentence": ""},
    ]
    rows = medec.load(write_table(tmp_path / "t.csv", bad))
    check(rows, faults=4)
    assert [r.fault for r in rows][:2] == ["the flag and the sentence disagree", "there is no sentence 9"]


def test_aci_bench_gives_the_dialogue_and_keeps_the_note(tmp_path: Path) -> None:
    raw = {"dataset": "aci", "encounter_id": "D1", "dialogue": "[doctor] hi\n[patient] my knee hurts", "note": SECRET}
    for name in ("train.csv", "valid.csv"):
        write_table(tmp_path / name, [raw | {"encounter_id": name}, raw | {"note": "", "encounter_id": "D2"}])
    write_table(tmp_path / "valid_metadata.csv", [{"dataset": "aci", "encounter_id": "D1"}])
    rows = aci_bench.load(tmp_path)
    check(rows, faults=1)
    assert rows[0].case.id == "aci valid.csv"
    assert "my knee hurts" in rows[0].case.context
    assert rows[0].gold.texts == (SECRET,)
    assert tells_no_secret(rows)


def test_mts_dialog_names_the_section(tmp_path: Path) -> None:
    raw = {"ID": "0", "section_header": "GENHX", "section_text": SECRET, "dialogue": "Doctor: Hello. Patient: Hello."}
    other = {"ID": "1", "section_header": "OTHER", "section_text": SECRET}
    rows = mts_dialog.load(write_table(tmp_path / "MTS-Dialog-ValidationSet.csv", [raw, raw | other]))
    check(rows, faults=1)
    assert "history of present illness" in rows[0].case.question
    assert tells_no_secret(rows)
