"""Mean arterial pressure from a cuff: diastolic + (systolic - diastolic) / 3, in mmHg.

Sources: Meaney E et al. Heart 2000;84:64, doi:10.1136/heart.84.1.64; the target of 65 mmHg in septic shock from Evans
L et al. Surviving Sepsis Campaign 2021, Intensive Care Med 2021;47:1181-1247, doi:10.1007/s00134-021-06506-y.
"""

from __future__ import annotations

from bedside.tools.bands import paper
from bedside.tools.calculator import score_card
from bedside.tools.calculator_inputs import Values, quantity
from bedside.tools.calculators.curb65 import pressure_contradiction
from bedside.tools.equation import Equation
from bedside.tools.registry import register

SOURCE = paper(
    (
        "Meaney E, et al. Formula and nomogram for the sphygmomanometric calculation of the mean "
        "arterial pressure. Heart 2000;84:64"
    ),
    "10.1136/heart.84.1.64",
)
SEPSIS = paper(
    "Evans L, et al. Surviving Sepsis Campaign 2021. Intensive Care Med 2021;47:1181-1247", "10.1007/s00134-021-06506-y"
)


def mean_pressure(systolic: float, diastolic: float) -> float:
    """Mean arterial pressure in mmHg."""
    return diastolic + (systolic - diastolic) / 3


@register
class MeanArterialPressure(Equation):
    """Mean arterial pressure; see the module for the rule and its source."""

    inputs = (quantity("systolic_bp"), quantity("diastolic_bp"))
    card = score_card(
        "map_from_cuff",
        "Mean arterial pressure from a cuff",
        "What is the mean arterial pressure?",
        inputs,
        SOURCE,
        population="any age; the target is for adults in septic shock",
        topics=(
            "mean arterial pressure",
            "mean arterial",
            "arterial mean",
        ),
        limits=("A cuff estimate: in shock and arrhythmia an arterial line differs.",),
    )
    link = SOURCE.link
    minimum_age = 0
    unit = "mm[Hg]"
    digits = 1
    adults_only_bands = True
    bands = (
        SEPSIS.below(
            64.9,
            (
                "A mean arterial pressure below 65 mmHg is under the first target in septic shock "
                "(Surviving Sepsis 2021)."
            ),
        ),
        SEPSIS.from_(
            65,
            (
                "A mean arterial pressure of 65 mmHg or more meets the first target in septic shock "
                "(Surviving Sepsis 2021)."
            ),
        ),
    )

    def solve(self, v: Values) -> float:
        """Mean pressure in mmHg."""
        return mean_pressure(v.need("systolic_bp"), v.need("diastolic_bp"))

    def contradiction(self, values: Values) -> str:
        """A systolic pressure that is not above the diastolic one."""
        return pressure_contradiction(values)
