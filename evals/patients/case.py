"""A simulated patient's case. What is right (`Gold`) is kept beside it and never in it: no doctor can reach it."""

from __future__ import annotations

from pathlib import Path
from typing import Literal, NamedTuple

from bedside.core.base import Frozen

Section = Literal[
    "person", "complaint", "history", "symptoms", "past", "medicines", "allergies", "family", "social", "review", ""
]

Task = Literal["diagnose", "choose", "write"]

# What the doctor is told where there is a picture that it has to ask for.
THERE_IS_AN_IMAGE = "There is an image."


class CaseFact(Frozen):
    """One thing that the patient can tell.

    Attributes:
        id: unique in the case.
        text: as the case has it; third person, a clause or more.
        section: what it is about; "" where the case does not say.
    """

    id: str
    text: str
    section: Section = ""


class Result(Frozen):
    """What an examination or a test shows.

    Attributes:
        id: unique in the case.
        name: by which it is asked for, from general to special: ("Blood Tests", "Potassium").
        text: what it shows.
        examined: whether a doctor finds it by looking and touching, and no test is needed.
    """

    id: str
    name: tuple[str, ...]
    text: str
    examined: bool = False


class Picture(Frozen):
    """An image or a recording of the case: its name, by which it is asked for, and its file (None: missing).

    `given` says that the doctor sees it from the start and need not ask for it.
    """

    id: str
    name: str
    path: Path | None = None
    given: bool = False


class Option(Frozen):
    """One answer to choose from: its letter and its text."""

    letter: str
    text: str


class PatientCase(Frozen):
    """What there is to know of one simulated patient, less what is right.

    Attributes:
        id: unique in its set.
        objective: what the doctor is told at the start.
        complaint: what the patient says first where the patient opens; "" lets the doctor open.
        facts: what the patient can tell.
        results: what examination and tests show.
        pictures: images and recordings.
        task: what ends the dialogue: ranked diagnoses, the letter of an option, or a text.
        question: what is asked in the end; "" asks for a diagnosis.
        options: answers to choose from; none where it is answered freely.
        context: a text that goes with the question, given from the start (an abstract, a vignette).
        language: of the patient, ISO 639-1.
        temperament: of the patient, as the set names it; "" where it names none.
    """

    id: str
    objective: str = ""
    complaint: str = ""
    facts: tuple[CaseFact, ...] = ()
    results: tuple[Result, ...] = ()
    pictures: tuple[Picture, ...] = ()
    task: Task = "diagnose"
    question: str = ""
    options: tuple[Option, ...] = ()
    context: str = ""
    language: str = "en"
    temperament: str = ""


class RubricItem(Frozen):
    """One thing that a judge looks for.

    Attributes:
        id: unique in its rubric.
        text: the criterion or question.
        points: for it when it is met; below 0 for what should not be there.
        levels: from worst to best where the answer is one of them; none where it is met or not.
    """

    id: str
    text: str
    points: float = 1.0
    levels: tuple[str, ...] = ()


class Gold(Frozen):
    """What is right.

    Attributes:
        diagnosis: the right one; `also` are other names of it.
        option: the letter of the right option.
        texts: as reference, any of which is right.
        sentence: number of the sentence with the error, as the set counts; -1 says that there is none; None where no
            sentence is asked for. Of a text with an error, `texts` are the corrected sentence.
        rubric: what a judge looks for in the text or the dialogue.
        leaky: whether the case gives the answer away in its examination or tests.
    """

    diagnosis: str = ""
    also: tuple[str, ...] = ()
    option: str = ""
    texts: tuple[str, ...] = ()
    sentence: int | None = None
    rubric: tuple[RubricItem, ...] = ()
    leaky: bool = False


class Row(NamedTuple):
    """One case of a set with what is right; `fault` says why the row cannot be used, and it then counts as failed."""

    case: PatientCase
    gold: Gold
    fault: str = ""
