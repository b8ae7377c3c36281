"""Scores that add points: the range that missing inputs leave open, what they would settle, and the bands.

Missing inputs. A criterion that the record does not decide may give any of its possible points, so the score is a
range from the sum of the lowest to the sum of the highest. A sign that a clinician must assess (confusion) is never
taken as absent because nobody mentioned it. A comorbidity that is not recorded is counted as absent only where all of
this holds: every undecided criterion is a comorbidity; the record speaks of at least one comorbidity of the score, so a
history was taken; and no answer could move the patient to another band. The statement then names what was counted so
and the highest score it could hide. Otherwise the evidence has no single value, only the range.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from bedside.core.answer import Missing
from bedside.core.base import Frozen
from bedside.core.units import show
from bedside.tools.bands import Band
from bedside.tools.calculator import Calculator, Finding, Interpretation, Outcome, missing_input
from bedside.tools.calculator_inputs import InputSpec, Values, rounded, shown

__all__ = [
    "Band", "Criterion", "PointScore", "Points", "above", "at_least", "at_most", "inputs_of", "present", "span_of",
]  # fmt: skip


class Points(Frozen):
    """What a criterion gives, and the words that say why."""

    points: float
    words: str


@dataclass(frozen=True)
class Criterion:
    """One line of a point score.

    Attributes:
        label: a noun for lists ("urea").
        inputs: names of the inputs it reads; no other criterion reads them.
        possible: every number of points it can give, lowest first.
        decide: the points, or None where what is recorded does not settle them.
        asks: the inputs to ask for; all of `inputs` where empty.
        specs: the inputs themselves, from which `inputs_of` lists those of a score.
    """

    label: str
    inputs: tuple[str, ...]
    possible: tuple[float, ...]
    decide: Callable[[Values], Points | None]
    asks: tuple[str, ...] = ()
    specs: tuple[InputSpec, ...] = field(default=(), compare=False)

    @property
    def width(self) -> float:
        """By how much it can move the score."""
        return self.possible[-1] - self.possible[0]

    def wanted(self, values: Values) -> tuple[str, ...]:
        """The inputs that are not recorded and would decide it."""
        return tuple(name for name in self.asks or self.inputs if name not in values)


class PointScore(Calculator):
    """A Calculator whose result is a sum of points.

    Class attributes:
        criteria: one per line of the published score; together they read each input once.
        bands: the published groups.
        most_asked: the most lines of what is missing, the past history then being one; 0 for all.
    """

    criteria: tuple[Criterion, ...]
    bands: tuple[Band, ...] = ()
    most_asked: int = 0
    needs_all = False

    def compute(self, values: Values) -> Outcome:
        """Adds the points; see the module for what a missing input does."""
        decided = [(c, c.decide(values)) for c in self.criteria]
        given = [points for _, points in decided if points is not None]
        unsettled = [criterion for criterion, points in decided if points is None]
        low = sum(p.points for p in given) + sum(c.possible[0] for c in unsettled)
        high = sum(p.points for p in given) + sum(c.possible[-1] for c in unsettled)
        missing = self._missing(unsettled, values, low)
        if not given:
            return Outcome(missing=missing)
        bands = tuple(b for b in self.bands if b.holds(low) and b.holds(high))
        counted = bool(unsettled) and self._counts_as_absent(unsettled, values, len(bands))
        value = low if counted or low == high else None
        note = "not recorded, counted as absent" if counted else "not recorded"
        return Outcome(
            findings=(Finding(statement=self._say(given, unsettled, low, counted), value=value, unit="{score}"),),
            low=low,
            high=high,
            interpretations=tuple(
                Interpretation(statement=b.statement, citation=b.citation, link=b.link) for b in bands
            ),
            missing=missing,
            limits=self.cautions(values),
            notes={name: note for criterion in unsettled for name in criterion.wanted(values)},
        )

    def with_silence(self, values: Values) -> float:
        """The score where each line that the record does not decide gives nothing, or the least it can.

        For benchmarks that count silence as absence; no answer to a clinician does.
        """
        decided = ((c, c.decide(values)) for c in self.criteria)
        return sum(min(c.possible, key=abs) if points is None else points.points for c, points in decided)

    def cautions(self, values: Values) -> tuple[str, ...]:
        """Limits for this patient."""
        return ()

    def _counts_as_absent(self, unsettled: list[Criterion], values: Values, bands: int) -> bool:
        history = {spec.name for spec in self.inputs if spec.comorbidity}
        only_history = all(set(c.inputs) <= history for c in unsettled)
        taken = any(name in values for name in history)
        return only_history and taken and bands == len({b.scheme for b in self.bands})

    def _say(self, given: list[Points], unsettled: list[Criterion], low: float, counted: bool) -> str:
        top = sum(c.possible[-1] for c in self.criteria)
        total = show(low) if counted else span_of(low, unsettled)
        scored = [p.words for p in given if p.points]
        clear = [p.words for p in given if not p.points]
        words = f"{self.card.title} is {total} of {show(top)}"
        if scored:
            words += f": {', '.join(scored)}"
        if clear:
            words += f"; no points for {', '.join(clear)}"
        if unsettled:
            names = ", ".join(c.label for c in unsettled)
            highest = low + sum(c.width for c in unsettled)
            words += f"; not recorded, counted as absent: {names}" if counted else f"; not recorded: {names}"
            words += f" (at most {show(highest)} with them)" if counted else ""
        return f"{words}."

    def _missing(self, unsettled: list[Criterion], values: Values, low: float) -> tuple[Missing, ...]:
        specs = {spec.name: spec for spec in self.inputs}
        effect = f"{self.card.title} could be {span_of(low, unsettled)}"
        rows: list[tuple[float, list[InputSpec]]] = []
        for criterion in sorted(unsettled, key=lambda c: -c.width):
            if wanted := [specs[name] for name in criterion.wanted(values)]:
                rows.append((criterion.width, wanted))
        if self.most_asked and sum(len(wanted) for _, wanted in rows) > self.most_asked:
            rows = _merged(rows)[: self.most_asked]
        else:
            rows = [(width, [spec]) for width, wanted in rows for spec in wanted]
        out = []
        for width, wanted in rows:
            share = f"; this settles up to {show(width)} of it" if len(unsettled) > 1 else ""
            out.append(_ask(wanted, f"{effect}{share}."))
        return tuple(out)


def inputs_of(criteria: tuple[Criterion, ...]) -> tuple[InputSpec, ...]:
    """The inputs that the criteria of a score read, in their order."""
    return tuple(spec for criterion in criteria for spec in criterion.specs)


def _merged(rows: list[tuple[float, list[InputSpec]]]) -> list[tuple[float, list[InputSpec]]]:
    """The past history asked for as one, the widest rows first."""
    history = [row for row in rows if all(spec.comorbidity for spec in row[1])]
    if len(history) < 2:
        return rows
    one = (sum(width for width, _ in history), [spec for _, specs in history for spec in specs])
    others = [row for row in rows if not all(spec.comorbidity for spec in row[1])]
    return sorted([one, *others], key=lambda row: -row[0])


def _ask(wanted: list[InputSpec], effect: str) -> Missing:
    """One line for one input or several; the name is that of the first."""
    if len(wanted) == 1:
        return missing_input(wanted[0], effect)
    history = all(spec.comorbidity for spec in wanted)
    labels = ", ".join(spec.label for spec in wanted)
    return Missing(
        name=wanted[0].name,
        label=f"comorbidities: {labels}" if history else labels,
        why=" ".join(spec.contributes for spec in wanted),
        effect=effect,
    )


def span_of(low: float, unsettled: list[Criterion]) -> str:
    """The scores still possible from `low` up: "4", "4 or 5", "2 to 5"."""
    totals = {low}
    for criterion in unsettled:
        totals = {total + p - criterion.possible[0] for total in totals for p in criterion.possible}
        if len(totals) > 2:  # another line adds totals and takes none away
            return f"{show(low)} to {show(low + sum(c.width for c in unsettled))}"
    return " or ".join(show(total) for total in sorted(totals))


def present(spec: InputSpec, points: float = 1) -> Criterion:
    """Points where the finding is present, none where it is absent."""

    spec = spec if spec.contributes else spec.model_copy(update={"contributes": f"It scores {points:g}."})

    def decide(values: Values) -> Points | None:
        flag = values.flag(spec.name)
        if flag is None:
            return None
        return Points(points=points, words=spec.label + _worth(points)) if flag else _none(f"{spec.label} (absent)")

    possible = (min(0.0, points), max(0.0, points))
    return Criterion(label=spec.label, inputs=(spec.name,), possible=possible, decide=decide, specs=(spec,))


def at_least(spec: InputSpec, limit: float, points: float = 1, unit: str = "") -> Criterion:
    """Points from `limit` up, `limit` included; `unit` is printed after the value where it is given."""
    return _limit(spec, limit, lambda v: v >= limit, f"{limit:g} or more", f"below {limit:g}", points, unit)


def above(spec: InputSpec, limit: float, points: float = 1, unit: str = "") -> Criterion:
    """Points above `limit`, `limit` excluded."""
    return _limit(spec, limit, lambda v: v > limit, f"above {limit:g}", f"not above {limit:g}", points, unit)


def at_most(spec: InputSpec, limit: float, points: float = 1, unit: str = "") -> Criterion:
    """Points from `limit` down, `limit` included."""
    return _limit(spec, limit, lambda v: v <= limit, f"{limit:g} or less", f"above {limit:g}", points, unit)


def _limit(
    spec: InputSpec, limit: float, met: Callable[[float], bool], yes: str, no: str, points: float, unit: str
) -> Criterion:
    def decide(values: Values) -> Points | None:
        value = values.number(spec.name)
        if value is None:
            return None
        # 7.03 must not read as "7 (above 7)".
        words = f"{spec.label} {show(value, unit) if rounded(value) == limit else shown(value, unit)}"
        if met(value):
            return Points(points=points, words=f"{words} ({yes}){_worth(points)}")
        return _none(f"{words} ({no})")

    return Criterion(label=spec.label, inputs=(spec.name,), possible=(0, points), decide=decide, specs=(spec,))


def _worth(points: float) -> str:
    return "" if points == 1 else f" [{points:g} points]"


def _none(words: str) -> Points:
    return Points(points=0, words=words)
