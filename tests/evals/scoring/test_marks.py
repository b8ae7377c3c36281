from __future__ import annotations

from pathlib import Path

import pytest
from support.told_cases import small_row

from bedside.evals.patients.actions import Ask, Choose, Diagnose, Named, RequestTest, Write
from bedside.evals.patients.case import CaseFact, Gold, Option, PatientCase, Picture, Row, RubricItem
from bedside.evals.patients.dialogue import Dialogue, Turn
from bedside.evals.scoring import corrections
from bedside.evals.scoring.marks import ABSTAINED, FAILED, FIRST, FIVE, marks_of, marks_of_all, outcome_of
from bedside.evals.scoring.rubric import TOTAL
from bedside.evals.scoring.summary import headlines_of, scores_of, strata_of
from bedside.evals.scoring.text_match import MATCH

OPTIONS = (Option(letter="A", text="yes"), Option(letter="B", text="no"))
CHOICE = Row(PatientCase(id="q", task="choose", question="Is it?", options=OPTIONS), Gold(option="B"))


def _end(final: object, ended: str = "answered") -> Dialogue:
    return Dialogue(case="case 1", ended=ended, final=final)  # type: ignore[arg-type]


def _diagnosis(*names: str) -> Dialogue:
    return _end(Diagnose(ranked=tuple(Named(name=n, confidence=0.5) for n in names)))


def test_a_diagnosis_is_first_among_five_or_wrong() -> None:
    row = small_row()
    got = [
        marks_of(row, _diagnosis(*names)) for names in (("Appendicitis",), ("Gout", "Acute appendicitis"), ("Gout",))
    ]
    assert [(m[FIRST], m[FIVE]) for m in got] == [(1, 1), (0, 1), (0, 0)]
    sixth = marks_of(row, _diagnosis("A", "B", "C", "D", "E", "Appendicitis"))
    assert (sixth[FIRST], sixth[FIVE]) == (0, 0)


def test_what_failed_or_abstained_is_wrong_and_counted() -> None:
    failed = marks_of(small_row(), _end(None, "failed"))
    assert (failed[FIRST], failed[FAILED], failed[ABSTAINED]) == (0, 1, 0)
    assert marks_of(small_row(), _end(None, "no answer"))[FAILED] == 1


def test_an_option_is_right_or_not_and_prose_is_not() -> None:
    assert marks_of(CHOICE, _end(Choose(letter="B")))[FIRST] == 1
    assert marks_of(CHOICE, _end(Choose(letter="A")))[FIRST] == 0
    assert marks_of(CHOICE, _end(Write(text="It is B.")))[FIRST] == 0
    assert marks_of(CHOICE, _end(None, "failed"))[FIRST] == 0
    assert FIVE not in marks_of(CHOICE, _end(Choose(letter="B")))


def test_a_text_is_marked_as_what_its_right_answer_is() -> None:
    case = PatientCase(id="w", task="write", question="Write.")
    short = marks_of(Row(case, Gold(texts=("yes",))), _end(Write(text="Yes.")))
    assert short[MATCH] == 1
    assert FIRST not in short
    medec = marks_of(Row(case, Gold(texts=("CORRECT",), sentence=-1)), _end(Write(text="CORRECT")))
    assert medec[corrections.FLAG] == 1
    rubric = Row(case, Gold(rubric=(RubricItem(id="1", text="Is kind"),)))
    assert TOTAL not in marks_of(rubric, _end(Write(text="Dear patient")))


def test_the_outcome_has_the_same_names_whatever_the_task() -> None:
    broken = Row(PatientCase(id="x"), Gold(), "no question")
    film = Picture(id="p1", name="image 1", path=Path("film.png"), given=True)
    shown = Row(small_row().case.model_copy(update={"pictures": (film,)}), Gold(diagnosis="Gout"))
    rows = (small_row(), CHOICE, broken, shown)
    assert len({tuple(outcome_of(row, _end(None, "failed"))) for row in rows}) == 1


def test_of_pictures_the_share_that_was_looked_at_is_told_and_without_any_nothing() -> None:
    there = tuple(Picture(id=f"p{n}", name=f"image {n}", path=Path("x.png"), given=True) for n in (1, 2))
    gone = Picture(id="p3", name="image 3", path=None)
    rows = [Row(CHOICE.case.model_copy(update={"pictures": (*there, gone)}), CHOICE.gold), CHOICE]
    said = [_end(Choose(letter="B")), _end(Choose(letter="B"))]
    said[0] = said[0].model_copy(update={"turns": (Turn(speaker="doctor", text="B", looked=1),)})
    scores = {s.metric: s.estimate for s in scores_of(rows, said, marks_of_all(rows, said), "scripted")}
    assert (scores["share of pictures looked at"].value, scores["share of pictures looked at"].n) == (0.5, 1)
    assert not {"pictures looked at", "pictures there"} & set(scores)
    alone = scores_of(rows[1:], said[1:], marks_of_all(rows[1:], said[1:]), "scripted")
    assert "share of pictures looked at" not in {s.metric for s in alone}


def test_a_row_that_cannot_be_used_has_the_names_of_the_others_and_is_wrong() -> None:
    broken = Row(PatientCase(id="x"), Gold(), "no question")
    marks = marks_of_all([broken, CHOICE], [_end(None, "failed"), _end(Choose(letter="B"))])
    assert list(marks[0]) == list(marks[1])
    assert [m[FIRST] for m in marks] == [0, 1]
    assert [m[FAILED] for m in marks] == [1, 0]


def test_a_set_of_two_tasks_has_for_each_row_the_marks_of_its_own() -> None:
    text = Row(PatientCase(id="w", task="write", question="What?"), Gold(texts=("left lung",)))
    broken = Row(PatientCase(id="x"), Gold(), "no question")
    rows, said = [CHOICE, text], [_end(Choose(letter="B")), _end(Write(text="Left lung."))]
    scores = {s.metric: s.estimate for s in scores_of(rows, said, marks_of_all(rows, said), "scripted")}
    assert (scores[FIRST].value, scores[FIRST].n) == (1, 1)
    assert (scores[MATCH].value, scores[MATCH].n) == (1, 1)
    assert (scores["weighted F1"].value, scores["weighted F1"].n) == (1, 1)
    rows, said = [*rows, broken], [*said, _end(None, "failed")]
    scores = {s.metric: s.estimate for s in scores_of(rows, said, marks_of_all(rows, said), "scripted")}
    assert (scores[FIRST].value, scores[FIRST].n) == (0.5, 2)
    assert (scores[MATCH].value, scores[MATCH].n) == (0.5, 2)


def test_the_opening_is_no_question_and_what_a_case_does_not_hold_is_no_share() -> None:
    opened = Dialogue(
        case="case 1",
        ended="answered",
        final=Choose(letter="B"),
        turns=(
            Turn(speaker="patient", text="My belly hurts."),
            Turn(speaker="doctor", text="Since when?", action=Ask(text="Since when?")),
            Turn(speaker="patient", text="Since yesterday."),
            Turn(speaker="doctor", text="Please examine or test: CT.", action=RequestTest(name="CT")),
        ),
    )
    marks = marks_of(CHOICE, opened)
    assert (marks["questions asked"], marks["tests asked for"]) == (1, 1)
    names = {s.metric for s in scores_of([CHOICE], [opened], marks_of_all([CHOICE], [opened]), "scripted")}
    assert not names & {"share of facts elicited", "share of results seen"}


def test_the_figures_of_a_run() -> None:
    rows = [small_row(n) for n in range(4)]
    rows[3] = Row(rows[3].case, rows[3].gold.model_copy(update={"leaky": True}))
    said = [_diagnosis("Appendicitis"), _diagnosis("Gout"), _end(None, "failed"), _diagnosis("Appendicitis")]
    scores = {s.metric: s.estimate for s in scores_of(rows, said, marks_of_all(rows, said), "scripted")}
    assert (scores[FIRST].value, scores[FIRST].n) == (0.5, 4)
    assert (scores[f"{FIRST}, answer named in the case"].value, scores[f"{FIRST}, answer named in the case"].n) == (
        1,
        1,
    )
    assert scores[f"{FIRST}, answer not named"].value == pytest.approx(1 / 3)
    # Three answers of one confidence, two of them right, and one case without an answer.
    assert scores["accuracy of the surest half"].value == pytest.approx(2 / 3)
    assert scores["calibration error"].value == pytest.approx(1 / 6)
    # One class: 4 cases, said twice: F1 = 2 * 2 / (4 + 2).
    assert scores["weighted F1"].value == pytest.approx(2 / 3)
    assert "citation precision" not in scores


def test_a_run_without_cases_or_strata_has_no_figures_of_them() -> None:
    assert scores_of([], [], [], "scripted") == []
    assert strata_of([CHOICE]) == {}


def test_systems_are_compared_by_what_says_how_good_they_are() -> None:
    assert headlines_of(["tokens", FIVE, FIRST]) == (FIRST, FIVE)
    assert headlines_of([corrections.FLAG, "tokens"]) == (corrections.FLAG,)


def test_a_case_with_facts_and_options_counts_what_its_patient_invents() -> None:
    case = CHOICE.case.model_copy(update={"facts": (CaseFact(id="f", text="He has a cough"),)})
    assert "findings invented by the patient" in marks_of(Row(case, CHOICE.gold), _end(Choose(letter="B")))


def test_a_wrong_diagnosis_is_of_the_class_that_it_is_another_name_of() -> None:
    rows = [Row(small_row(n).case, Gold(diagnosis=name)) for n, name in enumerate(("Myocardial infarction", "Gout"))]
    said = [_diagnosis("Heart attack"), _diagnosis("Heart attack")]
    scores = {s.metric: s.estimate for s in scores_of(rows, said, marks_of_all(rows, said), "scripted")}
    # One class of one case is said twice and once rightly: F1 2/3; of the other nothing is said.
    assert scores["weighted F1"].value == pytest.approx((2 / 3 + 0) / 2)
