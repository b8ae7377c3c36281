"""Revised Cardiac Risk Index: cardiac complications of surgery outside the heart.

One point each: intraperitoneal, intrathoracic or suprainguinal vascular surgery; ischaemic heart disease; heart
failure; cerebrovascular disease; insulin before surgery; creatinine above 2.0 mg/dL. 0 to 6.

Source: Lee TH et al. Circulation 1999;100:1043-1049, doi:10.1161/01.CIR.100.10.1043 (rates of the validation cohort).
"""

from __future__ import annotations

from bedside.tools.bands import paper
from bedside.tools.calculator import score_card
from bedside.tools.calculator_inputs import quantity
from bedside.tools.criteria import flag, history, rungs
from bedside.tools.point_score import PointScore, inputs_of
from bedside.tools.registry import register

SOURCE = paper(
    (
        "Lee TH, et al. Derivation and prospective validation of a simple index for prediction of"
        " cardiac risk of major noncardiac surgery. Circulation 1999;100:1043-1049"
    ),
    "10.1161/01.CIR.100.10.1043",
)


@register
class RevisedCardiacRisk(PointScore):
    """Revised Cardiac Risk Index; see the module for the rule and its source."""

    criteria = (
        flag("high_risk_surgery"),
        history("ischaemic_heart_disease"),
        history("heart_failure"),
        history("cerebrovascular_disease", shown_by=("stroke", "stroke_tia")),
        history("insulin_treatment"),
        rungs(quantity("creatinine"), ((2, 1),), unit="mg/dL", over=True),
    )
    inputs = inputs_of(criteria)
    card = score_card(
        "revised_cardiac_risk",
        "Revised Cardiac Risk Index",
        "What is the cardiac risk of this operation?",
        inputs,
        SOURCE,
        population="adults having surgery outside the heart with a stay of two days or more",
        topics=(
            "revised cardiac risk",
            "rcri",
            "lee index",
            "cardiac risk index",
        ),
        limits=(
            "It underestimates in vascular surgery.",
            "Its rates are of the 1990s; later cohorts found higher ones.",
        ),
    )
    link = SOURCE.link
    bands = (
        SOURCE.band(0, 0, "A Revised Cardiac Risk Index of 0 had major cardiac complications in 0.4 % (Lee 1999)."),
        SOURCE.band(1, 1, "A Revised Cardiac Risk Index of 1 had major cardiac complications in 0.9 % (Lee 1999)."),
        SOURCE.band(2, 2, "A Revised Cardiac Risk Index of 2 had major cardiac complications in 7 % (Lee 1999)."),
        SOURCE.band(
            3, 6, ("A Revised Cardiac Risk Index of 3 or more had major cardiac complications in 11 % (Lee 1999).")
        ),
    )
