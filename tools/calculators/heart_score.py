"""HEART score: major cardiac events within six weeks in patients with chest pain.

History slightly, moderately, highly suspicious 0 to 2; ECG normal, non-specific repolarisation disturbance,
significant ST deviation 0 to 2; age below 45, 45 to 64, 65 or more 0 to 2; risk factors none, one or two, three or
more or known atherosclerotic disease 0 to 2; troponin within the limit, up to three times, above 0 to 2. Risk
factors: hypertension, hypercholesterolaemia, diabetes, obesity, smoking, a parent or sibling with cardiovascular
disease before 65.

Sources: Six AJ et al. Neth Heart J 2008;16:191-196, doi:10.1007/BF03086144; rates from Backus BE et al. Int J Cardiol
2013;168:2153-2158, doi:10.1016/j.ijcard.2013.01.255.
"""

from __future__ import annotations

from bedside.tools.bands import paper
from bedside.tools.calculator import score_card
from bedside.tools.calculator_inputs import Values, age, comorbidity, optional
from bedside.tools.criteria import by_word, computed, rungs
from bedside.tools.point_score import PointScore, inputs_of
from bedside.tools.registry import register

SOURCE = paper(
    (
        "Six AJ, Backus BE, Kelder JC. Chest pain in the emergency room: value of the HEART "
        "score. Neth Heart J 2008;16:191-196"
    ),
    "10.1007/BF03086144",
)
BACKUS = paper(
    (
        "Backus BE, et al. A prospective validation of the HEART score for chest pain patients at"
        " the emergency department. Int J Cardiol 2013;168:2153-2158"
    ),
    "10.1016/j.ijcard.2013.01.255",
)

FACTORS = ("hypertension", "hypercholesterolaemia", "diabetes", "obesity", "smoker", "early_family_heart_disease")
DISEASE = ("atherosclerotic_disease", "vascular_disease", "stroke_tia")


def _risk(values: Values) -> float | None:
    """0 to 2 points; None where what is not recorded could change them."""
    if any(values.flag(name) for name in DISEASE):
        return 2
    there = sum(values.flag(name) is True for name in FACTORS)
    unknown = sum(values.flag(name) is None for name in FACTORS)
    if there >= 3:
        return 2
    if unknown or values.flag("atherosclerotic_disease") is None:
        return None
    return 1 if there else 0


RISK = computed(
    "risk factors",
    (
        *(comorbidity(name) for name in (*FACTORS, "atherosclerotic_disease")),
        *(optional(comorbidity(name)) for name in DISEASE[1:]),
    ),
    (0, 1, 2),
    _risk,
)


@register
class HeartScore(PointScore):
    """HEART score; see the module for the rule and its source."""

    criteria = (
        by_word("chest_pain_suspicion", (0, 1, 2)),
        by_word("heart_ecg", (0, 1, 2)),
        rungs(age(), ((45, 1), (65, 2))),
        RISK,
        by_word("troponin_level", (0, 1, 2)),
    )
    inputs = inputs_of(criteria)
    card = score_card(
        "heart_score",
        "HEART score",
        "How likely is a major cardiac event in this patient with chest pain?",
        inputs,
        SOURCE,
        population="adults with chest pain in the emergency department, without ST elevation",
        topics=(
            "heart score",
            "heart pathway",
        ),
        limits=(
            "History and ECG are judgements.",
            "Not for ST elevation, shock or a life expectancy under a year.",
        ),
    )
    link = SOURCE.link
    most_asked = 5
    bands = (
        BACKUS.band(
            0, 3, ("A HEART score of 0 to 3 is low risk (major cardiac events within six weeks in 1.7 %, Backus 2013).")
        ),
        BACKUS.band(4, 6, "A HEART score of 4 to 6 is moderate risk (16.6 %, Backus 2013)."),
        BACKUS.band(7, 10, "A HEART score of 7 to 10 is high risk (50.1 %, Backus 2013)."),
    )
