"""Simplified PESI: death within 30 days of pulmonary embolism.

One point each: age above 80; cancer; chronic heart or lung disease; pulse 110 or more; systolic pressure below 100
mmHg; saturation below 90 %.

Source: Jimenez D et al. Arch Intern Med 2010;170:1383-1389, doi:10.1001/archinternmed.2010.199.
"""

from __future__ import annotations

from bedside.tools.bands import paper
from bedside.tools.calculator import score_card
from bedside.tools.calculator_inputs import age, comorbidity, quantity
from bedside.tools.criteria import any_of, history, rungs
from bedside.tools.point_score import PointScore, inputs_of
from bedside.tools.registry import register

SOURCE = paper(
    (
        "Jimenez D, et al. Simplification of the pulmonary embolism severity index for "
        "prognostication in patients with acute symptomatic pulmonary embolism. Arch Intern Med "
        "2010;170:1383-1389"
    ),
    "10.1001/archinternmed.2010.199",
)


@register
class SimplifiedPesi(PointScore):
    """Simplified PESI; see the module for the rule and its source."""

    criteria = (
        rungs(age(), ((80, 1),), over=True),
        history("active_cancer"),
        any_of(
            "chronic heart or lung disease",
            (comorbidity("heart_failure"), comorbidity("chronic_lung_disease", shown_by=("copd",))),
        ),
        rungs(quantity("heart_rate"), ((110, 1),)),
        rungs(quantity("systolic_bp"), ((100, 0),), below=1),
        rungs(quantity("oxygen_saturation"), ((90, 0),), below=1),
    )
    inputs = inputs_of(criteria)
    card = score_card(
        "spesi",
        "Simplified PESI",
        "Is this patient with pulmonary embolism at low risk of death within 30 days?",
        inputs,
        SOURCE,
        population="adults with confirmed pulmonary embolism",
        topics=(
            "spesi",
            "simplified pesi",
            "simplified pulmonary embolism severity",
        ),
        limits=("Not made for shock or pregnancy.",),
    )
    link = SOURCE.link
    bands = (
        SOURCE.band(0, 0, "A simplified PESI of 0 is low risk (30-day mortality 1.0 %, Jimenez 2010)."),
        SOURCE.band(1, 6, "A simplified PESI of 1 or more is high risk (30-day mortality 10.9 %, Jimenez 2010)."),
    )
