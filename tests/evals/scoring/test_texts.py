"""Written answers, notes and corrections, against figures worked by hand."""

from __future__ import annotations

import pytest

from bedside.evals.patients.case import Gold
from bedside.evals.scoring import corrections, note_findings, note_sections
from bedside.evals.scoring.corrections import correction_marks
from bedside.evals.scoring.note_findings import finding_marks
from bedside.evals.scoring.note_sections import section_marks, sections_of
from bedside.evals.scoring.rouge import longest_common, rouge_marks
from bedside.evals.scoring.text_match import EXACT, MATCH, match_marks, same_answer, shared_words, yes_or_no

EQUAL = [
    ("Yes.", "yes"),
    ("yes, there is an effusion", "Yes"),
    ("No", "no"),
    ("Absent", "no"),
    ("The answer is pneumonia.", "Pneumonia"),
    ("the left lung", "Left lung"),
    ("two", "2"),
    ("X-ray", "x ray"),
]
UNEQUAL = [
    ("no", "yes"),
    ("", "yes"),
    ("I cannot say", "no"),
    ("right lung", "left lung"),
    ("pneumonia and effusion", "pneumonia"),
    ("12", "2"),
    ("maybe", "no"),
]


@pytest.mark.parametrize(("said", "right"), EQUAL)
def test_answers_that_differ_in_form_alone_are_equal(said: str, right: str) -> None:
    assert same_answer(said, right)


@pytest.mark.parametrize(("said", "right"), UNEQUAL)
def test_other_answers_are_not(said: str, right: str) -> None:
    assert not same_answer(said, right)


def test_yes_no_and_maybe_are_read_at_the_beginning_only() -> None:
    assert [yes_or_no(t) for t in ("Yes!", "No effusion", "Maybe", "There is no effusion", "")] == [
        "yes", "no", "maybe", "", "",
    ]  # fmt: skip


def test_shared_words_are_counted_as_often_as_they_stand() -> None:
    # 2 of 3 words said are among 4: precision 2/3, recall 1/2, F1 4/7.
    assert shared_words("pain left left", "left arm pain today") == pytest.approx(4 / 7)
    assert shared_words("nothing", "else") == 0


def test_the_best_reference_counts_and_the_letter_is_stricter() -> None:
    marks = match_marks("the liver", ("kidney", "Liver"))
    assert (marks[EXACT], marks[MATCH]) == (0, 1)
    assert match_marks("", ("Liver",))[MATCH] == 0


def test_rouge_as_worked_by_hand() -> None:
    # "the cat was under the bed" for "the cat was found under the bed": 6 and 7 words, 6 shared; 5 and 6 pairs, 4
    # shared (the-cat, cat-was, under-the, the-bed); the longest common subsequence has 6 words.
    marks = rouge_marks("The cat was under the bed.", ("the cat was found under the bed",))
    assert marks == pytest.approx({"ROUGE-1": 12 / 13, "ROUGE-2": 8 / 11, "ROUGE-L": 12 / 13})
    assert rouge_marks("", ("the cat",)) == {"ROUGE-1": 0, "ROUGE-2": 0, "ROUGE-L": 0}


def test_the_longest_common_subsequence_keeps_the_order() -> None:
    assert longest_common(["police", "killed", "the", "gunman"], ["the", "gunman", "killed", "police"]) == 2


def test_findings_are_compared_with_their_negation() -> None:
    marks = finding_marks("Fever and cough. No chest pain.", ("No fever. Cough and chest pain. Diarrhoea.",))
    assert marks[note_findings.BOTH] == 1  # cough; fever and chest pain are the other way round
    assert marks[note_findings.WRITTEN] == 3
    assert marks[note_findings.REFERENCE] == 4


def test_nothing_written_has_no_finding() -> None:
    assert finding_marks("", ("Fever.",)) == {
        note_findings.WRITTEN: 0, note_findings.REFERENCE: 1, note_findings.BOTH: 0,
    }  # fmt: skip


NOTE = """CHIEF COMPLAINT

Knee pain.

PHYSICAL EXAM
- Knee: swollen.

Assessment and Plan:
Rest the knee."""


def test_sections_are_read_by_their_headings() -> None:
    assert sections_of(NOTE) == {
        "subjective": "Knee pain.",
        "objective_exam": "- Knee: swollen.",
        "assessment_and_plan": "Rest the knee.",
    }


def test_sections_that_are_missing_count() -> None:
    marks = section_marks("HPI: knee pain.\nPlan: rest.", (NOTE,))
    assert marks[note_sections.WANTED] == 3
    assert marks[note_sections.WRITTEN] == 2
    # "knee pain" is the whole section: 1; "rest" of "rest the knee": 2 * 1 / (1 + 3); the exam is missing: 0.
    assert marks[note_sections.CONTENT] == pytest.approx(1.5)
    assert section_marks("anything", ("no heading here",))[note_sections.WANTED] == 0


WRONG = Gold(texts=("Tests show Trichomonas.",), sentence=5)
RIGHT = Gold(texts=("CORRECT",), sentence=-1)
CORRECTIONS = [
    ("5 Tests show Trichomonas.", WRONG, (1, 1, 1, 1.0)),
    ("Sentence 5: Tests show Trichomonas.", WRONG, (1, 1, 1, 1.0)),
    ("4 Tests show Gonorrhoea.", WRONG, (1, 0, 1, 2 / 3)),
    ("CORRECT", WRONG, (0, 0, 1, 0)),
    ("The text looks fine to me.", WRONG, (0, 0, 1, 0)),
    ("", WRONG, (0, 0, 1, 0)),
    ("Correct.", RIGHT, (1, 0, 0, 0)),
    ("3 Something else.", RIGHT, (0, 0, 0, 0)),
    ("I do not know", RIGHT, (0, 0, 0, 0)),
]


@pytest.mark.parametrize(("said", "gold", "wanted"), CORRECTIONS)
def test_the_flag_the_sentence_and_the_correction(said: str, gold: Gold, wanted: tuple[float, ...]) -> None:
    marks = correction_marks(said, gold)
    names = (corrections.FLAG, corrections.SENTENCE, corrections.WRONG, corrections.ALIKE)
    assert tuple(marks[n] for n in names) == pytest.approx(wanted)
