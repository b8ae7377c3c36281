"""SOFA: how many organs fail, and how badly.

Breathing: PaO2/FiO2 below 400 1, below 300 2, below 200 with ventilatory support 3, below 100 with support 4.
Platelets below 150, 100, 50, 20 x 10^9/L 1 to 4. Bilirubin from 1.2, 2, 6, 12 mg/dL 1 to 4. Circulation: mean
pressure below 70 mmHg 1; dopamine up to 5 ug/kg/min or any dobutamine 2; dopamine above 5, adrenaline or
noradrenaline up to 0.1 3; dopamine above 15, adrenaline or noradrenaline above 0.1 4. Glasgow Coma Scale 13-14,
10-12, 6-9, below 6 1 to 4. Creatinine from 1.2, 2, 3.5, 5 mg/dL 1 to 4, or urine below 500 mL/d 3, below 200 4.

Sources: Vincent JL et al. Intensive Care Med 1996;22:707-710, doi:10.1007/BF01709751; a rise of 2 or more in sepsis
from Singer M et al. JAMA 2016;315:801-810, doi:10.1001/jama.2016.0287.
"""

from __future__ import annotations

from bedside.tools.bands import paper
from bedside.tools.calculator import score_card
from bedside.tools.calculator_inputs import Values, finding, optional, quantity
from bedside.tools.calculators.map_from_cuff import mean_pressure
from bedside.tools.criteria import computed, rungs
from bedside.tools.point_score import PointScore, inputs_of
from bedside.tools.registry import register

SOURCE = paper(
    (
        "Vincent JL, et al. The SOFA (Sepsis-related Organ Failure Assessment) score to describe "
        "organ dysfunction/failure. Intensive Care Med 1996;22:707-710"
    ),
    "10.1007/BF01709751",
)
SEPSIS3 = paper(
    (
        "Singer M, et al. The Third International Consensus Definitions for Sepsis and Septic "
        "Shock (Sepsis-3). JAMA 2016;315:801-810"
    ),
    "10.1001/jama.2016.0287",
)
DRUGS = ("dopamine", "dobutamine", "adrenaline", "noradrenaline")


def _breathing(values: Values) -> float | None:
    arterial, inspired = values.number("pao2"), values.number("fio2")
    if arterial is None or inspired is None:
        return None
    ratio = 100 * arterial / inspired
    if ratio >= 200:
        return 0 if ratio >= 400 else 1 if ratio >= 300 else 2
    supports = [values.flag("mechanical_ventilation"), values.flag("cpap")]
    if any(supports):
        return 4 if ratio < 100 else 3
    return 2


def _circulation(values: Values) -> float | None:
    """By the drugs, else by the mean pressure; drugs that are not recorded are not given."""
    dopamine, dobutamine, adrenaline, noradrenaline = (values.number(name) or 0 for name in DRUGS)
    if dopamine > 15 or adrenaline > 0.1 or noradrenaline > 0.1:
        return 4
    if dopamine > 5 or adrenaline > 0 or noradrenaline > 0:
        return 3
    if dopamine > 0 or dobutamine > 0:
        return 2
    systolic, diastolic = values.number("systolic_bp"), values.number("diastolic_bp")
    if systolic is not None and diastolic is not None:
        return 1 if mean_pressure(systolic, diastolic) < 70 else 0
    low = values.flag("map_below_70")
    return None if low is None else float(low)


def _kidney(values: Values) -> float | None:
    urine = values.number("urine_output")
    by_urine = 0 if urine is None or urine >= 500 else 3 if urine >= 200 else 4
    if "creatinine" not in values:
        return by_urine or None
    level = values.in_unit("creatinine", "mg/dL")
    steps = [points for rung, points in ((1.2, 1), (2, 2), (3.5, 3), (5, 4)) if level >= rung - 1e-4]
    return max(by_urine, steps[-1] if steps else 0)


@register
class Sofa(PointScore):
    """SOFA score; see the module for the rule and its source."""

    criteria = (
        computed(
            "breathing",
            (
                quantity("pao2"),
                quantity("fio2"),
                optional(finding("mechanical_ventilation")),
                optional(finding("cpap")),
            ),
            (0, 1, 2, 3, 4),
            _breathing,
        ),
        rungs(quantity("platelets"), ((20, 3), (50, 2), (100, 1), (150, 0)), below=4),
        rungs(quantity("bilirubin"), ((1.2, 1), (2, 2), (6, 3), (12, 4)), unit="mg/dL"),
        computed(
            "circulation",
            (
                quantity("systolic_bp"),
                quantity("diastolic_bp"),
                optional(finding("map_below_70")),
                *(optional(quantity(name)) for name in DRUGS),
            ),
            (0, 1, 2, 3, 4),
            _circulation,
        ),
        rungs(quantity("gcs"), ((6, 3), (10, 2), (13, 1), (15, 0)), below=4),
        computed("kidney", (quantity("creatinine"), optional(quantity("urine_output"))), (0, 1, 2, 3, 4), _kidney),
    )
    inputs = inputs_of(criteria)
    card = score_card(
        "sofa",
        "SOFA score",
        "How severe is organ failure in this patient?",
        inputs,
        SOURCE,
        population="adults in intensive care or with suspected sepsis",
        topics=(
            "sofa",
            "sofa score",
            "organ failure assessment",
        ),
        limits=(
            "The worst values of 24 hours count.",
            "A score before the illness is needed to tell a rise.",
        ),
    )
    link = SOURCE.link
    bands = (
        SEPSIS3.band(
            0,
            1,
            (
                "A SOFA score below 2, without a higher one before, does not meet the definition of "
                "sepsis (Sepsis-3, 2016)."
            ),
        ),
        SEPSIS3.band(
            2,
            24,
            (
                "With suspected infection, a SOFA score 2 or more above the patient's usual one is "
                "sepsis, with a hospital mortality of about 10 % (Sepsis-3, 2016)."
            ),
        ),
    )

    def cautions(self, values: Values) -> tuple[str, ...]:
        """What was taken as not given."""
        given = [name for name in DRUGS if name in values]
        return () if given else ("No vasopressor is recorded; none was counted.",)
