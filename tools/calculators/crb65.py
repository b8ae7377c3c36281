"""CRB-65: severity of community-acquired pneumonia where urea is not known, as in primary care.

One point each: new confusion; respiratory rate 30/min or more; systolic below 90 mmHg or diastolic 60 mmHg or less;
age 65 or more. 0 to 4 points; groups 0, 1-2 and 3-4.

Source: Lim WS et al. Thorax 2003;58:377-382, doi:10.1136/thorax.58.5.377; validated by Bauer TT et al. J Intern Med
2006;260:93-101, doi:10.1111/j.1365-2796.2006.01657.x.
"""

from __future__ import annotations

from bedside.core.card import Accepts, ToolCard
from bedside.tools.calculator import required_facts
from bedside.tools.calculator_inputs import Values
from bedside.tools.calculators.curb65 import (
    AGE,
    BLOOD_PRESSURE,
    BREATHING,
    CITATION,
    CONFUSION,
    DIASTOLIC,
    LINK,
    SYSTOLIC,
    pressure_contradiction,
)
from bedside.tools.point_score import Band, PointScore, at_least, present
from bedside.tools.registry import register


def _band(low: float, high: float, statement: str) -> Band:
    return Band(scheme="severity", low=low, high=high, statement=statement, citation=CITATION, link=LINK)


@register
class Crb65(PointScore):
    """CRB-65; see the module for the rule and its source."""

    inputs = (CONFUSION, BREATHING, SYSTOLIC, DIASTOLIC, AGE)
    card = ToolCard(
        name="crb65",
        version="1.0",
        kind="calculator",
        title="CRB-65",
        purpose="How severe is community-acquired pneumonia in this adult where urea is not known?",
        accepts=Accepts(population="adults with community-acquired pneumonia", facts=required_facts(inputs)),
        topics=("crb-65", "crb65", "pneumonia in primary care", "pneumonia at home"),
        labels=("0", "1", "2", "3", "4"),
        licence="published formula",
        limits=(
            "It supports and does not replace clinical judgement.",
            "It does not weigh oxygen saturation, other illness or social circumstances.",
        ),
        citation=CITATION,
    )
    link = LINK
    criteria = (present(CONFUSION), at_least(BREATHING, 30), BLOOD_PRESSURE, at_least(AGE, 65))
    bands = (
        _band(0, 0, "A CRB-65 score of 0 is the low-risk group."),
        _band(1, 2, "A CRB-65 score of 1 or 2 is the intermediate-risk group."),
        _band(3, 4, "A CRB-65 score of 3 or 4 is the high-risk group."),
    )

    def contradiction(self, values: Values) -> str:
        """A systolic pressure that is not above the diastolic one."""
        return pressure_contradiction(values)
