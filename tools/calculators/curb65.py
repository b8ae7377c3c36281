"""CURB-65: severity of community-acquired pneumonia in adults.

One point each: new confusion; urea above 7 mmol/L; respiratory rate 30/min or more; systolic below 90 mmHg or diastolic
60 mmHg or less; age 65 or more. 0 to 5 points; groups 0-1, 2 and 3-5.

Source: Lim WS et al. Thorax 2003;58:377-382, doi:10.1136/thorax.58.5.377 (1068 patients in three countries; 30-day
mortality by group 1.5 %, 9.2 % and 22 %).
"""

from __future__ import annotations

from bedside.core.card import Accepts, ToolCard
from bedside.tools.calculator import required_facts
from bedside.tools.calculator_inputs import Values, age, finding, quantity
from bedside.tools.point_score import Band, Criterion, Points, PointScore, above, at_least, present
from bedside.tools.registry import register

CITATION = (
    "Lim WS, et al. Defining community acquired pneumonia severity on presentation to hospital. "
    "Thorax 2003;58:377-382. doi:10.1136/thorax.58.5.377"
)
LINK = "https://doi.org/10.1136/thorax.58.5.377"

CONFUSION = finding("confusion", "confusion", "New confusion scores 1 point.")
UREA = quantity("urea", "urea", "mmol/L", (0.2, 120), "Urea above 7 mmol/L scores 1 point.")
BREATHING = quantity("respiratory_rate", "respiratory rate", "/min", (1, 100), "30/min or more scores 1 point.")
SYSTOLIC = quantity("systolic_bp", "systolic blood pressure", "mm[Hg]", (20, 320), "Below 90 mmHg scores a point.")
DIASTOLIC = quantity("diastolic_bp", "diastolic blood pressure", "mm[Hg]", (5, 220), "60 mmHg or less scores a point.")
AGE = age("Age 65 or more scores 1 point.")


def _blood_pressure(values: Values) -> Points | None:
    systolic, diastolic = values.number("systolic_bp"), values.number("diastolic_bp")
    shown = f"{'?' if systolic is None else f'{systolic:g}'}/{'?' if diastolic is None else f'{diastolic:g}'}"
    if (systolic is not None and systolic < 90) or (diastolic is not None and diastolic <= 60):
        words = f"blood pressure {shown} (below 90 systolic or 60 or less diastolic)"
        return Points(points=1, words=words)
    if systolic is None or diastolic is None:
        return None
    return Points(points=0, words=f"blood pressure {shown} (90 or more systolic and above 60 diastolic)")


BLOOD_PRESSURE = Criterion("blood pressure", ("systolic_bp", "diastolic_bp"), (0, 1), _blood_pressure)


def pressure_contradiction(values: Values) -> str:
    """The sentence for a systolic pressure that is not above the diastolic one, else ""."""
    systolic, diastolic = values.number("systolic_bp"), values.number("diastolic_bp")
    if systolic is None or diastolic is None or systolic > diastolic:
        return ""
    return f"Systolic blood pressure {systolic:g} is not above diastolic {diastolic:g}."


def _band(low: float, high: float, statement: str) -> Band:
    return Band(scheme="severity", low=low, high=high, statement=statement, citation=CITATION, link=LINK)


@register
class Curb65(PointScore):
    """CURB-65; see the module for the rule and its source."""

    inputs = (CONFUSION, UREA, BREATHING, SYSTOLIC, DIASTOLIC, AGE)
    card = ToolCard(
        name="curb65",
        version="1.0",
        kind="calculator",
        title="CURB-65",
        purpose="How severe is community-acquired pneumonia in this adult, by the 30-day risk of death?",
        accepts=Accepts(population="adults with community-acquired pneumonia", facts=required_facts(inputs)),
        topics=("curb-65", "curb65", "curb 65", "pneumonia", "pneumonia severity", "chest infection"),
        labels=("0", "1", "2", "3", "4", "5"),
        licence="published formula",
        limits=(
            "It supports and does not replace clinical judgement.",
            "It does not weigh oxygen saturation, other illness or social circumstances.",
            "In young patients it can underestimate severity.",
        ),
        citation=CITATION,
    )
    link = LINK
    criteria = (
        present(CONFUSION),
        above(UREA, 7, unit="mmol/L"),
        at_least(BREATHING, 30),
        BLOOD_PRESSURE,
        at_least(AGE, 65),
    )
    bands = (
        _band(0, 1, "A CURB-65 score of 0 or 1 is the low-severity group (30-day mortality 1.5 % in Lim 2003)."),
        _band(2, 2, "A CURB-65 score of 2 is the intermediate group (30-day mortality 9.2 % in Lim 2003)."),
        _band(3, 5, "A CURB-65 score of 3 to 5 is the high-severity group (30-day mortality 22 % in Lim 2003)."),
    )

    def contradiction(self, values: Values) -> str:
        """A systolic pressure that is not above the diastolic one."""
        return pressure_contradiction(values)
