"""What an interview says: openers, requests for the usual work-up, and the words around them."""

from __future__ import annotations

from bedside.agent.interview.suits import Person

WELCOME = "Thank you for coming in; I would like to understand what has happened."
COMPLAINT = "What brings you here today, and when did it start?"
COMPLAINT_AND_AGE = "What brings you here today, when did it start, and how old are you?"
SEX = "Are you male or female?"
SYMPTOMS = "Have you noticed any other symptoms, even ones that seem to have nothing to do with it?"
EXAMINE = "vital signs; physical examination"
ROUTINE = "routine blood tests"
PAST = "Which medical problems or operations have you had, which medicines do you take, and are you allergic to any?"
LIFE = "Do you smoke or drink alcohol, what is your work, and does any illness run in your family?"
CHILD_LIFE = "Is there anyone ill at home or at school, and does any illness run in the family?"
BIRTH = "How did the pregnancy and the birth go, and does any illness run in the family?"
# Names by which an opener that was put is known again, and any words of it.
OPENERS = (
    ("complaint", COMPLAINT),
    ("complaint", COMPLAINT_AND_AGE),
    ("sex", SEX),
    ("symptoms", SYMPTOMS),
    ("examine", EXAMINE),
    ("routine", ROUTINE),
    ("past", PAST),
    ("life", LIFE),
    ("life", CHILD_LIFE),
    ("life", BIRTH),
)
_ADULT, _NEWBORN = 12.0, 0.25


def life_of(person: Person) -> str:
    """The question about habits, work and family that suits a person."""
    if person.age is None or person.age >= _ADULT:
        return LIFE
    return BIRTH if person.age < _NEWBORN else CHILD_LIFE
