"""Has the core model read, from the clinician's words, inputs of a calculator that the rules did not find there.

What it says counts only where code bears it out: the words it quotes stand in a message as they are, a number stands in
them with a unit that converts, and what it denies is denied there. Words that the rules read as another value, as of
the family or as a mere possibility give nothing. The rules' own readings are never replaced.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Literal

from pydantic import BaseModel, Field, create_model

from bedside.agent.models.decide import decide
from bedside.agent.prompts import one_line, opening
from bedside.agent.verify.textmatch import negations
from bedside.core.case import Fact, FactStatus, Span
from bedside.knowledge.terms import Finding, Variant, finding, to_canonical
from bedside.tools.calculator_inputs import InputKind, InputSpec, Values, read_inputs
from bedside.tools.notes.numbers import NUMBER, amount_at, parse_number

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel

_ITEMS, _FOUND = 12, 4
_NOTE_CHARS, _TOKENS = 6000, 320
_FORMS = {InputKind.QUANTITY: "a number with its unit", InputKind.PRESENCE: "yes or no"}
_YES, _NO = "yes", "no"


class Told(BaseModel):
    """One input as the model read it: the words of the note, which input they give, and its value."""

    quote: str = Field(max_length=80)
    item: str
    value: str = Field(max_length=20)


def missing(inputs: Sequence[InputSpec], values: Values) -> tuple[InputSpec, ...]:
    """The inputs that are not recorded and that a model may read: no dates, and so many as it can be asked for."""
    open_ = (s for s in inputs if s.name not in values and s.kind is not InputKind.DATE)
    return tuple(open_)[:_ITEMS]


def fill_in(
    model: BaseChatModel,
    reader: str,
    inputs: Sequence[InputSpec],
    notes: Sequence[tuple[str, str]],
    known: tuple[Fact, ...],
) -> tuple[Fact, ...]:
    """Facts for the missing inputs that the model finds in the notes, each marked as read by it and with its words.

    Args:
        model: the core model.
        reader: what it is called where its reading is shown.
        inputs: those of the calculator.
        notes: id and text of each message.
        known: what the rules read in them.

    Raises:
        ModelOutputError: it did not answer in the form it was asked for.
        ModelUnavailableError: it is not there, or too slow.
    """
    specs = missing(inputs, read_inputs(inputs, known))
    if not specs or not notes:
        return ()
    from langchain_core.messages import HumanMessage

    note = " ".join(one_line(text) for _, text in notes)[:_NOTE_CHARS]
    items = "\n".join(f"{s.name}: {s.label} ({_form(s)})" for s in specs)
    asked = HumanMessage(content=_question(note, items))
    messages = [*opening("fill_in", lambda example: _question(example["note"], example["items"])), asked]
    told = decide(model, messages, _schema(specs), max_tokens=_TOKENS, retries=0)
    by_name = {s.name: s for s in specs}
    facts: dict[str, Fact] = {}
    for reading in told.found:
        fact = borne_out(by_name[reading.item], reading, notes, known)
        if fact is not None:
            facts.setdefault(fact.name, fact.model_copy(update={"reader": reader}))
    return tuple(facts.values())


def borne_out(spec: InputSpec, told: Told, notes: Sequence[tuple[str, str]], known: Sequence[Fact]) -> Fact | None:
    """The fact that the model's reading gives; None where the message, as the rules read it, does not bear it out."""
    span = _found(told.quote, notes)
    value = one_line(told.value).lower()
    within = [f for f in known if span is not None and _overlap(f.span, span)]
    if span is None or any(f.status in (FactStatus.FAMILY, FactStatus.POSSIBLE) for f in within):
        return None
    fact = Fact(name=spec.name, label=spec.label, as_written=span.text, span=span)
    if spec.kind is InputKind.QUANTITY:
        number = _number(spec, span.text, value, within)
        return None if number is None else fact.model_copy(update={"value": number, "unit": spec.unit})
    denied = bool(negations(span.text))
    if spec.kind is InputKind.CATEGORY:
        return fact.model_copy(update={"value": value}) if value in spec.options and not denied else None
    if value not in (_YES, _NO) or denied is (value == _YES):
        return None
    return fact if value == _YES else fact.model_copy(update={"status": FactStatus.ABSENT})


def _overlap(one: Span, other: Span) -> bool:
    return one.source == other.source and one.start < other.end and other.start < one.end


def _question(note: str, items: str) -> str:
    return f"Note: {note}\n\nItems:\n{items}"


def _form(spec: InputSpec) -> str:
    return _FORMS.get(spec.kind) or f"one of: {', '.join(spec.options)}"


def _schema(specs: Sequence[InputSpec]) -> Any:
    """What the model fills: readings of these inputs and of no others."""
    names: Any = Literal[tuple(s.name for s in specs)]
    reading = create_model("Reading", __base__=Told, item=(names, ...))
    return create_model("Readings", found=(list[reading], Field(max_length=_FOUND)))


def _found(quote: str, notes: Sequence[tuple[str, str]]) -> Span | None:
    """Where a quote stands in the messages, line breaks apart; the later message first."""
    words = quote.split()
    if not words:
        return None
    pattern = re.compile(r"\s+".join(re.escape(word) for word in words), re.I)
    for source, text in reversed(notes):
        if match := pattern.search(text):
            return Span(source=source, start=match.start(), end=match.end(), text=match.group())
    return None


def _number(spec: InputSpec, quote: str, value: str, within: Sequence[Fact]) -> float | None:
    """The value in the input's unit: a number of the quote that the model named, with a unit that converts.

    None where the rules read that number as something else.
    """
    named = NUMBER.search(value)
    row = finding(spec.name)
    if named is None or row.unit != spec.unit or any(f.unit and named.group() in f.as_written for f in within):
        return None
    same = (n.start() for n in NUMBER.finditer(quote) if parse_number(n.group()) == parse_number(named.group()))
    for start in same:
        candidates: tuple[Finding | Variant, ...] = (row, *row.variants)
        for names in candidates:
            amount = amount_at(quote, start, names)
            if amount is None or amount.trouble:
                continue
            read = to_canonical(amount.value, amount.unit, row.unit, names.units, names.bare)
            if read is not None and row.plausible(read):
                return read
    return None
