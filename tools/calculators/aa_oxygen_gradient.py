"""Alveolar-arterial oxygen gradient: FiO2 x (760 - 47) - PaCO2 / 0.8 - PaO2, in mmHg at sea level.

The gradient of the healthy on air is 2.5 + 0.21 x age.

Source: Mellemgaard K. Acta Physiol Scand 1966;67:10-20, doi:10.1111/j.1748-1716.1966.tb03281.x.
"""

from __future__ import annotations

from bedside.core.units import show
from bedside.tools.bands import paper
from bedside.tools.calculator import Finding, half_up, score_card
from bedside.tools.calculator_inputs import Values, age, optional, quantity
from bedside.tools.equation import Equation
from bedside.tools.registry import register

SOURCE = paper(
    (
        "Mellemgaard K. The alveolar-arterial oxygen difference: its size and components in "
        "normal man. Acta Physiol Scand 1966;67:10-20"
    ),
    "10.1111/j.1748-1716.1966.tb03281.x",
)


@register
class AaOxygenGradient(Equation):
    """Alveolar-arterial oxygen gradient; see the module for the rule and its source."""

    inputs = (quantity("fio2"), quantity("paco2"), quantity("pao2"), optional(age()))
    card = score_card(
        "aa_oxygen_gradient",
        "Alveolar-arterial oxygen gradient",
        "Is hypoxaemia from the lung or from too little breathing?",
        inputs,
        SOURCE,
        population="patients at sea level with an arterial blood gas",
        topics=(
            "a-a gradient",
            "aa gradient",
            "alveolar-arterial",
            "alveolar arterial",
        ),
        limits=(
            "At altitude the pressure of 760 mmHg does not hold.",
            "On oxygen the normal gradient grows.",
        ),
    )
    link = SOURCE.link
    minimum_age = 0
    unit = "mm[Hg]"

    def solve(self, v: Values) -> float:
        """The gradient in mmHg."""
        return v.need("fio2") / 100 * 713 - v.need("paco2") / 0.8 - v.need("pao2")

    def parts(self, v: Values) -> tuple[Finding, ...]:
        """What is expected at this age, on air."""
        years = v.number("age")
        if years is None or v.need("fio2") > 21:
            return ()
        usual = half_up(2.5 + 0.21 * years, 1)
        return (
            Finding(
                statement=f"On air at age {years:g} about {show(usual, 'mm[Hg]')} is usual (Mellemgaard 1966).",
                value=usual,
                unit="mm[Hg]",
                part="expected",
            ),
        )

    def contradiction(self, values: Values) -> str:
        """More oxygen in the artery than in the alveolus."""
        if not {"fio2", "paco2", "pao2"} <= set(values.readings):
            return ""
        return (
            "The arterial tension is above the alveolar one by more than 10 mmHg." if self.solve(values) < -10 else ""
        )
