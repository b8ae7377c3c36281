"""Padua score: venous thromboembolism in medical patients in hospital.

Active cancer 3; previous thromboembolism 3; reduced mobility 3; thrombophilia 3; trauma or surgery in the last month
2; age 70 or more 1; heart or respiratory failure 1; infarction or ischaemic stroke 1; acute infection or rheumatic
disorder 1; body mass index 30 or more 1; hormones 1. 0 to 20.

Source: Barbar S et al. J Thromb Haemost 2010;8:2450-2457, doi:10.1111/j.1538-7836.2010.04044.x.
"""

from __future__ import annotations

from bedside.tools.bands import paper
from bedside.tools.calculator import score_card
from bedside.tools.calculator_inputs import age, quantity
from bedside.tools.criteria import flag, history, rungs
from bedside.tools.point_score import PointScore, inputs_of
from bedside.tools.registry import register

SOURCE = paper(
    (
        "Barbar S, et al. A risk assessment model for the identification of hospitalized medical "
        "patients at risk for venous thromboembolism: the Padua Prediction Score. J Thromb "
        "Haemost 2010;8:2450-2457"
    ),
    "10.1111/j.1538-7836.2010.04044.x",
)


@register
class Padua(PointScore):
    """Padua prediction score; see the module for the rule and its source."""

    criteria = (
        history("active_cancer", 3),
        history("previous_vte", 3),
        flag("reduced_mobility", 3),
        history("thrombophilia", 3),
        flag("trauma_or_surgery_last_month", 2),
        rungs(age(), ((70, 1),)),
        flag("heart_or_lung_failure"),
        flag("infarction_or_stroke"),
        flag("infection_or_rheumatic"),
        rungs(quantity("bmi"), ((30, 1),)),
        flag("hormone_use"),
    )
    inputs = inputs_of(criteria)
    card = score_card(
        "padua",
        "Padua prediction score",
        "Is this medical patient at high risk of venous thromboembolism?",
        inputs,
        SOURCE,
        population="adults in hospital for medical illness",
        topics=(
            "padua",
            "padua score",
            "padua prediction",
        ),
        limits=("It does not weigh bleeding.",),
    )
    link = SOURCE.link
    most_asked = 5
    bands = (
        SOURCE.band(
            0, 3, ("A Padua score below 4 is low risk (thromboembolism in 0.3 % without prophylaxis, Barbar 2010).")
        ),
        SOURCE.band(4, 20, "A Padua score of 4 or more is high risk (11 % without prophylaxis, Barbar 2010)."),
    )
