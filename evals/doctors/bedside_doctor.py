"""Bedside as a doctor: its interview, over what a `View` holds, with parts left out where a setup says so."""

from __future__ import annotations

from bedside.agent.interview.answering import Support, choose_option, support_for, write_answer
from bedside.agent.interview.conclude import Conclusion, conclude
from bedside.agent.interview.heard import Heard, Line, hear
from bedside.agent.interview.policy import Move, next_move, opening_move
from bedside.agent.models.decide import Choice
from bedside.agent.services import Services
from bedside.core.answer import Claim
from bedside.evals.doctors.model_doctor import ModelDoctor
from bedside.evals.doctors.spent import Spent
from bedside.evals.patients.actions import Abstain, Action, Ask, Choose, Cited, Diagnose, Named, RequestTest, Write
from bedside.evals.patients.contract import Said, Step, View
from bedside.evals.patients.dialogue import spoken
from bedside.evals.runs.setup import Part
from bedside.tools.differential.table import Table

# An option of at least this probability ends the questions; how often the model is asked for it. Chosen before any run.
SURE, CHECK_EVERY = 0.8, 3


class BedsideDoctor:
    """Asks and tests by the interview's policy and concludes with the differential, gated, with a cited plan.

    Args:
        table: the diseases.
        services: tools, library and core model.
        without: parts left out: `tools` leaves the policy's openers to the core model, which decides and names;
            `guidelines` searches nothing; with `policy` left out the core model asks, and the differential concludes.
    """

    name = "bedside"

    def __init__(self, table: Table, services: Services, without: tuple[Part, ...] = ()) -> None:
        self._table, self._services, self._without = table, services, without

    def act(self, view: View) -> Step:
        """The next action.

        Raises:
            BedsideError: the core model, where it is asked, is not there or does not answer.
        """
        with Spent() as spent:
            lines = lines_of(view)
            action = self._next(view, hear(self._table, lines), lines)
        return Step(action=action, tokens=spent.tokens)

    def _next(self, view: View, heard: Heard, lines: tuple[Line, ...]) -> Action:
        if view.turns_left > 0 and (asked := self._ask(view, heard)) is not None:
            return asked
        if view.task == "choose":
            choice = self._choice(view, heard)
            return Choose(letter=choice.best, probabilities=choice.given)
        if view.task == "write":
            support = self._support(view, heard)
            text = write_answer(self._services.model, view.told, support, view.question)
            return Write(text=text, evidence=support.lines)
        if "tools" in self._without:
            return self._core_model.act(view.model_copy(update={"turns_left": 0})).action
        return _final(conclude(heard, lines, self._services.toolbox, guidelines="guidelines" not in self._without))

    def _ask(self, view: View, heard: Heard) -> Action | None:
        """A question or a request; None where it is time to answer."""
        if "policy" in self._without:
            action = self._core_model.act(view).action
            return action if action.kind in ("ask", "test", "image") else None
        if "tools" in self._without:
            move = opening_move(heard) or Move(kind="conclude")
        else:
            move = next_move(heard, view.turns_left)
        if view.task != "diagnose":
            return self._ask_for_answer(view, heard, move)
        if move.kind == "conclude":
            return None
        return Ask(text=move.text) if move.kind == "ask" else RequestTest(name=move.text)

    def _ask_for_answer(self, view: View, heard: Heard, move: Move) -> Action | None:
        """Where there are options or a text is wanted, the question's own words are asked last.

        Every few turns the model is asked whether it is sure enough.
        """
        asked = [s.text for s in view.said if s.speaker == "doctor"]
        if view.options and len(asked) >= CHECK_EVERY and len(asked) % CHECK_EVERY == 0:
            choice = self._choice(view, heard, orders=1)
            if choice.given.get(choice.best, 0.0) >= SURE:
                return None
        action: Action = RequestTest(name=move.text) if move.kind == "test" else Ask(text=move.text)
        barren = heard.barren["result" if move.kind == "test" else "patient"] >= CHECK_EVERY
        if move.kind == "conclude" or barren or spoken(action) in asked:
            words = "; ".join(o.text for o in view.options) or view.question
            action = Ask(text=f"What do you know about this: {words}?")
        return action if spoken(action) not in asked else None

    def _choice(self, view: View, heard: Heard, orders: int = 2) -> Choice:
        options = tuple((o.letter, o.text) for o in view.options)
        support = self._support(view, heard)
        return choose_option(self._services.model, view.told, support, view.question, options, orders)

    def _support(self, view: View, heard: Heard) -> Support:
        tools, guidelines = "tools" not in self._without, "guidelines" not in self._without
        question = view.question or view.context
        return support_for(heard, question, self._services, tools=tools, guidelines=guidelines)

    @property
    def _core_model(self) -> ModelDoctor:
        return ModelDoctor(self._services.model)


def lines_of(view: View) -> tuple[Line, ...]:
    """What a view holds as lines of an interview; a request of ours as it was ordered."""
    given = (view.objective, view.context, view.question if view.task != "diagnose" else "")
    return (*(Line(by="told", text=text) for text in given if text), *(_line(said) for said in view.said))


def _line(said: Said) -> Line:
    if said.speaker != "doctor":
        return Line(by="patient" if said.speaker == "patient" else "result", text=said.text)
    return Line(by="us", text=said.action.name if isinstance(said.action, RequestTest) else said.text)


def _final(found: Conclusion) -> Action:
    ranked = tuple(Named(name=r.name, confidence=r.share) for r in found.ranked)
    if found.why_not or not ranked:
        return Abstain(why=found.why_not, leaning=ranked)
    return Diagnose(
        ranked=ranked,
        statements=tuple(Cited(text=s.text, evidence=(s.words,)) for s in found.statements),
        plan=tuple(_cited(found, claim) for claim in found.plan),
        plain=found.plain,
    )


def _cited(found: Conclusion, claim: Claim) -> Cited:
    """A recommendation with its body, year, section and link."""
    sources = [found.answer.evidence[i].source for i in claim.evidence]
    return Cited(text=claim.text, evidence=tuple(f"{s.short}: {s.title}. {s.link}".strip() for s in sources))
