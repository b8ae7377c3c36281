"""Drug safety in a conversation: catches are supported claims with evidence, and a later message adds to them."""

from __future__ import annotations

from pathlib import Path

from support.assistant import scripted_assistant

from bedside.core.answer import Verdict
from bedside.core.evidence import EvidenceKind


def test_start_clarithromycin_is_caught_as_a_claim_with_evidence(tmp_path: Path) -> None:
    answer = scripted_assistant(tmp_path).ask("72-year-old man on simvastatin and warfarin. Start clarithromycin?")
    first, second = answer.claims[:2]
    assert first.text.startswith("Clarithromycin with simvastatin: contraindicated.")
    assert second.text.startswith("Clarithromycin with warfarin: major.")
    assert first.verdict is second.verdict is Verdict.SUPPORTED
    assert {answer.evidence[i].kind for c in (first, second) for i in c.evidence} == {EvidenceKind.DRUG_WARNING}
    assert not answer.removed


def test_a_drug_that_a_later_message_starts_is_checked_against_the_case(tmp_path: Path) -> None:
    assistant = scripted_assistant(tmp_path)
    assistant.ask("72-year-old man on simvastatin and warfarin. What is the target INR?", thread="t")
    answer = assistant.ask("Start clarithromycin", thread="t")
    assert any(c.text.startswith("Clarithromycin with simvastatin: contraindicated.") for c in answer.claims)


def test_a_name_that_no_drug_here_has_is_said_not_to_be_checked(tmp_path: Path) -> None:
    answer = scripted_assistant(tmp_path).ask("60M on bisoprolol. Start zuranolone?")
    claim = next(c for c in answer.claims if "zuranolone" in c.text)
    assert "no drug known here" in claim.text and "no sign that it is safe" in claim.text
    assert claim.verdict is Verdict.SUPPORTED


def test_a_drug_in_a_pregnancy_that_the_question_tells_of_is_caught(tmp_path: Path) -> None:
    answer = scripted_assistant(tmp_path).ask("Can I give Altace to a woman 20 weeks pregnant?")
    assert answer.claims[0].text.startswith("Ramipril in pregnancy: contraindicated.")


def test_a_drug_asked_about_without_an_illness_brings_no_other_drugs_for_illnesses_nobody_named(tmp_path: Path) -> None:
    told = "58-year-old man allergic to penicillin, on apixaban. Can I give Augmentin{}?"
    alone, ill = (
        scripted_assistant(tmp_path / n).ask(told.format(w)) for n, w in (("a", ""), ("b", " for cellulitis"))
    )
    assert alone.claims[0].text.startswith("Co-amoxiclav with an allergy to penicillin: contraindicated.")
    quoted = [
        e.quote for c in alone.claims for i in c.evidence if (e := alone.evidence[i]).kind is EvidenceKind.PASSAGE
    ]
    assert not any("clarithromycin" in q for q in quoted)
    kinds = {ill.evidence[i].kind for c in ill.claims for i in c.evidence}
    assert EvidenceKind.PASSAGE in kinds
