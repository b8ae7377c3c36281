"""Bedside as a doctor: its interview, over what a `View` holds, with parts left out where a setup says so.

Pictures are read by its experts, and shown to its core model where that sees. What is read on them supports a letter or
a text, and stands beside a diagnosis; the differential ranks by what was said and found, as in an answer.
"""

from __future__ import annotations

from typing import NamedTuple

from bedside.agent.interview.answering import Support, choose_option, support_for, write_answer
from bedside.agent.interview.conclude import Conclusion, conclude
from bedside.agent.interview.heard import Heard, Line, hear
from bedside.agent.interview.pictures import Pictures, ReadPicture, Shown
from bedside.agent.interview.policy import Move, next_move, opening_move
from bedside.agent.models.decide import Choice
from bedside.agent.services import Services
from bedside.core.answer import Claim
from bedside.evals.doctors.model_doctor import ModelDoctor
from bedside.evals.doctors.spent import Spent
from bedside.evals.patients.actions import (
    Abstain,
    Action,
    Ask,
    Choose,
    Cited,
    Diagnose,
    Named,
    RequestImage,
    RequestTest,
    Write,
)
from bedside.evals.patients.case import THERE_IS_AN_IMAGE
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
        self._pictures = Pictures(services)

    def act(self, view: View) -> Step:
        """The next action.

        Raises:
            BedsideError: the core model, where it is asked, is not there or does not answer.
        """
        with Spent() as spent:
            lines = lines_of(view)
            heard = hear(self._table, lines)
            action = self._ask(view, heard) if view.turns_left > 0 else None
            if action is not None:
                return Step(action=action, tokens=spent.tokens)
            seen = self._seen(view, heard)
            action = self._end(view, heard, lines, seen)
            return Step(action=action, tokens=spent.tokens, looked=seen.looked)

    def _end(self, view: View, heard: Heard, lines: tuple[Line, ...], seen: _Seen) -> Action:
        if view.task == "choose":
            support = self._support(view, heard, seen)
            choice = self._choice(view, support, seen)
            return Choose(letter=choice.best, probabilities=choice.given, evidence=support.lines)
        if view.task == "write":
            support = self._support(view, heard, seen)
            text = write_answer(self._services.model, view.told, support, view.question, seen.shown)
            return Write(text=text, evidence=support.lines)
        if "tools" in self._without:
            return self._core_model.act(view.model_copy(update={"turns_left": 0})).action
        found = conclude(heard, lines, self._services.toolbox, guidelines="guidelines" not in self._without)
        return _final(found, seen.read)

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
        image = _image_to_ask_for(view)
        if move.kind == "conclude" or (image and view.turns_left == 1):
            return image
        return Ask(text=move.text) if move.kind == "ask" else RequestTest(name=move.text)

    def _ask_for_answer(self, view: View, heard: Heard, move: Move) -> Action | None:
        """Where there are options or a text is wanted, the question's own words are asked last.

        Every few turns the model is asked whether it is sure enough.
        """
        asked = [s.text for s in view.said if s.speaker == "doctor"]
        if view.options and len(asked) >= CHECK_EVERY and len(asked) % CHECK_EVERY == 0:
            seen = self._seen(view, heard)
            choice = self._choice(view, self._support(view, heard, seen), seen, orders=1)
            if choice.given.get(choice.best, 0.0) >= SURE:
                return None
        action: Action = RequestTest(name=move.text) if move.kind == "test" else Ask(text=move.text)
        barren = heard.barren["result" if move.kind == "test" else "patient"] >= CHECK_EVERY
        if move.kind == "conclude" or barren or spoken(action) in asked:
            words = "; ".join(o.text for o in view.options) or view.question
            action = Ask(text=f"What do you know about this: {words}?")
        return action if spoken(action) not in asked else None

    def _choice(self, view: View, support: Support, seen: _Seen, orders: int = 2) -> Choice:
        options = tuple((o.letter, o.text) for o in view.options)
        return choose_option(self._services.model, view.told, support, view.question, options, orders, seen.shown)

    def _support(self, view: View, heard: Heard, seen: _Seen) -> Support:
        tools, guidelines = "tools" not in self._without, "guidelines" not in self._without
        question = view.question or view.context
        return support_for(heard, question, self._services, tools=tools, guidelines=guidelines, pictures=seen.read)

    def _seen(self, view: View, heard: Heard) -> _Seen:
        question = view.question or view.context or view.objective
        tools = "tools" not in self._without
        asks_model = view.task != "diagnose" or not {"tools", "policy"}.isdisjoint(self._without)
        return _Seen(
            read=self._pictures.read(view.pictures, question, heard.facts) if tools else (),
            # A diagnosis of the whole is the differential's, and no model is asked.
            shown=self._pictures.shown(view.pictures) if asks_model else (),
        )

    @property
    def _core_model(self) -> ModelDoctor:
        return ModelDoctor(self._services.model, show=self._pictures.shown)


class _Seen(NamedTuple):
    """What was made of a view's pictures: as experts read them, and those that the core model is shown."""

    read: tuple[ReadPicture, ...]
    shown: tuple[Shown, ...]

    @property
    def looked(self) -> int:
        """How many an expert found something on, or the model was shown."""
        return len({place for place, _ in self.shown} | {picture.place for picture in self.read if picture.findings})


def lines_of(view: View) -> tuple[Line, ...]:
    """What a view holds as lines of an interview; a request of ours as it was ordered."""
    given = (view.objective, view.context, view.question if view.task != "diagnose" else "")
    return (*(Line(by="told", text=text) for text in given if text), *(_line(said) for said in view.said))


def _line(said: Said) -> Line:
    if said.speaker != "doctor":
        return Line(by="patient" if said.speaker == "patient" else "result", text=said.text)
    return Line(by="us", text=said.action.name if isinstance(said.action, RequestTest) else said.text)


def _image_to_ask_for(view: View) -> Action | None:
    """The image that the doctor is told of and has not asked for."""
    asked = any(isinstance(said.action, RequestImage) for said in view.said)
    return RequestImage(name="the image") if THERE_IS_AN_IMAGE in view.objective and not asked else None


def _final(found: Conclusion, read: tuple[ReadPicture, ...]) -> Action:
    ranked = tuple(Named(name=r.name, confidence=r.share) for r in found.ranked)
    if found.why_not or not ranked:
        return Abstain(why=found.why_not, leaning=ranked)
    return Diagnose(
        ranked=ranked,
        statements=tuple(Cited(text=s.text, evidence=(s.words,)) for s in found.statements),
        plan=tuple(_cited(found, claim) for claim in found.plan),
        readings=tuple(
            Cited(text=f"Image {picture.place}: {text}", evidence=(expert,))
            for picture in read
            for text, expert in zip(picture.findings, picture.experts, strict=True)
        ),
        plain=found.plain,
    )


def _cited(found: Conclusion, claim: Claim) -> Cited:
    """A recommendation with its body, year, section and link."""
    sources = [found.answer.evidence[i].source for i in claim.evidence]
    return Cited(text=claim.text, evidence=tuple(f"{s.short}: {s.title}. {s.link}".strip() for s in sources))
