"""Bedside as a doctor: its interview, over what a `View` holds."""

from __future__ import annotations

from bedside.agent.interview.heard import Line, hear
from bedside.agent.interview.policy import next_move
from bedside.evals.patients.actions import Abstain, Ask, Diagnose, Named, RequestTest
from bedside.evals.patients.contract import Said, Step, View
from bedside.tools.differential.table import Table

_RANKED = 5


def lines_of(view: View) -> tuple[Line, ...]:
    """What a view holds as lines of an interview; a request of ours as it was ordered."""
    return (Line(by="told", text=view.objective), *(_line(said) for said in view.said))


def _line(said: Said) -> Line:
    if said.speaker == "doctor":
        return Line(by="us", text=said.action.name if isinstance(said.action, RequestTest) else said.text)
    return Line(by="patient" if said.speaker == "patient" else "result", text=said.text)


class BedsideDoctor:
    """Asks and tests by the interview's policy and concludes with the differential."""

    name = "bedside"

    def __init__(self, table: Table) -> None:
        self._table = table

    def act(self, view: View) -> Step:
        """The next action."""
        lines = lines_of(view)
        heard = hear(self._table, lines)
        move = next_move(heard, view.turns_left)
        if move.kind == "ask":
            return Step(action=Ask(text=move.text))
        if move.kind == "test":
            return Step(action=RequestTest(name=move.text))
        ranking = heard.ranking
        if ranking is None or not (first := ranking.candidates()[:_RANKED]):
            return Step(action=Abstain(why="nothing that was said or found speaks for a disease held here"))
        ranked = tuple(
            Named(name=ranking.table.diseases[d].name, confidence=round(float(ranking.share[d]), 4)) for d in first
        )
        return Step(action=Diagnose(ranked=ranked))
