"""Numbers with a name or a telling unit: vital signs, measurements and laboratory results."""

from __future__ import annotations

import re
from typing import NamedTuple

from bedside.core.answer import Refusal
from bedside.core.case import Fact, FactStatus, Span
from bedside.knowledge.phrases import Match
from bedside.knowledge.terms import Finding, Variant, finding, to_canonical
from bedside.tools.notes.context import context_of
from bedside.tools.notes.document import Document
from bedside.tools.notes.far_numbers import (
    in_urine,
    names_of,
    number_before,
    number_further_on,
    quantity_matches,
    read_listed,
)
from bedside.tools.notes.lexicon import Term
from bedside.tools.notes.numbers import Amount, amount_at
from bedside.tools.notes.series import clock_behind, read_run
from bedside.tools.notes.times import When, when_of

_FILLER = (
    r"levels?|counts?|reading|values?|score|result|measured|measures|recorded|is|was|were|are|of|at|around|about|"
    r"approximately|approx|roughly|currently|now|today|still|only|just|has|had|been|come|came|back|up|down|to|fell|fallen|"
    r"dropped|rose|risen|raised|elevated|increased|decreased|low|high|normal|with|a|an|the|on|in|air|room|ra|oxygen|serum|"
    r"plasma|venous|arterial|initial|repeat|latest|admission|arrival|interval|yesterday|this|morning|shows|showed|and|"
    r"regular|irregular|sitting|standing|lying|concentration|decreasing|increasing|found|be|calculated|estimated|noted|"
    r"slightly|mildly|markedly|significantly|severely|well|maintained|registered|measuring|reported|as|readings?|nearly|"
    r"almost|close|stands?|remains?|remained|kept|documented|detected|observed|obtained|determined|reads?|being|stable|"
    r"very|also"
)
LEAD = re.compile(
    rf"(?:\s?/\s?QTc)?[+−⁻⁺-]{{0,2}}\]?"
    rf"(?:\s*\((?:[^()\d]{{1,25}}|[^()]{{0,25}}\d\s?[-–]\s?\d[^()]{{0,20}}|"
    r"[A-Za-z][A-Za-z-]{1,8}[23₂₃][A-Za-z+⁻-]{0,3})\)(?:\s{0,2}cholesterol\b)?)?"
    rf"(?:[\s:=,|~≈>–—-]{{0,6}}(?:{_FILLER})(?![a-z])){{0,8}}[\s:=,|~≈–—-]{{0,6}}(?:[(\[](?=\s?\d))?",
    re.I,
)
_BOUND = re.compile(
    r"\s*(?:[<>≤≥]|above|below|over|under|less than|more than|greater than|at least)\s*=?\s*\d+(?:\.\d+)?", re.I
)
ELSEWHERE = re.compile(
    r"\b(?:urine|urinary|ioni[sz]ed|(?:in)?direct|(?:un)?conjugated|fetal|foetal|csf|pleural|ascitic|"
    r"pericardial|fluid|gastric|dietary|target|goal|aim(?:ing)?(?: for)?|"
    r"maintain|keep|oral|sputum|stool|(?:your|the|an?) (?:normal|ideal|desired|reference))\s+(?:an? |the |for )?$|"
    r"(?:HDL|LDL|VLDL)(?:-?C)?\)\s+$",
    re.I,
)
_TARGET_AFTER = re.compile(r"\s*(?:target|goal|aim)\b", re.I)
# Units of a laboratory: "sodium 140 mg/dL" is no sodium, and "sodium 2 g" is a diet.
_CONCENTRATION = re.compile(r"\s?(?:[mnpµμuk]?(?:g|mol|IU|U|Eq)|mcg|mmol|mEq)\s?/\s?(?:dL|mL|L)\b", re.I)
_FROM = re.compile(r"(?:gone |went |going )?(?:up |down )?from\s+(?=\d[\d.]*\s?%?\s+to\s+\d)", re.I)
_QT_PAIR = re.compile(r"(\d{3})\s?/\s?\d{3}(?:\s?ms(?:ec)?)?")
_FEET = re.compile(r"([3-7])\s?(?:ft|feet|foot|['’′])\s?(?:(\d{1,2})\s?(?:in(?:ches)?|[\"”″]|'')?)?(?!\w)")


class Read(NamedTuple):
    """What one reader found: facts and refused numbers."""

    facts: list[Fact]
    refused: list[tuple[Refusal, Span]]


def read_quantities(doc: Document) -> Read:
    """Every named quantity of a text. Blood pressure is read by `pressures`, numbers without a name by `unnamed`.

    "252 mg/dL total cholesterol, 84 mg/dL triglycerides": where the first of a list has its number before its name, so
    have those that follow.
    """
    out = Read([], [])
    matches = quantity_matches(doc)
    listed, taken = read_listed(doc, matches)
    for match, value in listed:
        _listed(doc, match, value, out)
    reached = 0
    for match in matches:
        if match.start in taken:
            continue
        counted = _counted(doc, match)
        before = number_before(doc, counted or match, reached)
        if before is not None:
            reached = match.end
        if counted is not None and before is not None:
            _take(doc, finding(counted.payload.name), names_of(counted), counted, before[0], before[1], out)
        elif counted is not None:
            reached = _named(doc, counted, out) or reached
    return out


def _listed(doc: Document, match: Match[Term], value: tuple[int, Amount], out: Read) -> None:
    """A value that a list gives by its place ("sodium and chloride were 174 and 135 mmol/L")."""
    counted = _counted(doc, match)
    if counted is not None:
        _take(doc, finding(counted.payload.name), names_of(counted), counted, value[0], value[1], out)


def _counted(doc: Document, match: Match[Term]) -> Match[Term] | None:
    """The name where its value counts; None where it is of another sample or a target."""
    if match.payload.name.startswith("urine_"):
        return match
    elsewhere = ELSEWHERE.search(doc.text, max(0, match.start - 24), match.start) or in_urine(doc, match.start)
    return None if elsewhere else match


def _named(doc: Document, match: Match[Term], out: Read) -> int:
    """Reads the number behind a name; where the number ends, or 0 where there is none."""
    row = finding(match.payload.name)
    lead = LEAD.match(doc.text, match.end)
    position = lead.end() if lead else match.end
    names = names_of(match)
    if row.name == "height" and (feet := _FEET.match(doc.text, position)):
        add_value(doc, row, feet_to_cm(feet), match.start, feet.end(), doc.text[position : feet.end()], out)
        return feet.end()
    if row.name == "qt_interval" and (pair := _QT_PAIR.match(doc.text, position)):
        add_value(doc, row, float(pair[1]), match.start, pair.end(), pair.group(), out)
        return pair.end()
    if bound := _BOUND.match(doc.text, position):
        _refuse(doc, row, match.start, bound.end(), "a bound and not a value", out)
        return bound.end()
    change = _FROM.match(doc.text, position)
    position = change.end() if change else position
    amount = amount_at(doc.text, position, names, ranges=not change)
    if amount is None and (far := number_further_on(doc, match, names)):
        position, amount = far
    if amount is None or _TARGET_AFTER.match(doc.text, amount.end):
        return 0
    _run(doc, row, names, match, position, amount, out, moving=bool(change))
    return amount.end


def _run(
    doc: Document,
    row: Finding,
    names: Finding | Variant,
    match: Match[Term],
    position: int,
    amount: Amount,
    out: Read,
    *,
    moving: bool,
) -> None:
    """Takes a number and those that follow it in a run ("was 15 now 9"); a unit written once holds for all."""

    def parse(at: int) -> Amount | None:
        following = amount_at(doc.text, at, names)
        if following is None or following.trouble:
            return None
        value = to_canonical(following.value, following.unit or amount.unit, row.unit, names.units, names.bare)
        possible = _could_be(row, names, following.value) if value is None else row.plausible(value)
        return following if possible else None

    if amount.trouble:
        _take(doc, row, names, match, position, amount, out)
        return
    run = read_run(doc.text, match.start, position, amount, parse, moving=moving)
    unit = next((a.unit for _, a, _ in run if a.unit), "")
    for at, each, when in run:
        _take(doc, row, names, match, at, each._replace(unit=each.unit or unit), out, when)


def _take(
    doc: Document,
    row: Finding,
    names: Finding | Variant,
    match: Match[Term],
    position: int,
    amount: Amount,
    out: Read,
    when: When | None = None,
) -> None:
    """Turns a number into a fact, a refusal, or nothing where it belongs to something else."""
    negative = doc.text[position - 1 : position] == "-" and doc.text[max(0, position - 2) : position - 1].isspace()
    start, end = match.start, amount.end
    if amount.trouble == "range" and doc.text[start : match.end] != "T":  # "T6-T8" are vertebrae
        _refuse(doc, row, start, end, "a range and not one value", out)
        return
    if amount.trouble:
        if unit := _CONCENTRATION.match(doc.text, amount.end):
            _refuse(doc, row, start, unit.end(), f"in a unit in which {row.label} is not read", out)
        return
    value = -amount.value if negative else amount.value
    written = ("-" if negative else "") + doc.text[position:end]
    canonical = to_canonical(value, amount.unit, row.unit, names.units, names.bare)
    if canonical is not None and row.plausible(canonical):
        add_value(doc, row, canonical, start, end, written, out, when)
    elif doc.text[match.start : match.end] == "T" or ("," in doc.text[match.end : position] and not amount.unit):
        return  # "T4" is a hormone or a vertebra, and after a comma another sentence may have begun
    elif canonical is None and _could_be(row, names, value):
        _refuse(doc, row, start, end, "ambiguous without its unit", out)
    else:
        _refuse(doc, row, start, end, f"impossible for {row.label}", out)


def _could_be(row: Finding, names: Finding | Variant, value: float) -> bool:
    return any(row.plausible(value * u.factor + u.offset) for u in names.units)


def add_value(
    doc: Document, row: Finding, value: float, start: int, end: int, written: str, out: Read, when: When | None = None
) -> None:
    """Adds a fact with its status and time, or a refusal where the value is impossible.

    The time is that of the words around it, unless `when` gives one.
    """
    if not row.plausible(value):
        _refuse(doc, row, start, end, f"impossible for {row.label}", out)
        return
    context = context_of(doc, start, end)
    status = FactStatus.PRESENT
    if context.family:
        status = FactStatus.FAMILY
    elif context.hypothetical:
        status = FactStatus.POSSIBLE
    when = when or clock_behind(doc.text, end) or when_of(doc, start, end)
    out.facts.append(make_fact(doc, row, start, end, value=round(value, 4), written=written, status=status, when=when))


def make_fact(
    doc: Document,
    row: Finding,
    start: int,
    end: int,
    *,
    value: float | str | None,
    status: FactStatus,
    when: When,
    written: str = "",
) -> Fact:
    """One fact of this text."""
    return Fact(
        name=row.name,
        label=row.label,
        value=value,
        unit=row.unit if isinstance(value, float) else "",
        as_written=written.strip(),
        status=status,
        time=when.text,
        span=doc.span(start, end),
    )


def feet_to_cm(feet: re.Match[str]) -> float:
    """Centimetres of a match of feet and, perhaps, inches."""
    return round((int(feet[1]) * 12 + int(feet[2] or 0)) * 2.54, 1)


def _refuse(doc: Document, row: Finding, start: int, end: int, why: str, out: Read) -> None:
    refuse_number(doc, row.label, start, end, why, out, row)


def refuse_number(
    doc: Document, label: str, start: int, end: int, why: str, out: Read, row: Finding | None = None
) -> None:
    """Adds a refusal of what stands at [start, end)."""
    low, high = row.range if row is not None and row.range else (None, None)
    limits = f" between {low:g} and {high:g} {row.unit}" if row is not None and low is not None else ""
    span = doc.span(start, end)
    refusal = Refusal(
        code="BED-NOTE-001",
        subject=label,
        why=f"{span.text.strip()!r} is {why}; it was not used.",
        do=f"Write {label} as one value with its unit{limits}.",
    )
    out.refused.append((refusal, span))
