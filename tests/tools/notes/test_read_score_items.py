"""What only a score asks for is read from a note, with its span and its status, and is no finding of the note."""

from __future__ import annotations

import pytest

from bedside.core.case import Fact, FactStatus
from bedside.knowledge.drugs import generic, is_class
from bedside.knowledge.terms import findings, score_inputs
from bedside.tools.notes.read import read_note
from bedside.tools.notes.schema import NoteReading


def reading(text: str) -> NoteReading:
    return read_note(text, "n", items=True)


def item(text: str, name: str) -> Fact | None:
    found = [f for f in reading(text).items if f.name == name]
    return found[-1] if found else None


@pytest.mark.parametrize(
    ("text", "name", "status"),
    [
        ("Calf tenderness on the left.", "vein_tenderness", "present"),
        ("There was no calf tenderness.", "vein_tenderness", "absent"),
        ("His INR has been labile.", "labile_inr", "present"),
        ("A fluctuating international normalized ratio was noted.", "labile_inr", "present"),
        ("His INR has remained stable.", "labile_inr", "absent"),
        ("He takes clopidogrel 75 mg daily.", "bleeding_drugs", "present"),
        ("Poorly controlled hypertension.", "uncontrolled_hypertension", "present"),
        ("BP 185/95.", "uncontrolled_hypertension", "present"),
        ("BP 135/85.", "uncontrolled_hypertension", None),
        ("No cough.", "no_cough", "present"),
        ("He has a cough.", "no_cough", "absent"),
        ("Sore throat.", "no_cough", None),
        ("Tonsils are enlarged with exudate.", "tonsil_exudate", "present"),
        ("Tender anterior cervical lymph nodes.", "cervical_nodes", "present"),
        ("Temperature 38.4 C.", "fever_24_hours", "present"),
        ("History of DVT.", "previous_dvt", "present"),
        ("No history of DVT.", "previous_dvt", "absent"),
        ("Swelling, query DVT.", "previous_dvt", None),
        ("He lives in a nursing home.", "nursing_home", "present"),
        ("Her mother had a DVT.", "family_thrombosis", "present"),
        ("She had a DVT.", "family_thrombosis", None),
        ("No family history of thrombosis.", "family_thrombosis", "absent"),
        ("Notably, he is negative for HIV/AIDS.", "aids", "absent"),
        ("He had an operation 2 weeks ago.", "surgery_or_trauma_4_weeks", "present"),
        ("He had an operation 2 years ago.", "surgery_or_trauma_4_weeks", None),
        ("On continuous veno-venous hemodialysis.", "haemofiltration", "present"),
        ("He has not undergone continuous veno-venous hemodialysis.", "haemofiltration", "absent"),
        ("Denies stroke, fever or chills, inflammatory bowel disease, or malignancy.", "inflammatory_bowel_disease",
         "absent"),
    ],
)  # fmt: skip
def test_an_item_has_the_status_that_its_words_give(text: str, name: str, status: str | None) -> None:
    found = item(text, name)
    assert (found.status.value if found else None) == status
    assert found is None or text[found.span.start : found.span.end] == found.span.text


@pytest.mark.parametrize(
    ("text", "name", "word"),
    [
        ("There was tense ascites.", "ascites_grade", "moderate"),
        ("There was mild ascites.", "ascites_grade", "slight"),
        ("Ascites was present.", "ascites_grade", "slight"),
        ("There was no ascites.", "ascites_grade", "absent"),
        ("No oedema.", "ascites_grade", None),
        ("Suggestive of grade 3-4 hepatic encephalopathy.", "encephalopathy", "grade 3-4"),
        ("He may have grade 3 hepatic encephalopathy.", "encephalopathy", None),
        ("Ascites mild, no encephalopathy.", "encephalopathy", "absent"),
        ("Ascites mild, no encephalopathy.", "ascites_grade", "slight"),
        ("No signs of encephalopathy.", "encephalopathy", "absent"),
        ("She opens her eyes to painful stimuli.", "eye_response", "to pain"),
        ("She was opening her eyes spontaneously.", "eye_response", "spontaneous"),
        ("Groans without intelligible speech.", "verbal_response", "sounds"),
        ("He localized to pain.", "motor_response", "localises"),
        ("Withdraws in response to pain.", "motor_response", "withdrawal"),
        ("Diabetes, diet-controlled.", "diabetes_severity", "none or diet-controlled"),
        ("Diabetes with no signs of end-organ damage.", "diabetes_severity", "uncomplicated"),
        ("Diabetic nephropathy.", "diabetes_severity", "end-organ damage"),
        ("Prostate cancer, in treatment.", "solid_tumour", "localised"),
        ("Metastatic breast cancer.", "solid_tumour", "metastatic"),
        ("An African-American man.", "race", "black"),
        ("He is on bed rest.", "mobility", "on bed rest"),
        ("ECG was normal.", "heart_ecg", "normal"),
        ("Initial troponin was negative.", "troponin_level", "normal limit or less"),
    ],
)  # fmt: skip
def test_a_grade_is_read_as_one_of_its_words(text: str, name: str, word: str | None) -> None:
    found = item(text, name)
    assert (found.value if found else None) == word


def test_an_item_is_no_finding_of_the_note_and_is_read_only_where_it_is_asked_for() -> None:
    text = "No cough. Calf tenderness. Takes aspirin 75 mg daily. LMP 2024-03-02."
    plain = read_note(text, "n")
    assert plain.items == ()
    assert not {f.name for f in plain.facts} & set(score_inputs())
    assert reading(text).facts == plain.facts


def test_what_a_note_does_not_mention_gives_no_item() -> None:
    assert reading("A 54-year-old man with chest pain.").items == ()


def test_what_an_item_is_read_from_exists() -> None:
    known = {**score_inputs(), **findings()}
    for row in score_inputs().values():
        named = (*row.shown_by, *row.opposite_of, *([row.beside] if row.beside else []))
        assert all(name in known for name in named), row.name
        assert row.from_number is None or known[row.from_number[0]].kind == "quantity", row.name
        assert all(is_class(drug) or generic(drug) for drug in row.drugs), row.name
        assert {*row.grades, *filter(None, (row.plain, row.denied))} <= set(row.options), row.name
        assert row.cues or not (row.grades or row.patterns), row.name
        assert all(cue == cue.lower() for cue in row.cues), row.name
        assert not row.stands_for or findings()[row.stands_for].kind == row.kind, row.name


def test_a_derived_item_keeps_the_span_it_follows_from() -> None:
    found = item("Creatinine 310 umol/L.", "abnormal_renal_function")
    assert found is not None and found.span.text == "Creatinine 310 umol/L"
    assert found.status is FactStatus.PRESENT


def test_a_finding_in_further_words_is_given_to_scores_alone() -> None:
    read = reading("He has heart failure with preserved ejection fraction and a history of cerebral embolism.")
    assert {"heart_failure", "stroke_tia"} <= {f.name for f in read.items if f.status is FactStatus.PRESENT}
    assert not {"heart_failure", "stroke_tia"} & {f.name for f in read.facts}
    assert "heart_failure" not in {f.name for f in reading("No heart failure.").items}


@pytest.mark.parametrize(
    ("text", "there"),
    [
        ("Laparotomy 4 weeks prior.", True),
        ("Ten days after hip surgery he is breathless.", True),
        ("She recently underwent hysterectomy.", True),
        ("Hysterectomy 3 years prior.", False),
        ("Hysterectomy in her forties.", False),
    ],
)
def test_an_operation_counts_only_with_a_recent_time(text: str, there: bool) -> None:
    found = item(text, "surgery_12_weeks")
    assert (found is not None) == there


def test_drugs_that_are_not_taken_are_denied_to_the_end_of_their_list() -> None:
    text = "He does not regularly take aspirin, NSAIDs, or clopidogrel."
    said = {f.status for f in reading(text).items if f.name == "bleeding_drugs"}
    assert said == {FactStatus.ABSENT}
