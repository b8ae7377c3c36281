"""Calculators that solve one formula: the result with its inputs and band, and what a missing input leaves open.

Without a required input there is no number. What is then said of it is the range of results that the possible values of
the missing inputs give, found by solving the formula over a grid of them.
"""

from __future__ import annotations

import itertools
from abc import abstractmethod

from bedside.core.units import show
from bedside.tools.bands import Band
from bedside.tools.calculator import Calculator, Finding, Interpretation, Outcome, half_up, missing_input
from bedside.tools.calculator_inputs import InputKind, InputSpec, Values, shown

# Values of a missing quantity that are tried, by the number of inputs that are missing; more missing are not ranged.
_TRIED = {1: 9, 2: 5, 3: 3}


class Equation(Calculator):
    """A Calculator whose result is one number.

    Class attributes:
        unit: UCUM unit of the result.
        digits: decimals of the result.
        bands: the published groups, over the rounded result.
        adults_only_bands: True where the bands are not for a patient under 18.
    """

    unit: str = ""
    digits: int = 1
    bands: tuple[Band, ...] = ()
    adults_only_bands: bool = False

    @abstractmethod
    def solve(self, v: Values) -> float:
        """The formula, not rounded, over inputs already checked."""

    def exact(self, values: Values) -> float | None:
        """The result before it is rounded."""
        return self.solve(values)

    def parts(self, v: Values) -> tuple[Finding, ...]:
        """Further numbers of the same inputs."""
        return ()

    def cautions(self, v: Values) -> tuple[str, ...]:
        """Limits for this patient."""
        return ()

    def outcome(self, values: Values) -> Outcome:
        """The result, or what is missing and the range that it leaves open."""
        lacking = tuple(s for s in self.inputs if s.required and s.name not in values)
        if not lacking:
            return super().outcome(values)
        effect = f"{self.card.title} cannot be calculated without it{self._open(values, lacking)}."
        return Outcome(missing=tuple(missing_input(spec, effect) for spec in lacking))

    def compute(self, values: Values) -> Outcome:
        """The result with the inputs it comes from, and its bands."""
        value = half_up(self.solve(values), self.digits)
        child = self.adults_only_bands and (values.number("age") or 18) < 18
        bands = () if child else tuple(b for b in self.bands if b.holds(value))
        words = f"{self.card.title} is {show(value, self.unit)}, from {self._from(values)}."
        return Outcome(
            findings=(Finding(statement=words, value=value, unit=self.unit), *self.parts(values)),
            low=value,
            high=value,
            interpretations=tuple(
                Interpretation(statement=b.statement, citation=b.citation, link=b.link) for b in bands
            ),
            limits=self.cautions(values),
        )

    def _from(self, values: Values) -> str:
        said = [_words(spec, values) for spec in self.inputs if spec.name in values]
        return said[0] if len(said) == 1 else f"{', '.join(said[:-1])} and {said[-1]}"

    def _open(self, values: Values, lacking: tuple[InputSpec, ...]) -> str:
        """The range of results over the possible values of what is missing; "" where it is not known."""
        if len(lacking) not in _TRIED or any(s.kind is InputKind.DATE for s in lacking):
            return ""
        found = []
        names = [spec.name for spec in lacking]
        for tried in itertools.product(*(_possible(spec, _TRIED[len(lacking)]) for spec in lacking)):
            supposed = dict(zip(names, tried, strict=True))
            try:
                found.append(self.solve(values.supposing(supposed)))
            except (ArithmeticError, ValueError, KeyError):
                continue
        if not found:
            return ""
        low, high = half_up(min(found), self.digits), half_up(max(found), self.digits)
        return f"; every possible value of what is missing would give {show(low)} to {show(high, self.unit)}"


def _possible(spec: InputSpec, steps: int) -> tuple[float | bool | str, ...]:
    if spec.kind is InputKind.PRESENCE:
        return (False, True)
    if spec.kind is InputKind.CATEGORY:
        return spec.options
    return tuple(spec.low + (spec.high - spec.low) * n / (steps - 1) for n in range(steps))


def _words(spec: InputSpec, values: Values) -> str:
    number = values.number(spec.name)
    if number is not None:
        return f"{spec.label} {shown(number, spec.unit)}"
    there = values.flag(spec.name)
    if there is not None:
        return spec.label if there else f"no {spec.label}"
    return f"{spec.label} {values.word(spec.name)}"
