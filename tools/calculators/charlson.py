"""Charlson Comorbidity Index with points for age.

One point each: myocardial infarction, heart failure, peripheral vascular disease, stroke or TIA, dementia, chronic
lung disease, connective tissue disease, peptic ulcer, mild liver disease, uncomplicated diabetes. Two: hemiplegia,
moderate or severe kidney disease, diabetes with end-organ damage, localised solid tumour, leukaemia, lymphoma. Three:
moderate to severe liver disease. Six: metastatic tumour, AIDS. A point for each decade from 50, up to 4.

Sources: Charlson ME et al. J Chronic Dis 1987;40:373-383, doi:10.1016/0021-9681(87)90171-8; age from Charlson M et
al. J Clin Epidemiol 1994;47:1245-1251, doi:10.1016/0895-4356(94)90129-5.
"""

from __future__ import annotations

from bedside.tools.bands import paper
from bedside.tools.calculator import score_card
from bedside.tools.calculator_inputs import age
from bedside.tools.criteria import by_word, history, rungs
from bedside.tools.point_score import PointScore, inputs_of
from bedside.tools.registry import register

SOURCE = paper(
    (
        "Charlson ME, et al. A new method of classifying prognostic comorbidity in longitudinal "
        "studies. J Chronic Dis 1987;40:373-383"
    ),
    "10.1016/0021-9681(87)90171-8",
)


@register
class Charlson(PointScore):
    """Charlson Comorbidity Index; see the module for the rule and its source."""

    criteria = (
        rungs(age(), ((50, 1), (60, 2), (70, 3), (80, 4))),
        history("myocardial_infarction"),
        history("heart_failure"),
        history("peripheral_vascular_disease"),
        history("stroke_tia", shown_by=("stroke",)),
        history("dementia"),
        history("copd"),
        history("connective_tissue_disease"),
        history("peptic_ulcer"),
        by_word("liver_severity", (0, 1, 3)),
        by_word("diabetes_severity", (0, 1, 2)),
        history("hemiplegia", 2),
        history("moderate_ckd", 2),
        by_word("solid_tumour", (0, 2, 6)),
        history("leukaemia", 2),
        history("lymphoma", 2),
        history("aids", 6),
    )
    inputs = inputs_of(criteria)
    card = score_card(
        "charlson",
        "Charlson Comorbidity Index",
        "How heavy is the burden of other diseases?",
        inputs,
        SOURCE,
        population="adults",
        topics=(
            "charlson",
            "comorbidity index",
        ),
        limits=("It was made before today's treatment of HIV, leukaemia and lymphoma.",),
    )
    link = SOURCE.link
    most_asked = 4
    bands = (
        SOURCE.band(0, 0, "A Charlson index of 0 had a one-year mortality of 12 % (Charlson 1987, without age)."),
        SOURCE.band(1, 2, "A Charlson index of 1 or 2 had a one-year mortality of 26 % (Charlson 1987, without age)."),
        SOURCE.band(3, 4, "A Charlson index of 3 or 4 had a one-year mortality of 52 % (Charlson 1987, without age)."),
        SOURCE.band(
            5, 41, ("A Charlson index of 5 or more had a one-year mortality of 85 % (Charlson 1987, without age).")
        ),
    )
