"""The case of the README, turn by turn, with the real rules, calculators, guidelines and gate and a scripted model."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from support.assistant import CASE, scripted_assistant
from support.weights import settings_with

from bedside.agent import checkpoints, memory
from bedside.api import Assistant
from bedside.core import case as case_module
from bedside.core.answer import Answer, Section, Verdict
from bedside.core.errors import BedsideError, QuestionError, ThreadError
from bedside.core.events import StepStarted
from bedside.core.evidence import EvidenceKind
from bedside.knowledge import library

WITHOUT_UREA = CASE.replace(", urea 9.1 mmol/L", "")


@pytest.fixture(scope="module")
def assistant(tmp_path_factory) -> Assistant:
    settings_with("minilm")
    return scripted_assistant(tmp_path_factory.mktemp("api"))


@pytest.fixture(scope="module")
def answer(assistant) -> Answer:
    """The case; its thread is not gone on with."""
    return assistant.ask(CASE, thread="first")


@pytest.fixture(scope="module")
def told(assistant) -> dict[str, Answer]:
    """One thread: the case, an allergy, a correction, a supposition, and back."""
    turns = {
        "case": CASE,
        "allergy": "He is allergic to penicillin.",
        "correction": "Sorry, he is 76.",
        "what if": "What if his urea was 5 mmol/L?",
        "younger": "And if he were 40?",
        "unread": "And if it were raining?",
        "after": "Where should he be treated?",
    }
    return {name: assistant.ask(text, thread="told") for name, text in turns.items()}


def texts(answer: Answer, section: Section | None = None) -> str:
    return "\n".join(c.text for c in answer.claims if section in (None, c.section))


def score(answer: Answer, name: str = "curb65"):
    found = [e for e in answer.evidence.values() if e.source.id == name and not e.source.section]
    assert len({e.statement for e in found}) == 1
    return found[0]


def test_curb65_is_5_with_the_words_that_each_input_was_read_from(answer):
    curb65 = score(answer)
    assert (curb65.kind, curb65.value) == (EvidenceKind.SCORE, 5)
    read = {i.label.lower(): i.span for i in curb65.inputs}
    assert {s.text for s in read.values()} == {"new confusion", "urea 9.1 mmol/L", "RR 32", "BP 88/56", "67-year-old"}
    for span in read.values():
        assert CASE[span.start : span.end] == span.text


def test_hospital_and_critical_care_are_quoted_from_the_library(answer):
    passages = [e for e in answer.evidence.values() if e.kind is EvidenceKind.PASSAGE]
    files = "\n".join(p.read_text(encoding="utf-8") for p in library.FOLDER.glob("*.yaml"))
    assert passages
    assert all(e.quote in files for e in passages)
    said = texts(answer)
    assert "hospital" in said
    assert "critical care" in said


def test_the_sepsis_banner_comes_first(answer):
    assert answer.claims[0].section is Section.BANNER
    assert "sepsis" in answer.claims[0].text.lower()
    assert "sepsis" not in answer.headline.lower()


def test_every_claim_has_a_verdict_and_evidence_that_exists(answer, told):
    for each in (answer, *told.values()):
        for claim in each.claims:
            assert claim.verdict is Verdict.SUPPORTED
            assert claim.evidence
            assert set(claim.evidence) <= set(each.evidence)
            assert claim.checks


def test_a_missing_urea_leaves_a_range_and_is_asked_for(assistant):
    answer = assistant.ask(WITHOUT_UREA)
    curb65 = score(answer)
    assert (curb65.value, curb65.low, curb65.high) == (None, 4, 5)
    assert "4 or 5" in texts(answer, Section.ASSESSMENT)
    assert answer.missing[0].name == "urea"
    assert "urea" in answer.questions[0].text
    assert answer.questions[0].fills == ("urea",)


def test_an_allergy_changes_the_advice_and_is_a_fact_with_its_span(assistant, told):
    before, after = told["case"], told["allergy"]
    assert "co-amoxiclav (" in texts(before)
    assert "co-amoxiclav (" not in texts(after)
    ruled_out = "With an allergy to penicillin, co-amoxiclav, which that allergy covers, is not for this patient."
    assert ruled_out in texts(after, Section.CHANGED)
    (alternative,) = [c for c in after.claims if "levofloxacin" in c.text]
    quote = after.evidence[alternative.evidence[0]].quote
    assert "penicillin allergy" in quote or "cannot take beta-lactams" in quote
    fact = next(f for f in assistant.case("told").facts if f.name == "allergy")
    assert (fact.value, fact.span.source, fact.span.text) == ("penicillin", "m2", "penicillin")
    assert any("allergic to penicillin" in f for c in after.removed for f in c.failures)


def test_a_correction_replaces_the_age_and_what_follows_from_it(assistant, told):
    assert told["correction"].question == told["case"].question
    assert "Age: 76 years; before, age: 67 years." in texts(told["correction"], Section.CHANGED)
    assert "age 76" in score(told["correction"]).statement
    assert assistant.case("told").fact("age").value == 76


def test_what_is_only_supposed_holds_for_one_turn(assistant, told):
    supposed = told["what if"]
    assert "Supposed for this answer only: Urea: 5 mmol/L." in texts(supposed, Section.CHANGED)
    assert "CURB-65: 4 now, 5 before." in texts(supposed, Section.CHANGED)
    assert assistant.case("told").fact("urea").value == 9.1
    assert "Supposed for this answer only: Age: 40 years." in texts(told["younger"], Section.CHANGED)
    assert score(told["after"]).value == 5
    assert not told["after"].section(Section.CHANGED)


def test_a_supposition_that_cannot_be_read_is_said_to_be_ignored(told):
    assert "BED-NOTE-003" in {r.code for r in told["unread"].refusals}
    assert "BED-NOTE-003" not in {r.code for t in ("what if", "younger", "after") for r in told[t].refusals}


def test_a_dose_that_no_guideline_held_gives_is_refused(assistant):
    answer = assistant.ask("What is the dose of vancomycin for MRSA pneumonia?")
    assert not answer.claims
    assert [r.code for r in answer.refusals] == ["BED-SEARCH-001"]


@pytest.mark.parametrize(
    "question", ["Can lisinopril be used in pregnancy?", "Is lisinopril safe for a pregnant woman with hypertension?"]
)
def test_lisinopril_in_pregnancy_is_never_answered_yes(assistant, question):
    answer = assistant.ask(question)
    assert any("should not be used" in c.text or "contraindicated" in c.text for c in answer.claims)
    advised = [c.text for c in answer.claims if "lisinopril" in c.text.lower()]
    warns = ("not", "contraindicated", "risk", "avoid", "stop", "changing")
    assert all(any(w in t for w in warns) for t in advised)


def test_nothing_can_be_said_of_severity_before_something_is_known(assistant):
    answer = assistant.ask("How severe is his pneumonia?", thread="bare")
    assert [s.node for s in answer.trace][-2:] == ["clarify", "compose"]
    assert not answer.claims
    assert not answer.refusals
    assert [q.fills for q in answer.questions] == [("confusion",), ("respiratory_rate",)]
    again = assistant.ask("I do not know.", thread="bare")
    assert again.claims, "a clinician who has no more to tell gets what the guidelines say"


def test_severity_at_large_is_answered_from_the_guidelines(assistant):
    assert assistant.ask("How is the severity of pneumonia assessed?").claims


def test_the_json_has_the_shape_that_the_readme_promises(answer):
    data = json.loads(answer.to_json())
    for name in ("thread", "banner", "claims", "evidence", "questions", "refusals", "missing", "trace", "headline"):
        assert name in data
    assert {"text", "section", "verdict", "evidence"} <= set(data["claims"][0])
    assert data["banner"][0] == data["claims"][0]
    assert {i for c in data["claims"] for i in c["evidence"]} <= set(data["evidence"])
    rest = {k: v for k, v in data.items() if k not in ("banner", "headline")}
    assert Answer.model_validate(rest) == answer


def test_a_user_sees_no_thread_of_another(assistant, answer, tmp_path):
    other = scripted_assistant(tmp_path, user="b")
    other.settings = assistant.settings.model_copy(update={"user": "../local"})
    other = Assistant(other.settings, model=other.services.model)
    assert other.threads() == ()
    for reach in (other.case, other.resume):
        with pytest.raises(ThreadError) as error:
            reach("first")
        assert error.value.code == "BED-THREAD-004"
    assert "first" in {t.thread for t in assistant.threads()}
    assert assistant.settings.home in memory.user_folder(other.settings).parents


@pytest.mark.parametrize("name", ["../first", "a/b", "a\\b", ".hidden", "a b", "x" * 65, "tab\t", "nul\0", "é", "a\n"])
def test_a_thread_name_with_path_characters_is_refused(assistant, name):
    for call in (lambda: assistant.ask("Hello?", thread=name), lambda: assistant.resume(name)):
        with pytest.raises(ThreadError) as error:
            call()
        assert error.value.code == "BED-THREAD-001"


def test_a_finished_thread_resumes_to_its_last_answer(assistant, answer, told):
    assert assistant.resume("first") == answer
    assert assistant.resume("told") == told["after"]


def test_two_turns_at_once_on_one_thread_are_one_too_many(assistant, answer, monkeypatch):
    monkeypatch.setattr(memory, "_BUSY_SECONDS", 0.05)
    running = assistant.stream("Where should he be treated?", thread="first")
    next(running)
    try:
        with pytest.raises(ThreadError) as error:
            assistant.ask("And now?", thread="first")
        assert error.value.code == "BED-THREAD-002"
        assert assistant.ask("What is sepsis?", thread="elsewhere").thread == "elsewhere"
    finally:
        running.close()


@pytest.mark.parametrize("step", ["triage", "reason", "compose"])
def test_a_turn_that_was_stopped_is_finished_and_not_taken_for_the_last_answer(assistant, step):
    thread = f"stopped-{step}"
    assistant.ask("What is sepsis?", thread=thread)
    running = assistant.stream(CASE, thread=thread)
    for event in running:
        if isinstance(event, StepStarted) and event.node == step:
            break
    running.close()
    finished = assistant.resume(thread)
    assert finished.question == "How severe is his pneumonia and where should he be treated?"
    assert score(finished).value == 5
    assert assistant.resume(thread) == finished


@pytest.mark.parametrize("text", ["", "   \n\t"])
def test_an_empty_message_is_one_sentence(assistant, text):
    with pytest.raises(QuestionError) as error:
        assistant.ask(text)
    assert error.value.code == "BED-ASK-001"


@pytest.mark.parametrize("name", ["nowhere.dat", "nul\0.png"])
def test_a_file_that_is_not_there_leaves_no_message_behind(assistant, name):
    with pytest.raises(BedsideError) as error:
        assistant.ask("What rhythm is this?", files=[Path(name)], thread="nofile")
    assert error.value.code == "BED-FILE-001"
    assert "nofile" not in {t.thread for t in assistant.threads()}


def test_characters_that_no_file_can_hold_are_replaced(assistant):
    answer = assistant.ask("What is the dose of vancomycin\udcff\0 for MRSA pneumonia?")
    assert json.loads(answer.to_json())["thread"] == answer.thread


def test_a_thread_of_another_version_is_refused_with_a_sentence_and_left_as_it_was(tmp_path, monkeypatch):
    settings_with("minilm")
    scripted_assistant(tmp_path).ask(CASE, thread="old")

    class Case(case_module.Case):
        hospital: str  # a field that the stored case does not have

    later = scripted_assistant(tmp_path)
    with monkeypatch.context() as patched:
        patched.setattr(checkpoints, "stored_models", lambda: {"bedside.core.case:Case": Case})
        with pytest.raises(ThreadError, match="another version") as caught:
            later.ask("He is allergic to penicillin.", thread="old")
        assert caught.value.code == "BED-THREAD-005"
    assert "penicillin" in texts(scripted_assistant(tmp_path).ask("He is allergic to penicillin.", thread="old"))
