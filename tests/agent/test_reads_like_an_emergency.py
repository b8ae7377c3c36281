"""Where no rule sees an emergency, a message about a patient that reads like one is said to; a question never is."""

from __future__ import annotations

from pathlib import Path

import pytest
from support.assistant import CASE, scripted_assistant
from support.setting import claim, finding, gate_library, setting

from bedside.agent.record import likeness_evidence
from bedside.agent.render import to_markdown
from bedside.agent.verify.gate import decide_claim
from bedside.core.answer import Section, Verdict
from bedside.core.errors import WeightError
from bedside.core.evidence import EvidenceKind
from bedside.tools.redflags import likeness
from bedside.tools.redflags.likeness import Reading
from bedside.ui.panels.answer import answer_panel

ILL = (
    "Neighbour ate wild mushrooms on Sunday, vomiting since, now his eyes are yellow and he is drifting off. What now?"
)
LIKE = likeness_evidence(Reading(0.9, True), "text", "v").model_copy(update={"id": "O1"})


def test_it_is_said_as_what_it_is_and_never_as_a_red_flag(tmp_path: Path) -> None:
    answer = scripted_assistant(tmp_path).ask(ILL)
    assert not answer.banner
    (said,) = answer.section(Section.READS_LIKE)
    assert said.text == "No rule sees an emergency, but this reads like one: look for one before anything else."
    assert said.verdict is Verdict.SUPPORTED and answer.claims[0] == said and answer.headline != said.text
    (evidence,) = (answer.evidence[i] for i in said.evidence)
    assert (
        evidence.kind is EvidenceKind.MODEL_OPINION and evidence.source.type == "likeness" and evidence.source.version
    )
    assert evidence.confidence is not None and not evidence.calibrated
    assert "rules nothing out" in evidence.limits[0]
    assert "**Check first.** No rule sees" in to_markdown(answer) and "Act now" not in to_markdown(answer)
    shown = str(answer_panel(answer, answer.evidence, {}))
    assert "s-reads_like" in shown and 'class="banner"' not in shown


@pytest.mark.parametrize(
    "text",
    [
        CASE,  # a rule fires
        "How is acute liver failure after mushroom poisoning with vomiting and jaundice treated in adults?",
        "72F, AF, hypertension, diabetes, feels well, came for her yearly check. Which anticoagulant?",
    ],
)
def test_nothing_is_said_beside_a_red_flag_of_a_question_or_of_ordinary_care(text: str, tmp_path: Path) -> None:
    answer = scripted_assistant(tmp_path).ask(text)
    assert answer.section(Section.READS_LIKE) == ()


def test_it_is_gone_from_the_next_turn_and_can_be_switched_off(tmp_path: Path) -> None:
    assistant = scripted_assistant(tmp_path / "on")
    assert assistant.ask(ILL, thread="t").section(Section.READS_LIKE)
    assert assistant.ask("Which antidotes are there for death cap?", thread="t").section(Section.READS_LIKE) == ()
    off = scripted_assistant(tmp_path / "off", likeness=False)
    assert off.ask(ILL).section(Section.READS_LIKE) == ()


def test_damaged_weights_are_said_and_the_answer_stands(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken() -> None:
        raise WeightError("It is damaged.", "Install Bedside again.", code="BED-WEIGHT-031")

    monkeypatch.setattr(likeness, "load_likeness", broken)
    answer = scripted_assistant(tmp_path).ask(ILL)
    assert "BED-WEIGHT-031" in {r.code for r in answer.refusals}
    assert answer.section(Section.READS_LIKE) == ()


@pytest.mark.parametrize(
    ("text", "cited", "section"),
    [
        (LIKE.statement, (LIKE,), Section.ASSESSMENT),
        (LIKE.statement, (LIKE,), Section.BANNER),
        ("This is sepsis or stroke.", (LIKE,), Section.READS_LIKE),
        (LIKE.statement, (LIKE, finding("Sepsis is likely.", "X1")), Section.READS_LIKE),
    ],
)
def test_the_gate_lets_it_support_no_other_sentence(text, cited, section, tmp_path: Path) -> None:
    library = gate_library(tmp_path)
    drafted = claim(text, *(e.id for e in cited), section=section)
    decided = decide_claim(drafted, setting(library, *cited), lambda: pytest.fail("the judge is not asked"))
    assert decided.verdict is not Verdict.SUPPORTED
    assert "a likeness is no proof" in " ".join(decided.failures)
    own = claim(LIKE.statement, "O1", section=Section.READS_LIKE)
    assert decide_claim(own, setting(library, LIKE), lambda: pytest.fail("verbatim")).verdict is Verdict.SUPPORTED
