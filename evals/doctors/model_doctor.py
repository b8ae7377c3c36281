"""The core model alone as a doctor, by AgentClinic's protocol: no tool, no guideline, no policy but its own.

A model that sees is shown the pictures of the case, each where it is given; one that does not is told of none.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TYPE_CHECKING

from pydantic import BaseModel, Field

from bedside.agent.interview.answering import Support, asked_for_letter, choose_option, write_answer
from bedside.agent.interview.pictures import Shown
from bedside.agent.models.decide import Choice, choose_in_orders, decide
from bedside.agent.models.vision import with_pictures
from bedside.evals.doctors.spent import Spent
from bedside.evals.patients.actions import (
    Abstain,
    Action,
    Ask,
    Choose,
    Diagnose,
    Named,
    RequestImage,
    RequestTest,
    Write,
)
from bedside.evals.patients.contract import Step, View

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel
    from langchain_core.messages import BaseMessage

_RULES = """You are a doctor seeing a patient. {objective}
Each of your turns is ONE short sentence, one of:
- a question to the patient
- REQUEST TEST: name of an examination or test
- REQUEST IMAGES: name of the image
- DIAGNOSIS READY: when you know the diagnosis
You have {turns} turns in all. Do not repeat a question."""
_READY = "DIAGNOSIS READY:"
_REQUEST = re.compile(r"REQUEST (TEST|IMAGES?):?\s*\[?([^\]\n]+)", re.I)
_DIAGNOSIS = re.compile(r"DIAGNOSIS READY", re.I)
_LAST = "Name the five most likely diagnoses, the most likely first."
_TOKENS, _LAST_TOKENS = 60, 120

# From the paths of pictures to place and PNG of each, for a model that sees; `Pictures.shown` is one.
Show = Callable[[tuple[str, ...]], tuple[Shown, ...]]


class Ranked(BaseModel):
    """What the model is asked for in the end."""

    diagnoses: list[str] = Field(min_length=1, max_length=5)


class ModelDoctor:
    """Asks the model for each turn; what it says is read by the protocol, and anything else is a question.

    Args:
        model: that plays.
        bias: a sentence of its instructions that says by what its judgement is coloured; "" for none.
        show: opens the pictures that it is shown; None shows it none.
    """

    name = "model"

    def __init__(self, model: BaseChatModel, bias: str = "", show: Show | None = None) -> None:
        self._model, self._bias, self._show = model, bias, show or (lambda paths: ())

    def act(self, view: View) -> Step:
        """The next action.

        Raises:
            ModelOutputError: the model did not answer in the form that its end is asked for.
            ModelUnavailableError: it is not there, or too slow.
        """
        with Spent() as spent:
            shown = self._show(view.pictures)
            action = self._answer(view, shown) if view.turns_left <= 0 else self._next(view, shown)
        return Step(action=action, tokens=spent.tokens, looked=len(shown))

    def _next(self, view: View, shown: tuple[Shown, ...]) -> Action:
        asked = self._messages(view, shown)
        text = self._model.bind(max_tokens=_TOKENS, temperature=0).invoke(asked).text.strip()
        if _DIAGNOSIS.search(text):
            return self._answer(view, shown)
        request = _REQUEST.search(text)
        if request is None:
            return Ask(text=" ".join(text.split()) or "Please go on.")
        name = request[2].strip(" .")
        return RequestImage(name=name) if request[1].upper().startswith("IMAGE") else RequestTest(name=name)

    def _answer(self, view: View, shown: tuple[Shown, ...]) -> Action:
        if view.task == "write":
            told = (self._bias, *view.told)
            return Write(text=write_answer(self._model, told, Support(), view.question, shown))
        if view.options:
            choice = self._choice(view, shown)
            return Choose(letter=choice.best, probabilities=choice.given)
        said = decide(self._model, self._messages(view, shown, _LAST), Ranked, max_tokens=_LAST_TOKENS).diagnoses
        named = tuple(dict.fromkeys(name.strip() for name in said if name.strip()))
        return Diagnose(ranked=tuple(Named(name=n) for n in named)) if named else Abstain(why="no diagnosis was named")

    def _choice(self, view: View, shown: tuple[Shown, ...]) -> Choice:
        """Without a dialogue it is asked as Bedside asks it, with no support; after one, at the dialogue's end."""
        options = tuple((o.letter, o.text) for o in view.options)
        if not view.said:
            told = (self._bias, *view.told)
            return choose_option(self._model, told, Support(), view.question, options, pictures=shown)
        return choose_in_orders(
            self._model, lambda listed: self._messages(view, shown, asked_for_letter(view.question, listed)), options
        )

    def _messages(self, view: View, shown: tuple[Shown, ...], asked: str = "") -> list[BaseMessage]:
        """The rules, then what was said; the same beginning at every turn, so that a server keeps what it has read.

        `asked` is a last question in place of the next turn.
        """
        from langchain_core.messages import AIMessage, SystemMessage

        total = view.turns_left + sum(s.speaker == "doctor" for s in view.said)
        parts = (_RULES.format(objective=view.objective, turns=total), _wanted(view), self._bias)
        rules = "\n".join(part for part in parts if part)
        out: list[BaseMessage] = [SystemMessage(content=rules)]
        heard = [view.context] if view.context else []
        told = list(view.given)
        waiting = [p for p in shown if p[0] <= len(told)]
        for said in view.said:
            if said.speaker == "doctor":
                out += [_user(heard, waiting), AIMessage(content=_protocol(said.action))]
                heard, waiting = [], []
                continue
            heard.append(said.text)
            fresh = [path for path in dict.fromkeys(said.pictures) if path not in told]
            waiting += [p for p in shown if len(told) < p[0] <= len(told) + len(fresh)]
            told += fresh
        return [*out, _user(heard, waiting, asked)]


def _wanted(view: View) -> str:
    """What is asked in the end, where that is no diagnosis: known from the start, as in mediQ."""
    if view.task == "diagnose":
        return ""
    listed = "; ".join(o.text for o in view.options)
    return f"In the end you are asked: {view.question}" + (f" One of: {listed}." if listed else "")


def _user(heard: list[str], pictures: list[Shown], asked: str = "") -> BaseMessage:
    from langchain_core.messages import HumanMessage

    text = "\n".join(heard) or "The patient is here."
    text = f"{text}\n\n{asked}" if asked else text
    return HumanMessage(content=with_pictures(text, tuple(pictures)))


def _protocol(action: Action | None) -> str:
    if isinstance(action, RequestTest):
        return f"REQUEST TEST: {action.name}"
    if isinstance(action, RequestImage):
        return f"REQUEST IMAGES: {action.name}"
    return action.text if isinstance(action, Ask) else _READY
