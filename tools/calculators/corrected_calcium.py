"""Calcium corrected for albumin: calcium + 0.8 x (4 - albumin), in mg/dL with albumin in g/dL.

Sources: Payne RB et al. Br Med J 1973;4:643-646, doi:10.1136/bmj.4.5893.643; the range 2.20 to 2.60 mmol/L from Walsh
J et al. Society for Endocrinology 2016, Endocr Connect 2016;5:G9-G11, doi:10.1530/EC-16-0055.
"""

from __future__ import annotations

from bedside.core.units import show
from bedside.tools.bands import paper
from bedside.tools.calculator import Finding, half_up, score_card
from bedside.tools.calculator_inputs import Values, quantity
from bedside.tools.equation import Equation
from bedside.tools.registry import register

SOURCE = paper(
    (
        "Payne RB, et al. Interpretation of serum calcium in patients with abnormal serum "
        "proteins. Br Med J 1973;4:643-646"
    ),
    "10.1136/bmj.4.5893.643",
)
ENDOCRINE = paper(
    (
        "Walsh J, et al. Society for Endocrinology emergency guidance: acute hypercalcaemia. "
        "Endocr Connect 2016;5:G9-G11"
    ),
    "10.1530/EC-16-0055",
)


@register
class CorrectedCalcium(Equation):
    """Corrected calcium; see the module for the rule and its source."""

    inputs = (quantity("calcium"), quantity("albumin"))
    card = score_card(
        "corrected_calcium",
        "Corrected calcium",
        "What would the total calcium be with a normal albumin?",
        inputs,
        SOURCE,
        population="any age",
        topics=(
            "corrected calcium",
            "adjusted calcium",
            "calcium correction",
            "calcium corrected",
            "hypoalbuminaemia",
            "hypoalbuminemia",
        ),
        limits=(
            "In critical illness, renal failure and myeloma it misleads: measure ionised calcium.",
            "Do not correct a value that the laboratory has already adjusted.",
        ),
    )
    link = SOURCE.link
    minimum_age = 0
    unit = "mg/dL"
    digits = 2
    bands = (
        ENDOCRINE.band(
            10.43,
            12.02,
            (
                "A corrected calcium above 2.60 and below 3.0 mmol/L (10.4 to 12 mg/dL) is often without "
                "symptoms (Society for Endocrinology 2016)."
            ),
        ),
        ENDOCRINE.band(
            12.03,
            14.03,
            (
                "A corrected calcium of 3.0 to 3.5 mmol/L (12 to 14 mg/dL) may be tolerated when slow, "
                "and needs prompt treatment with symptoms (Society for Endocrinology 2016)."
            ),
        ),
        ENDOCRINE.from_(
            14.04,
            (
                "A corrected calcium above 3.5 mmol/L (14 mg/dL) needs urgent correction (Society for "
                "Endocrinology 2016)."
            ),
        ),
    )

    def solve(self, v: Values) -> float:
        """Corrected calcium in mg/dL."""
        return v.in_unit("calcium", "mg/dL") + 0.8 * (4 - v.in_unit("albumin", "g/dL"))

    def parts(self, v: Values) -> tuple[Finding, ...]:
        """The same in mmol/L."""
        value = half_up(self.solve(v) * 0.2495, 2)
        return (
            Finding(
                statement=f"That is a corrected calcium of {show(value, 'mmol/L')}.",
                value=value,
                unit="mmol/L",
                part="in mmol/L",
            ),
        )
