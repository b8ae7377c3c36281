from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bedside.knowledge.ingest.sentences import cut_long, sentence_spans


def sentences(text: str) -> list[str]:
    return [text[start:end] for start, end in sentence_spans(text)]


@pytest.mark.parametrize(
    "parts",
    [
        ["Give oxygen.", "Call for help."],
        ["Give antibiotics, e.g. amoxicillin 1 g, within an hour.", "Review daily."],
        ["Use opioids (i.e. morphine) with care.", "Reassess."],
        ["Give 500 mg i.v. over 10 min. and repeat once.", "Stop if a rash appears."],
        ["Give hydrocortisone 100 mg i.v.", "The dose may be repeated."],
        ["Give 1 g p.o. q.d.s. for 5 days.", "Then stop."],
        ["Dr. Smith and Prof. Jones agree.", "Mrs. Brown does not."],
        ["The dose is approx. 0.5 mg/kg.", "The ceiling is 2.5 mg."],
        ["See No. 5 and Fig. 2 below.", "See section 1.2.3 for children."],
        ["Lactate above 2.0 mmol/L is abnormal.", "A pH of 7.1 is severe."],
        ["It is caused by hepatitis B.", "Vaccination prevents it."],
        ["It needs vitamin K.", "Give 10 mg."],
        ["J. A. Smith wrote it.", "It was published in 2019.", "The trial was small."],
        ["The U.S. Preventive Services Task Force recommends it.", "Others do not."],
        ["Smith et al. found nothing.", "Jones did."],
        ["Is it sepsis?", "Yes!", "Act."],
        ["He said “stop.”", "They stopped."],
        ["Use the score (see below.)", "Then decide."],
        ["pH falls.", "mRNA vaccines are safe.", "eGFR is measured."],
        ["Streptococcus spp. are common.", "Treat them."],
        ["It was found in 20 trials.1,2", "The effect was small."],
        ["It was found in trials.[3]", "The effect was small."],
        ["Offer oxygen. [2007, amended 2017]", "Then reassess. [2015]", "Stop."],
        ["1. Give oxygen to all.", "Then reassess."],
        ["Compare warfarin vs. apixaban in trials.", "Both work."],
        ["Wait... then look again.", "Good."],
        ["Take at 8 a.m. and 8 p.m. daily.", "Do not double it."],
        ["Ask St. John Ambulance.", "They know."],
        ["No end mark at all"],
    ],
    ids=lambda parts: parts[0][:30],
)  # fmt: skip
def test_sentences_end_where_a_clinician_would_end_them(parts: list[str]) -> None:
    assert sentences(" ".join(parts)) == parts


@pytest.mark.parametrize("text", ["", " ", "\n\t"])
def test_white_space_has_no_sentence(text: str) -> None:
    assert sentence_spans(text) == []


@given(st.text(alphabet=st.sampled_from("aA1 .?!\n\t(e.g)“”-é…"), max_size=200))
def test_between_sentences_there_is_only_white_space(text: str) -> None:
    spans = sentence_spans(text)
    at = 0
    for start, end in spans:
        assert not text[at:start].strip()
        assert text[start:end] == text[start:end].strip() != ""
        at = end
    assert not text[at:].strip()


@given(st.integers(1, 30), st.integers(0, 100))
def test_a_long_sentence_is_cut_between_words(most: int, words: int) -> None:
    text = "  " + "dose " * words
    pieces = cut_long(text, (2, max(2, len(text) - 1)), most) if words else []
    assert " ".join(text[start:end] for start, end in pieces).split() == ["dose"] * words
    assert all(len(text[start:end].split()) <= most for start, end in pieces)
