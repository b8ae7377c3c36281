"""Delta ratio: (anion gap - 12) / (24 - bicarbonate), which tells a mixed acidosis from a pure one.

Source: Rastegar A. J Am Soc Nephrol 2007;18:2429-2431, doi:10.1681/ASN.2006121408.
"""

from __future__ import annotations

from bedside.tools.bands import Band, paper
from bedside.tools.calculator import score_card
from bedside.tools.calculator_inputs import Values, quantity
from bedside.tools.calculators.anion_gap import gap_of
from bedside.tools.calculators.delta_gap import NORMAL_GAP
from bedside.tools.equation import Equation
from bedside.tools.registry import register

SOURCE = paper(
    (
        "Rastegar A. Use of the delta-AG/delta-HCO3 ratio in the diagnosis of mixed acid-base "
        "disorders. J Am Soc Nephrol 2007;18:2429-2431"
    ),
    "10.1681/ASN.2006121408",
)


def no_acidosis(values: Values) -> str:
    """The sentence for a bicarbonate of 24 mmol/L, which leaves nothing to divide by."""
    return "A bicarbonate of 24 mmol/L leaves no fall to compare with." if values.number("bicarbonate") == 24 else ""


def ratio_bands() -> tuple[Band, ...]:
    """What a ratio means, after Rastegar 2007."""
    return (
        SOURCE.below(
            0.79,
            (
                "A delta ratio below 0.8 suggests an acidosis with a normal gap beside one with a raised "
                "gap (Rastegar 2007)."
            ),
        ),
        SOURCE.band(0.8, 2, "A delta ratio of 0.8 to 2 fits a pure acidosis with a raised gap (Rastegar 2007)."),
        SOURCE.from_(2.01, "A delta ratio above 2 suggests a metabolic alkalosis beside the acidosis (Rastegar 2007)."),
    )


@register
class DeltaRatio(Equation):
    """Delta ratio; see the module for the rule and its source."""

    inputs = (quantity("sodium"), quantity("chloride"), quantity("bicarbonate"))
    card = score_card(
        "delta_ratio",
        "Delta ratio",
        "Is this acidosis pure or mixed?",
        inputs,
        SOURCE,
        population="any age, with a raised anion gap",
        topics=(
            "delta ratio",
            "delta delta",
            "delta-delta",
        ),
        limits=(
            "Without a raised gap it means nothing.",
            "In lactic acidosis the ratio of a pure disorder is nearer 1.6.",
        ),
    )
    link = SOURCE.link
    minimum_age = 0
    digits = 2
    bands = ratio_bands()

    def solve(self, v: Values) -> float:
        """The ratio, without unit."""
        return (gap_of(v) - NORMAL_GAP) / (24 - v.need("bicarbonate"))

    def contradiction(self, values: Values) -> str:
        """No fall of bicarbonate."""
        return no_acidosis(values)
