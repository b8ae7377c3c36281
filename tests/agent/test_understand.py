"""What a message asks is read by rule."""

import pytest

from bedside.agent.understand import of_a_patient, only_supposes, question_of, suppositions


@pytest.mark.parametrize(
    ("text", "question"),
    [
        ("67-year-old man, RR 32, BP 88/56. How severe is his pneumonia?", "How severe is his pneumonia?"),
        (
            "Urea 9.1 mmol/L. Where should he be treated? And for how long?",
            "Where should he be treated? And for how long?",
        ),
        ("He is allergic to penicillin.", ""),
        ("sorry, he is 76", ""),
        ("Calculate his CURB-65", "Calculate his CURB-65"),
        ("And what about the dose", "And what about the dose"),
        ("T 38.9. Is this sepsis?", "Is this sepsis?"),
        ("urticaria, BP 76/40. adrenaline dose", "adrenaline dose"),
        ("BP 78/40. thrombolyse? dose of alteplase", "thrombolyse? dose of alteplase"),
        ("88M delirium ?UTI, T 36.8. treat?", "treat?"),
        ("He is on antibiotics.", ""),
    ],
)
def test_the_question_is_found_in_the_message(text, question):
    assert question_of(text) == question


@pytest.mark.parametrize(
    "text", ["and if he is allergic to penicillin?", "What if she is pregnant?", "If on warfarin?"]
)
def test_a_bare_what_if_asks_the_standing_question_again(text):
    assert only_supposes(text)


@pytest.mark.parametrize(
    "text",
    [
        "If she is pregnant, which antibiotic should I give?",
        "He is allergic to penicillin.",
        "67M with pneumonia. What should I do if he gets worse?",
    ],
)
def test_a_question_of_its_own_is_not_a_bare_what_if(text):
    assert not only_supposes(text)


def test_only_the_supposing_sentence_is_supposed():
    text = "67-year-old man, RR 32. What if he is allergic to penicillin?"
    ((start, end),) = suppositions(text)
    assert text[start:end].strip() == "What if he is allergic to penicillin?"


def test_telling_is_not_supposing():
    assert suppositions("He is allergic to penicillin.") == ()


@pytest.mark.parametrize("text", ["How severe is his pneumonia?", "Should this patient go home?", "Can she travel?"])
def test_a_question_about_one_patient(text):
    assert of_a_patient(text)


@pytest.mark.parametrize(
    "text", ["How severe is pneumonia?", "How is the severity of sepsis assessed?", "When is CT done?"]
)
def test_a_question_about_an_illness_at_large(text):
    assert not of_a_patient(text)
