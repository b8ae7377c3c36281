from __future__ import annotations

import pytest

from bedside.core.errors import SettingsError
from bedside.core.settings import Settings
from bedside.evals.patients.actions import Ask
from bedside.evals.patients.case import CaseFact, PatientCase
from bedside.evals.patients.contract import Said
from bedside.evals.patients.fact_selecting import DONT_KNOW
from bedside.evals.patients.invented import not_of_the_case
from bedside.evals.patients.made import make_patient, names
from bedside.evals.patients.manners import manners
from bedside.evals.patients.voice import signature
from bedside.evals.runs.setup import Setup

CASE = PatientCase(
    id="shy",
    facts=(
        CaseFact(id="f1", text="40-year-old man", section="person"),
        CaseFact(id="f2", text="He has had a cough for 3 weeks.", section="history"),
        CaseFact(id="f3", text="Night sweats", section="symptoms"),
        CaseFact(id="f4", text="Weight loss", section="symptoms"),
        CaseFact(id="f5", text="Drinks a bottle of vodka a day.", section="social"),
        CaseFact(id="f6", text="Works as a cook.", section="social"),
        CaseFact(id="f7", text="Denies fever.", section="review"),
    ),
)


def patient(name: str, seed: int = 1):  # type: ignore[no-untyped-def]
    return make_patient(Setup(patient=name, seed=seed), Settings())


def asked(text: str) -> tuple[Said, ...]:
    return (Said(speaker="doctor", text=text, action=Ask(text=text)),)


def test_no_line_of_a_manner_or_a_bias_reads_to_a_finding() -> None:
    assert [line for line in sorted(manners().phrases()) if signature(line)] == []


@pytest.mark.parametrize("name", [*manners().manners, *manners().biases])
def test_a_manner_says_nothing_but_the_case_and_its_lines_and_the_same_each_time(name: str) -> None:
    said: tuple[Said, ...] = ()
    for question in ("What brings you here?", "Any other symptoms?", "Have you travelled?", "What is my diagnosis?"):
        reply = patient(name).reply(CASE, said, question)
        assert not_of_the_case(CASE, reply.text) == ""
        assert patient(name).reply(CASE, said, question) == reply
        said = (*said, *asked(question), Said(speaker="patient", text=reply.text))


def test_temperaments_and_styles_tell_more_or_less_than_was_asked() -> None:
    question = "Any other symptoms?"
    told = {
        name: len(patient(name).reply(CASE, (), question).used) for name in ("plain", "terse", "choleric", "talkative")
    }
    assert told == {"plain": 3, "terse": 1, "choleric": 2, "talkative": 5}


def test_another_seed_draws_other_lines() -> None:
    texts = {patient("anxious", seed).reply(CASE, (), "Do you cough?").text for seed in range(12)}
    assert len(texts) > 1


def test_what_one_is_shy_of_comes_out_when_asked_directly_or_a_second_time() -> None:
    shy = patient("facts+withholding")
    lifestyle = "Tell me about your lifestyle."
    assert shy.reply(CASE, (), lifestyle).used == ("f6",)
    assert shy.reply(CASE, asked(lifestyle), lifestyle).used == ("f5", "f6")
    assert shy.reply(CASE, (), "Do you drink alcohol?").used == ("f5",)


def test_a_named_fact_is_kept_back() -> None:
    for what in ("f4", "weight"):
        assert "f4" not in patient(f"facts+withholding:{what}").reply(CASE, (), "Any other symptoms?").used


def test_what_is_told_falsely_is_named_in_the_reply() -> None:
    misleads = patient("facts+misleading")
    reply = misleads.reply(CASE, (), "Do you drink alcohol?")
    assert reply.false == ("f5",)
    assert "vodka" not in reply.text
    assert misleads.reply(CASE, (), "Do you cough?").false == ()
    other = patient("facts+misleading:f3").reply(CASE, (), "Do you sweat at night?")
    assert (other.text, other.false) == ("I have no night sweats.", ("f3",))


def test_manners_can_be_joined() -> None:
    both = patient("facts+withholding+terse")
    assert both.name == "facts+withholding+terse"
    assert both.reply(CASE, (), "Tell me about your lifestyle.").used == ("f6",)
    assert both.reply(CASE, (), "Have you travelled?").text == DONT_KNOW


@pytest.mark.parametrize("name", ["grumpy", "facts+fr", "facts+unguarded", "fr+", "choleric:f1", "", "fr+model"])
def test_a_patient_that_there_is_not_lists_those_that_there_are(name: str) -> None:
    if name == "fr+":
        assert patient(name).name == "fr"
        return
    with pytest.raises(SettingsError) as error:
        patient(name)
    assert error.value.code == "BED-EVAL-010"
    assert "withholding" in error.value.do


def test_every_name_that_is_listed_makes_a_patient_or_goes_with_one() -> None:
    for name in names():
        if name not in ("model", "unguarded", "interpreted"):
            assert patient(name).reply(CASE, (), "Do you cough?").used


def test_who_misleads_changes_nothing_that_is_denied_already() -> None:
    assert patient("facts+misleading:fever").reply(CASE, (), "Do you have a fever?").false == ()


def test_a_case_that_names_a_temperament_is_played_with_it_unless_another_is_asked_for() -> None:
    case = CASE.model_copy(update={"temperament": "phlegmatic"})
    question = "Any other symptoms?"
    assert len(patient("plain").reply(case, (), question).used) == 1
    assert patient("plain").reply(case, (), question) == patient("plain+phlegmatic").reply(CASE, (), question)
    assert patient("plain+terse").reply(case, (), question) == patient("plain+terse").reply(CASE, (), question)
    assert len(patient("plain").reply(CASE, (), question).used) == 3
