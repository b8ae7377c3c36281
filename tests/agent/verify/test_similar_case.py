"""A similar case supports the sentence that it was one, and no other."""

from __future__ import annotations

import pytest
from support.setting import claim, finding, gate_library, recorded, setting, told

from bedside.agent.verify.derived import supposed_sentence
from bedside.agent.verify.gate import decide_claim
from bedside.core.answer import Section, Verdict
from bedside.core.evidence import EvidenceKind

SAID = "A similar case (patient 1a2b3c4d, similarity 0.93) was labelled “viral pneumonia”."
SIMILAR = finding(SAID, "C1", EvidenceKind.SIMILAR_CASE).model_copy(
    update={"quote": "Viral pneumonia is shown. Amoxicillin 500 mg was given."}
)
SEEN = finding("This chest X-ray looks like pneumonia.", "X1")


@pytest.fixture(scope="module")
def library(tmp_path_factory):
    return gate_library(tmp_path_factory.mktemp("gate"))


class Agreeing:
    """A judge that finds everything supported."""

    def supports(self, text, sources):
        from bedside.agent.verify.entail import Entailment

        return Entailment(label="supported", probability=1.0)


def decided(library, text, *cited, section=Section.ASSESSMENT, facts=()):
    drafted = claim(text, *(e.id for e in cited), section=section)
    return decide_claim(drafted, setting(library, *cited, facts=facts), lambda: Agreeing())


def test_its_own_sentence_among_the_similar_cases_is_supported(library):
    assert decided(library, SAID, SIMILAR, section=Section.SIMILAR).verdict is Verdict.SUPPORTED


@pytest.mark.parametrize(
    ("text", "cited", "section"),
    [
        (SAID, (SIMILAR,), Section.ASSESSMENT),
        ("Viral pneumonia is shown.", (SIMILAR,), Section.SIMILAR),
        ("Viral pneumonia is shown.", (SIMILAR,), Section.ASSESSMENT),
        ("A similar case was labelled “viral pneumonia”, so this is viral pneumonia.", (SIMILAR,), Section.SIMILAR),
        ("This chest X-ray looks like pneumonia.", (SEEN, SIMILAR), Section.ASSESSMENT),
        ("This chest X-ray looks like viral pneumonia.", (SEEN, SIMILAR), Section.ASSESSMENT),
        (SAID, (SIMILAR, SEEN), Section.SIMILAR),
        ("Amoxicillin 500 mg was given.", (SIMILAR,), Section.SIMILAR),
    ],
)
def test_it_supports_no_finding_and_nothing_else_even_where_the_judge_agrees(library, text, cited, section):
    found = decided(library, text, *cited, section=section)
    assert found.verdict is not Verdict.SUPPORTED
    assert "a similar case is no proof" in " ".join(found.failures)


def test_it_lends_nothing_to_a_derived_sentence(library):
    fever = told("fever", "fever", None, "and if he had fever")
    text = supposed_sentence(recorded(fever))
    assert decided(library, text, recorded(fever), facts=(fever,)).verdict is Verdict.SUPPORTED
    assert decided(library, text, recorded(fever), SIMILAR, facts=(fever,)).verdict is not Verdict.SUPPORTED


def test_a_label_with_a_dose_in_it_is_not_said(library):
    said = SAID.replace("viral pneumonia", "amoxicillin 500 mg")
    found = decided(library, said, finding(said, "C1", EvidenceKind.SIMILAR_CASE), section=Section.SIMILAR)
    assert found.verdict is not Verdict.SUPPORTED


def test_another_tool_s_words_under_that_kind_are_not_said(library):
    said = "This film shows pneumonia."
    found = decided(library, said, finding(said, "C1", EvidenceKind.SIMILAR_CASE), section=Section.SIMILAR)
    assert found.verdict is not Verdict.SUPPORTED
