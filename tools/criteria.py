"""Lines of a point score beside the plain ones of `point_score`: rungs of a number, any of several, words, items."""

from __future__ import annotations

from collections.abc import Callable

from bedside.core.units import show
from bedside.tools.calculator_inputs import InputKind, InputSpec, Values, category, finding, quantity, shown
from bedside.tools.point_score import Criterion, Points, present

# More than any rounding of a converted value, and less than any laboratory reports.
_ROUNDING = 1e-4


def rungs(
    spec: InputSpec, points: tuple[tuple[float, float], ...], *, below: float = 0, unit: str = "", over: bool = False
) -> Criterion:
    """Points by the highest rung that a number reaches.

    Args:
        spec: the input.
        points: (from, points), lowest first; a number on a rung has reached it.
        below: points of a number under the first rung.
        unit: the unit of the rungs, where it is not the canonical one.
        over: a number must be above a rung to have reached it.
    """

    def decide(values: Values) -> Points | None:
        if spec.name not in values:
            return None
        number = values.in_unit(spec.name, unit) if unit else values.need(spec.name)
        margin = _ROUNDING if over else -_ROUNDING
        reached = [p for rung, p in points if number > rung + margin or (not over and number == rung)]
        return scored(spec.label, shown(number, unit or spec.unit), reached[-1] if reached else below)

    return _criterion(spec.label, (spec,), {below, *(p for _, p in points)}, decide)


def computed(
    label: str, specs: tuple[InputSpec, ...], possible: tuple[float, ...], points: Callable[[Values], float | None]
) -> Criterion:
    """Points by a rule over several inputs, which returns None where they do not settle it."""

    def decide(values: Values) -> Points | None:
        found = points(values)
        return None if found is None else scored(label, _said(specs, values), found)

    return _criterion(label, specs, set(possible), decide)


def any_of(label: str, specs: tuple[InputSpec, ...], points: float = 1) -> Criterion:
    """Points where one of several findings is present; none where all are absent, optional ones apart."""

    def decide(values: Values) -> Points | None:
        flags = [values.flag(spec.name) for spec in specs]
        if any(flags):
            there = [spec.label for spec, flag in zip(specs, flags, strict=True) if flag]
            return scored(" and ".join(there), "", points)
        open_ = any(flag is None and spec.required for spec, flag in zip(specs, flags, strict=True))
        return None if open_ else scored(label, "absent", 0)

    return _criterion(label, specs, {0.0, points}, decide)


def by_word(name: str, points: tuple[float, ...], options: tuple[str, ...] = ()) -> Criterion:
    """Points by a grade; `points` stand in the order of its words."""
    spec = category(name, options=options)
    worth = dict(zip(spec.options, points, strict=True))

    def decide(values: Values) -> Points | None:
        word = values.word(name)
        return scored(spec.label, word, worth[word]) if word else None

    return _criterion(spec.label, (spec,), set(points), decide)


def item(name: str) -> Criterion:
    """One item of a questionnaire: its own number, from the lowest to the highest that the terminology gives."""
    spec = quantity(name)
    low, high = int(spec.low), int(spec.high)

    def decide(values: Values) -> Points | None:
        number = values.number(name)
        return None if number is None else scored(spec.label, "", number)

    return _criterion(spec.label, (spec,), {float(n) for n in range(low, high + 1)}, decide)


def flag(name: str, points: float = 1) -> Criterion:
    """Points where a finding of the terminology is present."""
    return present(finding(name), points)


def history(name: str, points: float = 1, shown_by: tuple[str, ...] = ()) -> Criterion:
    """Points where the past history has it; unlike a sign, it may be counted as absent (see `point_score`)."""
    spec = finding(name).model_copy(update={"comorbidity": True, "history": True, "shown_by": shown_by})
    return present(spec, points)


def scored(label: str, value: str, points: float) -> Points:
    """Points with their words: "urea 9 mmol/L [2 points]"."""
    worth = "" if points in (0, 1) else f" [{show(points)} points]"
    absent = f" ({value})" if value == "absent" else f" {value}" if value else ""
    return Points(points=points, words=f"{label}{absent}{worth}")


def _criterion(
    label: str, specs: tuple[InputSpec, ...], possible: set[float], decide: Callable[[Values], Points | None]
) -> Criterion:
    low, high = min(possible), max(possible)
    why = f"It scores {show(low)} to {show(high)}."
    told = tuple(spec.model_copy(update={"contributes": why}) for spec in specs)
    return Criterion(
        label=label,
        inputs=tuple(spec.name for spec in specs),
        possible=tuple(sorted(possible)),
        decide=decide,
        asks=tuple(spec.name for spec in specs if spec.required),
        specs=told,
    )


def _said(specs: tuple[InputSpec, ...], values: Values) -> str:
    out = []
    for spec in specs:
        if spec.kind is InputKind.QUANTITY and (number := values.number(spec.name)) is not None:
            out.append(f"{spec.label} {shown(number, spec.unit)}" if len(specs) > 1 else shown(number, spec.unit))
        elif spec.kind is InputKind.PRESENCE and (there := values.flag(spec.name)) is not None:
            out.append(spec.label if there else f"no {spec.label}")
        elif word := values.word(spec.name):
            out.append(word)
    return f"({', '.join(out)})" if len(specs) > 1 else "".join(out)
