from __future__ import annotations

import pytest

from bedside.evals.patients.case import CaseFact, PatientCase
from bedside.evals.patients.foreign import ForeignPatient
from bedside.evals.patients.languages import back_to_english, said_in, table, to_english
from bedside.evals.patients.voice import signature

CASE = PatientCase(
    id="foreign",
    facts=(
        CaseFact(id="f1", text="54-year-old man", section="person"),
        CaseFact(id="f2", text="Fever and cough", section="symptoms"),
        CaseFact(id="f3", text="Denies diarrhea, vomiting or chest pain.", section="review"),
        CaseFact(id="f4", text="Keeps seven parrots.", section="social"),
    ),
)


@pytest.mark.parametrize(
    ("language", "question", "used"),
    [
        ("fr", "Avez-vous de la fièvre ?", ("f2",)),
        ("fr", "Avez-vous une douleur à la poitrine ?", ("f3",)),
        ("fr", "Quel âge avez-vous ?", ("f1",)),
        ("fr", "Voyagez-vous ?", ()),
        ("es", "¿Tiene tos?", ("f2",)),
        ("es", "¿Ha tenido vómitos?", ("f3",)),
        ("es", "¿Cuántos años tiene?", ("f1",)),
        ("es", "Do you have a fever?", ("f2",)),
    ],
)
def test_a_question_in_either_language_finds_its_facts(language: str, question: str, used: tuple[str, ...]) -> None:
    assert ForeignPatient(language).reply(CASE, (), question).used == used  # type: ignore[arg-type]


def test_facts_are_said_by_finding_and_what_has_no_words_in_english_and_counted() -> None:
    french, spanish = ForeignPatient("fr"), ForeignPatient("es")
    assert french.tell(CASE, CASE.facts[1:3]).text == (
        "J'ai de la fièvre. J'ai de la toux. Je n'ai pas de diarrhée. Je n'ai pas de vomissements. "
        "Je n'ai pas de douleur à la poitrine."
    )
    assert spanish.tell(CASE, CASE.facts[:1]).text == "Tengo 54 años. Soy un hombre."
    parrots = spanish.tell(CASE, CASE.facts[3:])
    assert (parrots.text, parrots.untranslated) == ("Keeps seven parrots.", 1)
    assert spanish.reply(CASE, (), "¿Viaja mucho?").text == "No lo sé."


@pytest.mark.parametrize("language", ["fr", "es"])
def test_every_name_comes_back_as_the_finding_it_is_of(language: str) -> None:
    from bedside.knowledge.terms import findings

    lost = []
    for name in table().findings:
        label = findings()[name].label
        for text in (f"I have {label}.", f"No {label}."):
            words = said_in(text, language)  # type: ignore[arg-type]
            if words is not None and not signature(text) <= signature(back_to_english(words, language)):  # type: ignore[arg-type]
                lost.append((text, words))
    assert len(lost) <= 0.1 * 2 * len(table().findings), lost


def test_through_an_interpreter_the_doctor_hears_english() -> None:
    reply = ForeignPatient("fr", interpreted=True).reply(CASE, (), "Do you have a fever?")
    assert reply.text == "Fever. Cough."
    assert to_english("Hello there", "fr") == "Hello there"


def test_that_he_is_a_man_is_not_told_with_every_fact() -> None:
    assert said_in("He denies itching.", "fr") == "Je n'ai pas de démangeaisons."
    assert said_in("A 30-year-old man has a cough.", "es") == "Tengo 30 años. Soy un hombre. Tengo tos."
