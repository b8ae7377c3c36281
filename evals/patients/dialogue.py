"""One dialogue: a doctor asks and tests until it answers or its turns are spent."""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import Literal

from bedside.core.base import Frozen
from bedside.core.errors import BedsideError
from bedside.evals.patients.actions import END, Abstain, Action, Ask, Choose, RequestImage, RequestTest, Write
from bedside.evals.patients.case import PatientCase
from bedside.evals.patients.contract import Doctor, Measurement, Patient, Reply, Said, Speaker, View

Ending = Literal["answered", "abstained", "no answer", "failed"]


class Turn(Reply):
    """One thing said or done: a reply as it was given, or the text and tokens of what the doctor does.

    Attributes:
        speaker: who.
        action: the doctor's.
        seconds: that it took.
        looked: how many pictures the doctor looked at for it.
    """

    speaker: Speaker
    action: Action | None = None
    seconds: float = 0.0
    looked: int = 0


class Dialogue(Frozen):
    """A whole dialogue.

    Attributes:
        case: id of the case.
        turns: in order.
        ended: how.
        final: the answer or abstention; None where there is none.
        failure: why it failed; "" otherwise.
    """

    case: str
    turns: tuple[Turn, ...] = ()
    ended: Ending
    final: Action | None = None
    failure: str = ""

    @property
    def seconds(self) -> float:
        """Of all turns."""
        return sum(turn.seconds for turn in self.turns)

    @property
    def tokens(self) -> int:
        """Of all turns."""
        return sum(turn.tokens for turn in self.turns)

    @property
    def looked(self) -> int:
        """The most pictures that the doctor looked at in a turn."""
        return max((turn.looked for turn in self.turns), default=0)

    @property
    def used(self) -> frozenset[str]:
        """What of the case was told."""
        return frozenset(i for turn in self.turns for i in turn.used)


def converse(
    case: PatientCase, doctor: Doctor, patient: Patient, measurement: Measurement, turns: int = 20, *, opens: str = ""
) -> Dialogue:
    """Has a doctor see a patient.

    Args:
        case: who is seen.
        doctor: who sees only what a `View` holds.
        patient: who answers questions.
        measurement: who answers requests.
        turns: how many questions and requests there may be; 0 leaves the doctor only to answer.
        opens: "patient" or "doctor"; "" leaves it to the case, whose patient opens where it has a complaint.

    Returns:
        The dialogue; an error of anybody ends it as failed, and the failure names its code.
    """
    done: list[Turn] = []
    try:
        if case.facts and (opens == "patient" or (not opens and case.complaint)):
            started = time.perf_counter()
            done.append(_answered(patient.opening(case), "patient", started))
        for left in range(turns, -1, -1):
            turn = _acted(case, doctor, done, left)
            done.append(turn)
            action = turn.action
            if action is None or action.kind in END:
                break
            if left == 0:
                return Dialogue(case=case.id, turns=tuple(done), ended="no answer")
            done.append(_replied(case, action, patient, measurement, done))
    except (BedsideError, ValueError) as error:
        failure = (
            f"{error.code}: {error.what}" if isinstance(error, BedsideError) else f"{type(error).__name__}: {error}"
        )
        return Dialogue(case=case.id, turns=tuple(done), ended="failed", failure=failure)
    ended: Ending = "abstained" if isinstance(action, Abstain) else "answered"
    return Dialogue(case=case.id, turns=tuple(done), ended=ended, final=action)


def view_of(case: PatientCase, turns: Sequence[Turn], left: int) -> View:
    """What the doctor sees of a case and a dialogue: nothing of the case but what it is given at the start."""
    return View(
        objective=case.objective,
        task=case.task,
        question=case.question,
        options=case.options,
        context=case.context,
        said=_heard(turns),
        given=tuple(str(p.path) for p in case.pictures if p.given and p.path is not None),
        turns_left=left,
    )


def spoken(action: Action) -> str:
    """An action as a line of the transcript."""
    if isinstance(action, Ask):
        return action.text
    if isinstance(action, RequestTest):
        return f"Please examine or test: {action.name}."
    if isinstance(action, RequestImage):
        return f"Please show: {action.name}."
    if isinstance(action, Choose):
        return f"My answer is {action.letter}."
    if isinstance(action, Write):
        return action.text
    if isinstance(action, Abstain):
        return f"I cannot support an answer: {action.why}"
    return f"I think of {', then '.join(d.name for d in action.ranked)}."


def _acted(case: PatientCase, doctor: Doctor, done: list[Turn], left: int) -> Turn:
    started = time.perf_counter()
    step = doctor.act(view_of(case, done, left))
    return Turn(
        speaker="doctor",
        text=spoken(step.action),
        action=step.action,
        seconds=time.perf_counter() - started,
        tokens=step.tokens,
        looked=step.looked,
    )


def _replied(case: PatientCase, action: Action, patient: Patient, measurement: Measurement, done: list[Turn]) -> Turn:
    started = time.perf_counter()
    if isinstance(action, RequestTest):
        return _answered(measurement.test(case, action.name), "measurement", started)
    if isinstance(action, RequestImage):
        return _answered(measurement.image(case, action.name), "measurement", started)
    question = action.text if isinstance(action, Ask) else ""
    return _answered(patient.reply(case, _heard(done[:-1]), question), "patient", started)


def _heard(turns: Sequence[Turn]) -> tuple[Said, ...]:
    """What both sides hear of turns."""
    return tuple(Said(speaker=t.speaker, text=t.text, action=t.action, pictures=t.pictures) for t in turns)


def _answered(reply: Reply, speaker: Speaker, started: float) -> Turn:
    return Turn(**dict(reply), speaker=speaker, seconds=time.perf_counter() - started)
