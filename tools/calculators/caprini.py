"""Caprini score (2005): venous thromboembolism in surgical patients.

Age 41 to 60 1, 61 to 74 2, 75 or more 3; surgery minor 1, major, laparoscopic or arthroscopic 2, elective major
arthroplasty of the leg 5; in the last month major surgery, heart failure, sepsis, pneumonia 1 each, plaster cast 2,
fracture of hip, pelvis or leg, stroke, multiple trauma, spinal cord injury 5 each; varicose veins, swollen legs 1,
central venous access 2; previous DVT or PE 3, family history 3, each thrombophilia 3; bed rest 1, confined to bed
over 72 hours 2; inflammatory bowel disease, body mass index above 25, myocardial infarction, chronic lung disease 1
each; malignancy 2; in women oral contraceptive or hormones, pregnancy or childbirth, unexplained losses 1 each.

Source: Caprini JA. Dis Mon 2005;51:70-78, doi:10.1016/j.disamonth.2005.02.003; groups from Gould MK et al. ACCP 2012,
Chest 2012;141(2 Suppl):e227S-e277S, doi:10.1378/chest.11-2297.
"""

from __future__ import annotations

from bedside.tools.bands import paper
from bedside.tools.calculator import score_card
from bedside.tools.calculator_inputs import Values, age, comorbidity, finding, quantity, sex
from bedside.tools.criteria import any_of, by_word, computed, flag, history, rungs
from bedside.tools.point_score import PointScore, inputs_of
from bedside.tools.registry import register

SOURCE = paper(
    ("Caprini JA. Thrombosis risk assessment as a guide to quality patient care. Dis Mon 2005;51:70-78"),
    "10.1016/j.disamonth.2005.02.003",
)
ACCP = paper(
    (
        "Gould MK, et al. Prevention of VTE in nonorthopedic surgical patients (ACCP, 9th ed). "
        "Chest 2012;141(2 Suppl):e227S-e277S"
    ),
    "10.1378/chest.11-2297",
)
WOMEN = ("oral_contraceptive_or_hrt", "pregnant_or_postpartum", "pregnancy_losses")


def _women(values: Values) -> float | None:
    """A point for each; none for men, None where the sex is not recorded."""
    who = values.word("sex")
    if who == "male":
        return 0
    flags = [values.flag(name) for name in WOMEN]
    return None if not who or None in flags else sum(flag is True for flag in flags)


@register
class Caprini(PointScore):
    """Caprini score; see the module for the rule and its source."""

    criteria = (
        rungs(age(), ((41, 1), (61, 2), (75, 3))),
        by_word("caprini_surgery", (0, 1, 2, 2, 2, 5)),
        flag("surgery_last_month"),
        flag("heart_failure_last_month"),
        flag("sepsis_last_month"),
        flag("pneumonia_last_month"),
        flag("plaster_last_month", 2),
        flag("fracture_last_month", 5),
        flag("stroke_last_month", 5),
        flag("trauma_last_month", 5),
        flag("spinal_injury_last_month", 5),
        flag("varicose_veins"),
        flag("swollen_legs"),
        flag("central_line", 2),
        any_of("previous thromboembolism", (comorbidity("previous_dvt"), comorbidity("previous_pe")), 3),
        history("family_thrombosis", 3),
        history("factor_v_leiden", 3),
        history("prothrombin_mutation", 3),
        history("raised_homocysteine", 3),
        history("lupus_anticoagulant", 3),
        history("anticardiolipin", 3),
        history("heparin_thrombocytopenia", 3),
        history("other_thrombophilia", 3),
        by_word("mobility", (0, 1, 2)),
        history("inflammatory_bowel_disease"),
        rungs(quantity("bmi"), ((25, 1),), over=True),
        flag("recent_infarction"),
        history("copd"),
        history("any_malignancy", 2),
        computed("women", (sex(), *(finding(name) for name in WOMEN)), (0, 1, 2, 3), _women),
    )
    inputs = inputs_of(criteria)
    card = score_card(
        "caprini",
        "Caprini score",
        "What is the risk of venous thromboembolism around this operation?",
        inputs,
        SOURCE,
        population="adults having surgery",
        topics=(
            "caprini",
            "vte risk surgery",
        ),
        limits=("The version of 2005: later ones weigh surgery and body mass index otherwise.",),
    )
    link = SOURCE.link
    most_asked = 6
    bands = (
        ACCP.band(0, 0, "A Caprini score of 0 is very low risk (below 0.5 % without prophylaxis, ACCP 2012)."),
        ACCP.band(1, 2, "A Caprini score of 1 or 2 is low risk (about 1.5 % without prophylaxis, ACCP 2012)."),
        ACCP.band(3, 4, "A Caprini score of 3 or 4 is moderate risk (about 3 % without prophylaxis, ACCP 2012)."),
        ACCP.band(5, 99, "A Caprini score of 5 or more is high risk (about 6 % without prophylaxis, ACCP 2012)."),
    )
