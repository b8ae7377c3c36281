"""Winters' formula: the PaCO2 expected in metabolic acidosis, 1.5 x bicarbonate + 8, give or take 2 mmHg.

Source: Albert MS, Dell RB, Winters RW. Ann Intern Med 1967;66:312-322, doi:10.7326/0003-4819-66-2-312.
"""

from __future__ import annotations

from bedside.core.units import show
from bedside.tools.bands import paper
from bedside.tools.calculator import Finding, half_up, score_card
from bedside.tools.calculator_inputs import Values, optional, quantity, shown
from bedside.tools.equation import Equation
from bedside.tools.registry import register

SOURCE = paper(
    (
        "Albert MS, Dell RB, Winters RW. Quantitative displacement of acid-base equilibrium in "
        "metabolic acidosis. Ann Intern Med 1967;66:312-322"
    ),
    "10.7326/0003-4819-66-2-312",
)


@register
class Winters(Equation):
    """Expected PaCO2 (Winters); see the module for the rule and its source."""

    inputs = (quantity("bicarbonate"), optional(quantity("paco2")))
    card = score_card(
        "winters",
        "Expected PaCO2 (Winters)",
        "Is breathing compensating for this metabolic acidosis as expected?",
        inputs,
        SOURCE,
        population="patients with metabolic acidosis",
        topics=(
            "winters",
            "winter's formula",
            "winters' formula",
            "expected pco2",
            "respiratory compensation",
        ),
        limits=("Only in metabolic acidosis that has lasted some hours.",),
    )
    link = SOURCE.link
    minimum_age = 0
    unit = "mm[Hg]"

    def solve(self, v: Values) -> float:
        """The middle of the expected range, in mmHg."""
        return 1.5 * v.need("bicarbonate") + 8

    def parts(self, v: Values) -> tuple[Finding, ...]:
        """How the measured value lies to the expected range."""
        measured, expected = v.number("paco2"), half_up(self.solve(v), 1)
        if measured is None:
            return ()
        lies = "above" if measured > expected + 2 else "below" if measured < expected - 2 else "within"
        also = {"above": ": a respiratory acidosis too", "below": ": a respiratory alkalosis too", "within": ""}[lies]
        words_ = (
            f"The measured PaCO2 of {shown(measured, 'mm[Hg]')} is {lies} {show(expected - 2)} to "
            f"{show(expected + 2, 'mm[Hg]')}{also}."
        )
        return (Finding(statement=words_, part="comparison"),)
