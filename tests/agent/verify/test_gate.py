"""The gate as a whole: what is verbatim or derived is not judged, and what cannot be judged is never support."""

from __future__ import annotations

import pytest
from support.scripted import Odds, ScriptedChat
from support.setting import allergy, claim, curb65, gate_library, passage, quote_of, recorded, setting, told

from bedside.agent.verify.derived import allergy_sentence, change_sentence, supposed_sentence
from bedside.agent.verify.entail import Judge
from bedside.agent.verify.gate import decide_claim, repaired
from bedside.core.answer import Section, Verdict
from bedside.core.errors import ModelUnavailableError

PENICILLIN = allergy("penicillin")


@pytest.fixture(scope="module")
def library(tmp_path_factory):
    return gate_library(tmp_path_factory.mktemp("gate"))


def _judge(tmp_path, **odds):
    model = ScriptedChat(reply=lambda messages: Odds(odds))
    return Judge(model, tmp_path / "verdicts.sqlite"), model


def never():
    raise AssertionError("the judge was asked")


@pytest.mark.parametrize("name", ["amoxicillin", "hospital", "pregnancy", "instead"])
def test_a_verbatim_claim_is_supported_without_the_judge(library, name):
    decided = decide_claim(claim(quote_of(name)), setting(library, passage(name)), never)
    assert decided.verdict is Verdict.SUPPORTED
    assert all(c.passed for c in decided.checks)


def test_a_paraphrase_is_judged(library, tmp_path):
    text = "With a CURB-65 score of 3 or more, adults are admitted to hospital."
    for odds, verdict in (
        ({"A": 0.9, "B": 0.1}, Verdict.SUPPORTED),
        ({"B": 0.9, "A": 0.1}, Verdict.CONTRADICTED),
        ({"C": 0.9, "A": 0.1}, Verdict.UNSUPPORTED),
    ):
        judge, model = _judge(tmp_path / next(iter(odds)), **odds)
        decided = decide_claim(claim(text), setting(library, passage("hospital")), lambda judge=judge: judge)
        assert (decided.verdict, len(model.calls)) == (verdict, 1)


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Amoxicillin 875 mg three times a day for 5 days is offered to adults with pneumonia.", "amoxicillin"),
        ("Ampicillin is offered to adults with pneumonia.", "amoxicillin"),
        ("Adults with a CURB-65 score of 3 or more should not be admitted to hospital.", "hospital"),
        ("Adults with a CURB-65 score of 3 or less should be admitted to hospital.", "hospital"),
        ("ACE inhibitors should be used in pregnancy.", "pregnancy"),
        ("The needle goes above the rib on the right side.", "needle"),
    ],
)
def test_a_judge_that_agrees_with_everything_lets_no_altered_sentence_through(library, text, name):
    decided = decide_claim(claim(text), setting(library, passage(name)), never)
    assert decided.verdict is not Verdict.SUPPORTED
    assert decided.failures


@pytest.mark.parametrize("reply", [ModelUnavailableError("It is gone.", ""), "neither A nor B"])
def test_a_claim_that_cannot_be_judged_is_unsupported(library, tmp_path, reply):
    judge = Judge(ScriptedChat(reply=lambda messages: reply), tmp_path / "verdicts.sqlite")
    text = "Adults are admitted to hospital with a CURB-65 score of 3 or more."
    decided = decide_claim(claim(text), setting(library, passage("hospital")), lambda: judge)
    assert decided.verdict is Verdict.UNSUPPORTED
    assert "could not be judged" in decided.failures[0]


def test_a_judge_that_cannot_be_made_supports_nothing(library):
    def broken():
        raise ModelUnavailableError("There is no core model.", "")

    text = "Adults are admitted to hospital with a CURB-65 score of 3 or more."
    decided = decide_claim(claim(text), setting(library, passage("hospital")), broken)
    assert decided.verdict is Verdict.UNSUPPORTED


def test_a_failing_claim_is_repaired_with_the_quote_of_its_passage(library):
    here = setting(library, passage("amoxicillin"))
    made_up = claim("Amoxicillin 1 g twice a day is offered.", section=Section.ASSESSMENT)
    second = repaired(decide_claim(made_up, here, never), here)
    assert (second.text, second.evidence, second.section) == (quote_of("amoxicillin"), ("G1",), Section.GUIDELINES)
    assert decide_claim(second, here, never).verdict is Verdict.SUPPORTED


def test_there_is_no_repair_without_a_passage_nor_for_the_quote_itself(library):
    here = setting(library, curb65(5))
    assert repaired(claim("CURB-65 is 4.", "S1"), here) is None
    assert repaired(claim(quote_of("amoxicillin")), setting(library, passage("amoxicillin"))) is None


def test_what_code_derives_is_recomputed_and_not_judged(library):
    before, now = curb65(4, "S1"), curb65(5, "S2")
    supposed = recorded(told("age", "age", 80.0, "80"))
    cases = [
        (allergy_sentence("penicillin", "co-amoxiclav"), (recorded(PENICILLIN), passage("coamoxiclav"))),
        (change_sentence(before, now), (before, now)),
        (supposed_sentence(supposed), (supposed,)),
    ]
    for text, cited in cases:
        facts = (PENICILLIN,) if "allergy" in text else (told("age", "age", 80.0, "80"),)
        here = setting(library, *cited, facts=facts, stale=("S1",))
        decided = decide_claim(claim(text, *(e.id for e in cited)), here, never)
        assert decided.verdict is Verdict.SUPPORTED, decided.failures


@pytest.mark.parametrize(
    ("altered", "cited"),
    [
        ("With an allergy to penicillin, co-amoxiclav, which that allergy covers, is for this patient.", "allergy"),
        (
            "With an allergy to penicillin, clarithromycin, which that allergy covers, is not for this patient.",
            "allergy",
        ),
        ("With an allergy to aspirin, co-amoxiclav, which that allergy covers, is not for this patient.", "allergy"),
        ("CURB-65: 4 now, 5 before.", "change"),
        ("CURB-65: 3 now, 4 before.", "change"),
    ],
)
def test_a_derived_sentence_that_was_altered_is_refused(library, altered, cited):
    evidence = {
        "allergy": (recorded(PENICILLIN), passage("coamoxiclav")),
        "change": (curb65(4, "S1"), curb65(5, "S2")),
    }[cited]
    here = setting(library, *evidence, facts=(PENICILLIN,), stale=("S1",))
    decided = decide_claim(claim(altered, *(e.id for e in evidence)), here, never)
    assert decided.verdict is not Verdict.SUPPORTED
