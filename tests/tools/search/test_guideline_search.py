from __future__ import annotations

from pathlib import Path

import pytest
from support.facts import fact, facts
from support.hash_embedder import HashEmbedder
from support.small_library import small_library

from bedside.core.case import FactStatus
from bedside.core.evidence import Evidence, EvidenceKind, Source, add_to_ledger
from bedside.core.settings import Settings
from bedside.knowledge.library import Library
from bedside.tools.contract import ToolRequest, ToolResult
from bedside.tools.registry import cards
from bedside.tools.search.guideline_search import GuidelineSearch

PLACE = "Where should pneumonia with CURB-65 be treated, home or hospital?"


@pytest.fixture
def library(tmp_path: Path) -> Library:
    return small_library(tmp_path / "guidelines")


@pytest.fixture
def search(tmp_path: Path, library: Library) -> GuidelineSearch:
    return GuidelineSearch(Settings(cache=tmp_path / "cache"), HashEmbedder(), library)


def curb65(value: float | None) -> Evidence:
    source = Source(type="calculator", id="curb65", version="1.0")
    return Evidence(kind=EvidenceKind.SCORE, statement="CURB-65", value=value, source=source)


def sources(result: ToolResult) -> list[str]:
    return [evidence.source.id for evidence in result.evidence]


def test_the_tool_is_registered() -> None:
    assert "guideline_search" in [card.name for card in cards()]


def test_each_evidence_is_one_sentence_whose_span_cuts_it_out_of_its_passage(
    search: GuidelineSearch, library: Library
) -> None:
    result = search.run(ToolRequest(question=PLACE))
    assert result.refusal is None
    assert result.evidence
    for evidence in result.evidence:
        assert evidence.kind is EvidenceKind.PASSAGE
        assert evidence.span is not None
        passage = library.passage(evidence.source.id)
        assert passage.text[evidence.span.start : evidence.span.end] == evidence.quote == evidence.span.text
        assert evidence.statement == evidence.quote
        assert evidence.quote in passage.recommendation.sentences
        assert evidence.calibrated is False
        assert 0.3 <= (evidence.confidence or 0) <= 1


def test_the_source_says_who_when_where_how_strongly_and_for_whom(search: GuidelineSearch) -> None:
    source = search.run(ToolRequest(question=PLACE, scores=(curb65(4),))).evidence[0].source
    assert source.id == "ts-pneumonia-2024#hospital"
    assert source.type == "guideline"
    assert (source.publisher, source.year, source.section) == ("The Testing Society", 2024, "1.1")
    assert source.grade == "strong; moderate"
    assert source.population == "Adults with pneumonia"
    assert source.link.startswith("https://")


def test_the_score_decides_which_recommendation_is_offered(search: GuidelineSearch) -> None:
    severe = search.run(ToolRequest(question=PLACE, scores=(curb65(4),)))
    assert "ts-pneumonia-2024#home" not in sources(severe)
    mild = search.run(ToolRequest(question=PLACE, scores=(curb65(1),)))
    assert "ts-pneumonia-2024#hospital" not in sources(mild)
    unknown = sources(search.run(ToolRequest(question=PLACE, scores=(curb65(None),))))
    assert {"ts-pneumonia-2024#home", "ts-pneumonia-2024#hospital"} <= set(unknown)


def test_an_allergy_to_amoxicillin_brings_the_advice_for_penicillin_allergy(search: GuidelineSearch) -> None:
    question = "Which drug for pneumonia with a penicillin allergy?"
    result = search.run(ToolRequest(question=question, facts=(fact("allergy", "amoxicillin"),)))
    assert sources(result)[0] == "ts-pneumonia-2024#doxycycline"


def test_the_record_lends_the_condition_that_the_question_leaves_out(search: GuidelineSearch) -> None:
    result = search.run(ToolRequest(question="Can he be treated at home?", facts=facts(pneumonia=True)))
    assert "ts-pneumonia-2024#home" in sources(result)


@pytest.mark.parametrize(
    ("question", "looked_for"),
    [
        ("What is the dose of vancomycin for MRSA pneumonia?", "vancomycin"),
        ("How is psoriasis treated?", "psoriasis"),
        ("lisinopril dose in pregnancy?", "lisinopril"),
    ],
)
def test_nothing_above_the_threshold_is_a_refusal_that_names_what_was_looked_for(
    search: GuidelineSearch, question: str, looked_for: str
) -> None:
    result = search.run(ToolRequest(question=question))
    assert result.evidence == ()
    assert result.refusal is not None
    assert result.refusal.code == "BED-SEARCH-001"
    assert "No guideline passage held here answers: " in result.refusal.why
    assert looked_for in result.refusal.why


def test_a_dose_is_quoted_only_from_the_sentence_that_gives_it(search: GuidelineSearch) -> None:
    result = search.run(ToolRequest(question="What is the dose of amoxicillin in pneumonia?"))
    assert [e.quote for e in result.evidence] == [
        "Amoxicillin 500 mg is given three times a day for 5 days in adults with pneumonia."
    ]


def test_an_empty_question_is_refused(search: GuidelineSearch) -> None:
    refusal = search.run(ToolRequest(question="  ")).refusal
    assert refusal is not None
    assert refusal.code == "BED-SEARCH-002"


def test_the_query_is_searched_before_the_question(search: GuidelineSearch) -> None:
    result = search.run(ToolRequest(question="How is psoriasis treated?", query=PLACE))
    assert result.evidence


def test_the_reader_is_told_what_is_superseded_recalled_conditional_and_excluded(search: GuidelineSearch) -> None:
    old = search.run(ToolRequest(question="Can lisinopril be used in pregnancy?")).evidence[0]
    assert old.source.status == "superseded"
    assert old.source.superseded_by == "TS 2025"
    assert old.limits == ("This guideline is superseded, by TS 2025.",)
    limits = " ".join(search.run(ToolRequest(question=PLACE, scores=(curb65(4),))).evidence[0].limits)
    assert "not compared with the published text" in limits
    assert "Applies where: curb65 >= 3" in limits
    assert "Does not apply to: end-of-life care" in limits


def test_the_allergy_that_would_decide_is_named_as_missing(search: GuidelineSearch) -> None:
    question = "Which drug for pneumonia with a penicillin allergy?"
    assert [m.name for m in search.run(ToolRequest(question=question)).missing] == ["allergy"]
    known = search.run(ToolRequest(question=question, facts=(fact("allergy", "penicillin"),)))
    assert known.missing == ()


def test_the_same_sentence_found_by_two_questions_is_one_evidence(search: GuidelineSearch) -> None:
    one = search.run(ToolRequest(question="What is the dose of amoxicillin in pneumonia?")).evidence
    two = search.run(ToolRequest(question="amoxicillin dosage, pneumonia")).evidence
    assert len(add_to_ledger(add_to_ledger((), one), two)) == 1


def test_another_library_is_another_version(tmp_path: Path, search: GuidelineSearch, library: Library) -> None:
    other = library.model_copy(update={"digest": "f" * 64})
    assert GuidelineSearch(Settings(cache=tmp_path), HashEmbedder(), other).card.version != search.card.version


def test_an_allergy_denied_keeps_its_advice_away(search: GuidelineSearch) -> None:
    question = "Which drug for pneumonia with a penicillin allergy?"
    none = fact("allergy", None, FactStatus.ABSENT)
    assert "ts-pneumonia-2024#doxycycline" not in sources(search.run(ToolRequest(question=question, facts=(none,))))


def test_a_drug_the_patient_is_allergic_to_is_never_offered(search: GuidelineSearch) -> None:
    question = "What is the dose of amoxicillin in pneumonia?"
    result = search.run(ToolRequest(question=question, facts=(fact("allergy", "flucloxacillin"),)))
    assert result.evidence == ()
    assert result.refusal is not None
    assert result.refusal.code == "BED-SEARCH-003"
    other = search.run(ToolRequest(question=question, facts=(fact("allergy", "erythromycin"),)))
    assert other.evidence
