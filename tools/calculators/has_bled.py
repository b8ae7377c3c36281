"""HAS-BLED: major bleeding in patients with atrial fibrillation who take an anticoagulant.

One point each: uncontrolled hypertension (systolic above 160 mmHg); abnormal renal function; abnormal liver function;
stroke; bleeding history or predisposition; labile INR; age above 65; antiplatelet drug or NSAID; eight drinks a week
or more. 0 to 9.

Source: Pisters R et al. Chest 2010;138:1093-1100, doi:10.1378/chest.10-0134.
"""

from __future__ import annotations

from bedside.tools.bands import paper
from bedside.tools.calculator import score_card
from bedside.tools.calculator_inputs import age, quantity
from bedside.tools.criteria import history, rungs
from bedside.tools.point_score import PointScore, inputs_of
from bedside.tools.registry import register

SOURCE = paper(
    (
        "Pisters R, et al. A novel user-friendly score (HAS-BLED) to assess 1-year risk of major "
        "bleeding in patients with atrial fibrillation: the Euro Heart Survey. Chest "
        "2010;138:1093-1100"
    ),
    "10.1378/chest.10-0134",
)


@register
class HasBled(PointScore):
    """HAS-BLED; see the module for the rule and its source."""

    criteria = (
        history("uncontrolled_hypertension"),
        history("abnormal_renal_function"),
        history("abnormal_liver_function"),
        history("stroke_tia", shown_by=("stroke",)),
        history("bleeding_history"),
        history("labile_inr"),
        rungs(age(), ((65, 1),), over=True),
        history("bleeding_drugs"),
        rungs(quantity("drinks_per_week"), ((8, 1),)),
    )
    inputs = inputs_of(criteria)
    card = score_card(
        "has_bled",
        "HAS-BLED",
        "What is the risk of major bleeding on an anticoagulant?",
        inputs,
        SOURCE,
        population="adults with atrial fibrillation",
        topics=(
            "has-bled",
            "hasbled",
            "has bled",
        ),
        limits=(
            ("A high score is a reason to correct what can be corrected, not by itself to withhold anticoagulation."),
            "A labile INR applies to vitamin K antagonists only.",
        ),
    )
    link = SOURCE.link
    most_asked = 4
    bands = (
        SOURCE.band(
            0, 2, ("A HAS-BLED score of 0 to 2 had 1.0 to 1.9 major bleeds per 100 patient-years (Pisters 2010).")
        ),
        SOURCE.band(
            3,
            9,
            ("A HAS-BLED score of 3 or more is high risk (3.7 or more bleeds per 100 patient-years, Pisters 2010)."),
        ),
    )
