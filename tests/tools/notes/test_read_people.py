from __future__ import annotations

import pytest

from bedside.tools.notes.read import read_facts


def _read(text: str) -> tuple[object, object]:
    facts = {f.name: f.value for f in read_facts(text, "m1")}
    return facts.get("age"), facts.get("sex")


@pytest.mark.parametrize(
    ("text", "age", "sex"),
    [
        ("67-year-old man", 67, "male"),
        ("67M", 67, "male"),
        ("67 yo F", 67, "female"),
        ("a woman of 34", 34, "female"),
        ("aged 72", 72, None),
        ("sorry, he is 76", 76, "male"),
        ("she is 76", 76, "female"),
        ("I am 30", 30, None),
        ("6-month-old girl", 0.5, "female"),
        ("man aged 58", 58, "male"),
        ("Mrs Smith has a cough", None, "female"),
        ("he is coughing", None, "male"),
        ("patient 78f from nh", 78, "female"),
        ("24F", 24, "female"),
        ("5M", 5, "male"),
        ("67m with chest pain", 67, "male"),
        ("6 year old boy", 6, "male"),
        ("34 femal", 34, "female"),
        ("3-year-old child.", 3, None),
        ("A 3-year-old child with a cough", 3, None),
    ],
)
def test_age_and_sex_are_read(text: str, age: float | None, sex: str | None) -> None:
    assert _read(text) == (age, sex)


@pytest.mark.parametrize(
    "text",
    [
        "he is 80 kg",
        "he is 180 cm",
        "she is 28 weeks pregnant",
        "mother of a 3-year-old child",
        "mother died aged 60",
        "his 70-year-old father is well",
        "FH: father MI aged 50",
        "patients aged 65 or over",
        "QT 420 ms",
        "102 F",
        "102f",
        "walks 50m",
        "12f catheter",
        "penicillin anaphylaxis age 5",
    ],
)
def test_other_numbers_and_other_people_are_no_age(text: str) -> None:
    assert _read(text)[0] is None


@pytest.mark.parametrize(
    ("text", "age", "sex"),
    [
        ("My husband is 61, he has been sweating and his left arm aches since breakfast", 61, "male"),
        ("My wife, 34, has a headache", 34, "female"),
        ("My daughter is 8 months and wheezing", 0.6667, "female"),
        ("My partner is 40 and has chest pain", 40, None),
        ("Dad is 70, chest pain", 70, "male"),
        ("I am 30, my husband is 61 and has a cold, I have a cough", 30, None),
        ("My wife is 28 weeks and bleeding", None, "female"),
        ("My daughter is 24 weeks pregnant and bleeding", None, "female"),
    ],
)
def test_a_relative_whom_the_message_is_about_has_an_age_and_a_sex(
    text: str, age: float | None, sex: str | None
) -> None:
    values = {f.name: f.value for f in read_facts(text, "m1")}
    assert (values.get("age"), values.get("sex")) == (age, sex)


@pytest.mark.parametrize(
    ("text", "age", "sex"),
    [
        ("A mother brings her 3-year-old son, who has a fever.", 3, "male"),
        ("A 30-year-old woman brings her 2-year-old daughter who swallowed a battery.", 2, "female"),
        ("A 30 year old woman brought in her baby, 6 weeks old, with fever. He is floppy.", 0.115, "male"),
        ("A woman brings her 4 year old child, who has swallowed bleach.", 4, None),
        ("A 45-year-old man brings his wife, 44, who has chest pain.", 44, "female"),
        ("My 3-year-old son has a fever.", 3, "male"),
        ("My 80-year-old mother is confused.", 80, "female"),
        ("The patient, a 60-year-old woman, brought her son along.", 60, "female"),
        ("34F. She brought her daughter to school and then collapsed.", 34, "female"),
        ("A 70-year-old man was brought in by his daughter.", 70, "male"),
        ("84-year-old woman. Ambulance brought her in after her daughter found her confused.", 84, "female"),
        ("A 79-year-old woman: EMS brought her to the hospital because her son was worried.", 79, "female"),
        ("30F. Police brought her in with her baby.", 30, "female"),
        ("A 78-year-old man brought his own tablets and his wife says he is confused.", 78, "male"),
        ("A 42-year-old man attends with his wife. Chest pain.", 42, "male"),
        ("28F attends with her partner, PV bleeding.", 28, "female"),
        ("A 15-year-old girl comes with her mother because of abdominal pain.", 15, "female"),
        ("A 34-year-old woman comes with her 3-year-old daughter. She has a severe headache.", 34, "female"),
        ("A 35-year-old woman presents with fever. She brought her son to hospital last week.", 35, "female"),
        ("34F back pain, carries her toddler.", 34, "female"),
        ("A 30-year-old woman, who brought her husband for support, has a headache.", 30, "female"),
        ("A 28-year-old mother presents to the clinic with her 6-month-old son because of a fever.", 0.5, "male"),
        ("A 32-year-old woman takes her 5-year-old daughter to the pediatrician because of a rash.", 5, "female"),
        ("Parents bring their 5-year-old to the ED with fever.", 5, None),
        ("A 35-year-old man brings in his 4-year-old nephew with wheeze.", 4, "male"),
        ("A 30-year-old woman brings her 2 and a half year old son with a rash.", None, "male"),
        ("A 55-year-old man rings about his father, 82, who is confused.", 82, "male"),
        ("82F BIB daughter c/o confusion", 82, "female"),
        ("17-year-old male. He is sexually active with 2 female partners.", 17, "male"),
        ("Mrs Jones, 82, has a cough.", 82, "female"),
        ("Mr Patel, 67 kg, has a cough.", None, "male"),
        ("A 3-day-old girl born to a 28-year-old woman has jaundice.", 0.0082, "female"),
    ],
)
def test_who_is_brought_is_the_patient_and_who_brings_is_not(text: str, age: float, sex: str | None) -> None:
    assert _read(text) == (age, sex)


@pytest.mark.parametrize(
    "text",
    [
        "A mother brings in her 8 month old daughter with fever.",
        "A 3-year-old boy is brought by his mother with fever.",
        "A 6-year-old girl was brought to the clinic by her parents with fever.",
        "Attended with mum with 3/7 fever.",
        "A 19-year-old presents with her mother with fever.",
        "Brought in by wife and daughter with fever.",
        "An 80-year-old man was found by his wife with fever.",
        "Brought in by mum fever for 2 days.",
        "A mother with asthma brings her 4-year-old daughter with fever.",
    ],
)
def test_what_who_is_brought_comes_with_is_the_patients(text: str) -> None:
    assert [f.status.value for f in read_facts(text, "m1") if f.name == "fever"] == ["present"]


def test_what_a_relative_has_who_brings_nobody_is_the_relatives() -> None:
    facts = read_facts("Her father has diabetes. Brought in by her sister with headache.", "m1")
    assert {f.name: f.status.value for f in facts} == {"diabetes": "family", "headache": "present"}


def test_what_whoever_brings_the_patient_has_is_not_the_patients() -> None:
    facts = read_facts("A 34-year-old woman, 20 weeks pregnant, brings her 3-year-old son with a fever.", "m1")
    found = {f.name: f.status.value for f in facts}
    assert found["fever"] == "present"
    assert found["pregnancy"] == "family"
