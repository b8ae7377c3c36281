"""Who takes part: a patient and a measurement agent, who hold the case, and a doctor, who sees a `View` and no more."""

from __future__ import annotations

from typing import Literal, Protocol

from bedside.core.base import Frozen
from bedside.evals.patients.actions import Action
from bedside.evals.patients.case import Option, PatientCase, Task

Speaker = Literal["doctor", "patient", "measurement"]


class Said(Frozen):
    """One thing that was said; of the doctor's, what it was as an action; the files of pictures shown with it."""

    speaker: Speaker
    text: str
    action: Action | None = None
    pictures: tuple[str, ...] = ()


class View(Frozen):
    """All that a doctor sees.

    Attributes:
        objective, task, question, options, context: of the case.
        given: files of pictures that are there from the start; their names are the set's and may tell the answer:
            none reads them.
        said: from the first to the last.
        turns_left: how many more questions and tests there may be; 0 asks for an answer now.
    """

    objective: str = ""
    task: Task = "diagnose"
    question: str = ""
    options: tuple[Option, ...] = ()
    context: str = ""
    said: tuple[Said, ...] = ()
    given: tuple[str, ...] = ()
    turns_left: int = 0

    @property
    def pictures(self) -> tuple[str, ...]:
        """The files of all pictures: those given, then each that was shown later, where it first was."""
        out = list(self.given)
        for path in (path for said in self.said for path in said.pictures):
            out += [] if path in out else [path]
        return tuple(out)

    @property
    def told(self) -> tuple[str, ...]:
        """The objective, the context and what the patient and the tests told, in order."""
        return (self.objective, self.context, *(s.text for s in self.said if s.speaker != "doctor"))


class Reply(Frozen):
    """What a patient or a measurement agent answers.

    Attributes:
        text: as it is said.
        used: ids of the facts, results and pictures of the case that it tells.
        pictures: files shown.
        tokens: that a model spent on it.
        false: ids among `used` that it tells falsely, as a patient does who misleads.
        invented: findings that it tells and the case does not hold, as a model may.
        replaced: whether a model's words with an invented finding were put aside for facts of the case.
        untranslated: how many facts it tells in English for want of words in the patient's language.
        language: that it is said in, ISO 639-1.
    """

    text: str
    used: tuple[str, ...] = ()
    pictures: tuple[str, ...] = ()
    tokens: int = 0
    false: tuple[str, ...] = ()
    invented: tuple[str, ...] = ()
    replaced: bool = False
    untranslated: int = 0
    language: str = "en"


class Step(Frozen):
    """What a doctor does, with the tokens that models spent on it.

    `looked` is how many of the view's pictures a tool read or the model was shown for it.
    """

    action: Action
    tokens: int = 0
    looked: int = 0


class Patient(Protocol):
    """Answers a doctor from a case."""

    name: str

    def opening(self, case: PatientCase) -> Reply:
        """What the patient says first."""
        ...

    def reply(self, case: PatientCase, said: tuple[Said, ...], question: str) -> Reply:
        """Answers a question; `said` is what was said before it."""
        ...


class Measurement(Protocol):
    """Answers requests for examinations, tests and images from a case."""

    def test(self, case: PatientCase, name: str) -> Reply:
        """What an examination or test shows."""
        ...

    def image(self, case: PatientCase, name: str) -> Reply:
        """An image or recording."""
        ...


class Doctor(Protocol):
    """Chooses what to do from what it sees; keeps nothing from one call to the next that changes what it does."""

    name: str

    def act(self, view: View) -> Step:
        """The next action.

        Raises:
            BedsideError: it cannot go on; the dialogue is then counted as failed.
        """
        ...
