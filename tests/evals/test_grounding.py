"""The figures of `grounded` on answers made by hand, good and bad."""

from __future__ import annotations

import pytest

from bedside.core.evidence import Evidence, EvidenceKind, ScoreInput, Source
from bedside.evals.grounding import (
    Reply,
    Sentence,
    doses,
    forbidden,
    loose_doses,
    precision,
    recalled,
    unsupported,
)
from bedside.evals.questions import Question
from bedside.evals.tasks.grounded import figures

QUOTE = "In adults with cellulitis, the first-choice oral antibiotic is flucloxacillin 500 mg to 1 g four times a day."
QUESTION = Question(
    id="cellulitis",
    specialty="infection",
    question="Which antibiotic for cellulitis in a 40-year-old?",
    answers=("nice#first", "nice#allergy"),
    must=("nice#first",),
    never=(r"(?i)\bvancomycin\b",),
)
TRAP = Question(id="mrsa", specialty="infection", question="Dose of vancomycin for MRSA?", refuse=True, why="not held")


def passage(quote: str = QUOTE, at: str = "nice#first") -> Evidence:
    return Evidence(
        id="G1", kind=EvidenceKind.PASSAGE, statement=quote, quote=quote, source=Source(type="guideline", id=at)
    )


def reply(*sentences: Sentence, declined: bool = False, given: tuple[Evidence, ...] = ()) -> Reply:
    return Reply(system="bedside", sentences=sentences, declined=declined, given=given)


def said(text: str, *cited: Evidence) -> Reply:
    return reply(Sentence(text=text, cited=cited))


GOOD = said(QUOTE, passage())


def test_a_right_citation_is_precise_and_recalled() -> None:
    assert precision(QUESTION, GOOD) == 1.0
    assert recalled(QUESTION, GOOD)


def test_a_wrong_citation_lowers_precision() -> None:
    mixed = reply(
        Sentence(text=QUOTE, cited=(passage(),)), Sentence(text="Gout.", cited=(passage("Gout.", "acr#gout"),))
    )
    assert precision(QUESTION, mixed) == 0.5
    assert recalled(QUESTION, mixed)


def test_a_passage_cited_twice_counts_once() -> None:
    twice = reply(*GOOD.sentences, *GOOD.sentences, Sentence(text="Gout.", cited=(passage("Gout.", "acr#gout"),)))
    assert precision(QUESTION, twice) == 0.5


def test_an_answer_without_citations_has_no_precision_and_no_recall() -> None:
    assert precision(QUESTION, said("Give flucloxacillin.")) is None
    assert not recalled(QUESTION, said("Give flucloxacillin."))


def test_a_passage_that_may_but_need_not_be_cited_is_precise_and_not_recalled() -> None:
    other = said("Penicillin allergy.", passage("Penicillin allergy.", "nice#allergy"))
    assert precision(QUESTION, other) == 1.0
    assert not recalled(QUESTION, other)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (QUOTE, ()),
        ("Give flucloxacillin 500 mg.", ()),
        ("Give flucloxacillin  500  mg.", ()),
        ("Give flucloxacillin 250 mg.", ("250 mg",)),
        ("Give flucloxacillin 2 g.", ("2 g",)),
        ("Give flucloxacillin 50 mg.", ("50 mg",)),
        ("Give 0.1 units/kg per hour.", ("0.1 units/kg",)),
        ("Give 500 mg/kg.", ("500 mg/kg",)),
        ("Haemoglobin below 70 g/L and urea 20 mg/dL.", ()),
    ],
)
def test_a_dose_that_the_cited_passage_does_not_hold_is_counted(text: str, expected: tuple[str, ...]) -> None:
    assert loose_doses(QUESTION, said(text, passage())) == expected


def test_a_dose_without_a_citation_is_counted_and_one_from_the_question_is_not() -> None:
    assert loose_doses(TRAP, said("Give vancomycin 15 mg/kg.")) == ("15 mg/kg",)
    asked = QUESTION.model_copy(update={"question": "She took 16 g of paracetamol. What now?"})
    assert loose_doses(asked, said("She took 16 g.")) == ()


def test_a_shorter_number_does_not_stand_in_a_longer_one() -> None:
    assert loose_doses(QUESTION, said("Give 5 mg.", passage("Give ipratropium 0.5 mg."))) == ("5 mg",)
    assert loose_doses(QUESTION, said("Give 1 g.", passage("Albumin 1 g/kg."))) == ("1 g",)


def test_a_dose_of_another_drug_does_not_support() -> None:
    assert loose_doses(TRAP, said("Give vancomycin 500 mg.", passage())) == ("500 mg",)


def test_doses_are_found_as_written() -> None:
    assert doses("1 to 2 g, then 0.2 mg/kg, 10 units and 2.4 million units") == (
        "1 to 2 g",
        "0.2 mg/kg",
        "10 units",
        "2.4 million units",
    )
    assert doses("70 g/L, 26.5 umol/L, 30 mg/mmol, 12 hours, 3 points") == ()


@pytest.mark.parametrize(
    ("text", "cited", "supported"),
    [
        (QUOTE, True, True),
        ("Flucloxacillin is the first choice.", True, True),
        ("Flucloxacillin is the first choice.", False, False),
        ("Clarithromycin is the first choice.", True, False),
        ("Flucloxacillin for 14 days.", True, False),
        ("At 40 years, flucloxacillin is the first choice.", True, True),
    ],
)
def test_a_sentence_needs_a_citation_that_holds_its_numbers_and_drugs(text: str, cited: bool, supported: bool) -> None:
    answer = said(text, passage()) if cited else said(text)
    assert (unsupported(QUESTION, answer) == ()) is supported


def test_numbers_of_the_record_and_of_a_score_need_no_passage() -> None:
    urea = Evidence(kind=EvidenceKind.FACT, statement="Urea: 9.1 mmol/L", source=Source(type="record", id="m1"))
    score = Evidence(
        kind=EvidenceKind.SCORE,
        statement="CURB-65 is 5 of 5.",
        value=5,
        source=Source(type="calculator", id="curb65"),
        inputs=(ScoreInput(name="age", label="Age", value=67.0, unit="a"),),
    )
    answer = reply(Sentence(text="CURB-65 is 5: urea 9.1 mmol/L, age 67.", cited=(score,)), given=(urea,))
    assert unsupported(QUESTION, answer) == ()
    assert not answer.passages


def test_a_forbidden_sentence_is_found_whatever_it_cites() -> None:
    assert forbidden(QUESTION, said("Give vancomycin.", passage())) == ("Give vancomycin.",)
    assert forbidden(QUESTION, GOOD) == ()


def test_a_refusal_says_so_and_rests_nothing_on_a_passage() -> None:
    assert reply(declined=True).refused
    assert not reply().refused
    assert not said("Give vancomycin 1 g.").refused
    assert not reply(*GOOD.sentences, declined=True).refused


def test_the_figures_of_one_good_and_one_bad_system() -> None:
    good = figures([(QUESTION, GOOD), (TRAP, reply(declined=True))])
    assert good["citation precision"].value == good["citation recall"].value == good["refusals right"].value == 1.0
    assert good["refusals wrong"].value == good["loose doses per answer"].value == 0.0
    assert (good["sentences without support"].n, good["forbidden statements"].n) == (1, 1)
    bad = figures([(QUESTION, reply(declined=True)), (TRAP, said("Give vancomycin 1 g.", passage()))])
    assert bad["citation precision"].value == bad["citation recall"].value == bad["refusals right"].value == 0.0
    assert bad["refusals wrong"].value == 1.0
    assert bad["loose doses per answer"].value == 0.5
    assert bad["sentences without support"].value == 1.0
