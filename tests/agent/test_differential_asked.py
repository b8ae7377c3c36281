"""Asked what it could be, the answer ranks diseases with for and against, and what the core model adds is marked."""

from __future__ import annotations

import pytest
from support.assistant import obliging, scripted_assistant
from support.diseases import FOLDER

from bedside.agent.nodes.plan import only_looks_up
from bedside.core.answer import Section
from bedside.core.evidence import EvidenceKind

CASE = "58-year-old man, tearing chest pain and back pain for one hour, known hypertension, no fever. "


@pytest.fixture(autouse=True)
def twelve(monkeypatch):
    monkeypatch.setattr("bedside.knowledge.diseases.FOLDER", FOLDER)


def adding(*names):
    """A core model that names these diseases when it is asked for candidates."""

    def reply(messages):
        return {"diseases": list(names)} if "think of diseases" in messages[0].text else obliging(messages)

    return reply


@pytest.mark.parametrize("question", ["What could this be?", "Differential?", "What should I ask or test next?"])
def test_the_question_brings_a_ranked_list_with_evidence_and_what_to_ask(tmp_path, question):
    answer = scripted_assistant(tmp_path, adding()).ask(CASE + question)
    ranked = answer.section(Section.DIFFERENTIAL)
    assert "Acute aortic dissection (I71.00), not to be missed: for it" in ranked[0].text
    assert "no fever" in answer.to_json()
    evidence = answer.evidence[ranked[0].evidence[0]]
    assert evidence.kind is EvidenceKind.SCORE and not evidence.calibrated
    assert {i.as_written for i in evidence.inputs} >= {"tearing chest pain", "hypertension"}
    assert any("next" in c.text.split(":")[0] for c in answer.section(Section.NEXT_STEPS))
    assert answer.questions and not answer.removed
    assert not any(r.code.startswith("BED-SEARCH") for r in answer.refusals)


def test_what_the_core_model_adds_is_its_opinion_and_takes_nothing_out(tmp_path):
    plain = scripted_assistant(tmp_path / "a", adding()).ask(CASE + "What could this be?")
    answer = scripted_assistant(
        tmp_path / "b", adding("Boerhaave syndrome", "Acute aortic dissection", "see http://x.y", "Take 500 mg")
    ).ask(CASE + "What could this be?")
    opinions = [c for c in answer.claims if answer.evidence[c.evidence[0]].kind is EvidenceKind.MODEL_OPINION]
    (opinion,) = opinions
    assert opinion.section is Section.DIFFERENTIAL and "Boerhaave syndrome" in opinion.text
    assert opinion.text.startswith("Opinion of the core model, checked by no tool")
    for section in (Section.DIFFERENTIAL, Section.CANNOT_MISS):
        assert {c.text for c in plain.section(section)} <= {c.text for c in answer.section(section)}


def test_a_model_that_answers_nonsense_leaves_the_list_as_it_is(tmp_path):
    answer = scripted_assistant(tmp_path).ask(CASE + "What could this be?")
    assert answer.section(Section.DIFFERENTIAL)
    assert any(r.subject == "core_model_candidates" for r in answer.refusals)


def test_unasked_nothing_is_ranked(tmp_path):
    answer = scripted_assistant(tmp_path, adding("Scurvy")).ask(CASE + "Which dose of labetalol?")
    assert not answer.section(Section.DIFFERENTIAL) and "Scurvy" not in answer.to_json()


def test_without_findings_it_is_said_what_is_needed(tmp_path):
    answer = scripted_assistant(tmp_path, adding()).ask("What could this be?")
    assert any(r.code == "BED-TOOL-080" for r in answer.refusals)


@pytest.mark.parametrize(
    ("question", "only"),
    [("What could this be?", True), ("Ddx?", True), ("What is the diagnosis and how is it treated?", False)],
)
def test_no_guideline_is_searched_for_a_bare_differential(question, only):
    assert only_looks_up(question) is only
