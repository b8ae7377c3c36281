"""Small cases for tests of dialogues, and doctors that follow a script."""

from __future__ import annotations

from collections.abc import Sequence

from bedside.core.errors import BedsideError
from bedside.evals.patients.actions import Action, Diagnose, Named
from bedside.evals.patients.case import CaseFact, Gold, PatientCase, Result, Row
from bedside.evals.patients.contract import Step, View

CANARY = "zyxxite-of-the-canary"


def small_row(number: int = 1, diagnosis: str = "Acute appendicitis") -> Row:
    """A case of three facts and two results; what is right is a canary's name where it is not given."""
    case = PatientCase(
        id=f"case {number}",
        objective="See the patient, who has pain in the belly.",
        facts=(
            CaseFact(id="f1", text="24-year-old man", section="person"),
            CaseFact(id="f2", text="The pain began at the navel and moved to the right iliac fossa", section="history"),
            CaseFact(id="f3", text="He denies diarrhoea", section="review"),
        ),
        results=(
            Result(id="r1", name=("Vital Signs", "Temperature"), text="38.1 C", examined=True),
            Result(id="r2", name=("Blood Tests", "White cell count"), text="15 x 10^9/L"),
        ),
    )
    return Row(case, Gold(diagnosis=diagnosis))


class ScriptedDoctor:
    """Does what its script says, turn by turn, then names appendicitis; keeps every view it was shown."""

    name = "scripted"

    def __init__(self, script: Sequence[Action | BedsideError] = ()) -> None:
        self._script = script
        self.views: list[View] = []

    def act(self, view: View) -> Step:
        """The next of the script."""
        self.views.append(view)
        done = sum(said.speaker == "doctor" for said in view.said)
        if done >= len(self._script) or view.turns_left == 0:
            return Step(action=Diagnose(ranked=(Named(name="Appendicitis", confidence=0.8),)))
        action = self._script[done]
        if isinstance(action, BedsideError):
            raise action
        return Step(action=action)
