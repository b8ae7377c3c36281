"""How free text and Answers become replies that are scored alike."""

from __future__ import annotations

import pytest
from support.scripted import ScriptedChat, last_text

from bedside.core.answer import Answer, Claim, Refusal, Section, Verdict
from bedside.core.evidence import Evidence, EvidenceKind, Source
from bedside.evals.systems import Found, ask_directly, of_answer, of_text


def passage(number: int, at: str, quote: str) -> Evidence:
    source = Source(type="guideline", id=at)
    return Evidence(id=f"G{number}", kind=EvidenceKind.PASSAGE, statement=quote, quote=quote, source=source)


FOUND = Found(
    passages=(
        passage(1, "nice#a", "Amoxicillin is the first choice."),
        passage(2, "bts#b", "Review at 6 weeks."),
        passage(3, "nice#a", "Higher doses can be used."),
    ),
    facts=(Evidence(kind=EvidenceKind.FACT, statement="Age: 67", source=Source(type="record", id="m1")),),
)


def test_sentences_found_are_numbered_by_passage() -> None:
    assert [[e.id for e in p] for p in FOUND.numbered] == [["G1", "G3"], ["G2"]]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Give amoxicillin [1]. Review at 6 weeks [2].", [("nice#a",), ("bts#b",)]),
        ("Give amoxicillin. [1] Review at 6 weeks. [2]", [("nice#a",), ("bts#b",)]),
        ("Give amoxicillin [1][2].", [("nice#a", "bts#b")]),
        ("Give amoxicillin [1, 2].", [("nice#a", "bts#b")]),
        ("Give amoxicillin [1-2].", [("nice#a", "bts#b")]),
        ("- Give amoxicillin [1]\n- Review at 6 weeks [2]", [("nice#a",), ("bts#b",)]),
        ("1. Give amoxicillin [1].\n2. Review at 6 weeks.", [("nice#a",), ()]),
        ("Give amoxicillin [9].", [()]),
        ("Give 0.5 mg [1].", [("nice#a",)]),
        ("Give amoxicillin.", [()]),
        ("", []),
        ("[1]", []),
    ],
)
def test_a_citation_belongs_to_its_sentence(text: str, expected: list[tuple[str, ...]]) -> None:
    assert [s.passages for s in of_text(text, FOUND).sentences] == expected


@pytest.mark.parametrize(
    "text",
    [
        "The passages do not answer this.",
        "The passages do not mention vancomycin [1].",
        "The dose is not specified in passage 2.",
        "I cannot answer from this.",
    ],
)
def test_a_sentence_that_cannot_answer_is_a_refusal_and_no_statement(text: str) -> None:
    answer = of_text(text, FOUND)
    assert answer.refused
    assert answer.sentences == ()


def test_a_refusal_beside_a_cited_statement_is_none() -> None:
    answer = of_text("The passages do not give a dose. Amoxicillin is the first choice [1].", FOUND)
    assert answer.declined
    assert not answer.refused


@pytest.mark.parametrize("text", ["Do not give amoxicillin [1].", "Antibiotics are not given to every patient [1]."])
def test_a_negative_recommendation_is_a_statement(text: str) -> None:
    assert len(of_text(text, FOUND).sentences) == 1


def test_the_text_of_a_sentence_has_no_citation_left() -> None:
    assert of_text("Give amoxicillin [1].", FOUND).sentences[0].text == "Give amoxicillin."


def answer(claims: tuple[Claim, ...] = (), refusals: tuple[Refusal, ...] = ()) -> Answer:
    evidence = {e.id: e for e in FOUND.passages}
    return Answer(thread="t", question="q", claims=claims, evidence=evidence, refusals=refusals)


def test_every_claim_of_an_answer_is_a_statement_with_its_evidence() -> None:
    claim = Claim(text="Review at 6 weeks.", section=Section.NEXT_STEPS, evidence=("G2",), verdict=Verdict.SUPPORTED)
    found = of_answer(answer((claim,)), FOUND.facts, 1.5)
    assert found.passages == ("bts#b",)
    assert (found.refused, found.seconds, found.given) == (False, 1.5, FOUND.facts)


def test_only_the_refusal_of_the_search_says_that_nothing_answers() -> None:
    searched = Refusal(code="BED-SEARCH-001", subject="vancomycin", why="No guideline held here answers this.")
    late = Refusal(code="BED-ASK-005", subject="2 more passages", why="The time ran out.")
    assert of_answer(answer(refusals=(searched,))).refused
    assert not of_answer(answer(refusals=(late,))).refused


def test_the_model_alone_sees_the_same_passages_and_facts() -> None:
    model = ScriptedChat(reply=lambda messages: "Amoxicillin is the first choice [1].")
    found = ask_directly(model, "Which antibiotic?", FOUND)
    shown = last_text(model.calls[0].messages)
    assert "[1] Amoxicillin is the first choice. Higher doses can be used." in shown
    assert "[2] Review at 6 weeks." in shown and "Age: 67" in shown and "Which antibiotic?" in shown
    assert found.passages == ("nice#a",)
    assert found.seconds > 0
