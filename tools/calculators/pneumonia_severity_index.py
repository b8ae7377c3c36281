"""Pneumonia Severity Index: death within 30 days of community-acquired pneumonia.

Age in years (women: minus 10); nursing home 10; neoplastic disease 30, liver disease 20, heart failure 10,
cerebrovascular disease 10, renal disease 10; altered mental status 20, breathing 30/min or more 20, systolic pressure
below 90 mmHg 20, temperature below 35 C or 40 C or more 15, pulse 125 or more 10; pH below 7.35 30, urea nitrogen 30
mg/dL or more (10.7 mmol/L) 20, sodium below 130 mmol/L 20, glucose 250 mg/dL or more (13.9 mmol/L) 10, haematocrit
below 30 % 10, PaO2 below 60 mmHg or saturation below 90 % 10, pleural effusion 10. Class I is under 51 without any of
the diseases and signs.

Source: Fine MJ et al. N Engl J Med 1997;336:243-250, doi:10.1056/NEJM199701233360402.
"""

from __future__ import annotations

from bedside.tools.bands import paper
from bedside.tools.calculator import score_card
from bedside.tools.calculator_inputs import Values, age, optional, quantity, sex
from bedside.tools.criteria import computed, flag, history, rungs
from bedside.tools.point_score import PointScore, inputs_of
from bedside.tools.registry import register

SOURCE = paper(
    (
        "Fine MJ, et al. A prediction rule to identify low-risk patients with community-acquired "
        "pneumonia. N Engl J Med 1997;336:243-250"
    ),
    "10.1056/NEJM199701233360402",
)
BUN_PER_UREA = 0.357


def _years(values: Values) -> float | None:
    years, who = values.number("age"), values.word("sex")
    return None if years is None or not who else years - (10 if who == "female" else 0)


def _temperature(values: Values) -> float | None:
    warm = values.number("temperature")
    return None if warm is None else 15 if warm < 35 or warm >= 40 else 0


def _oxygen(values: Values) -> float | None:
    arterial, saturation = values.number("pao2"), values.number("oxygen_saturation")
    if (arterial is not None and arterial < 60) or (saturation is not None and saturation < 90):
        return 10
    return None if arterial is None and saturation is None else 0


def _urea(values: Values) -> float | None:
    urea = values.number("urea")
    return None if urea is None else 20 if urea / BUN_PER_UREA >= 30 - 1e-3 else 0


@register
class PneumoniaSeverityIndex(PointScore):
    """Pneumonia Severity Index; see the module for the rule and its source."""

    criteria = (
        computed("age", (age(), sex()), tuple(range(-10, 121)), _years),
        flag("nursing_home", 10),
        history("neoplastic_disease", 30),
        history("liver_disease", 20),
        history("heart_failure", 10),
        history("cerebrovascular_disease", 10),
        history("renal_disease", 10),
        flag("confusion", 20),
        rungs(quantity("respiratory_rate"), ((30, 20),)),
        rungs(quantity("systolic_bp"), ((90, 0),), below=20),
        computed("temperature", (quantity("temperature"),), (0, 15), _temperature),
        rungs(quantity("heart_rate"), ((125, 10),)),
        rungs(quantity("ph"), ((7.35, 0),), below=30),
        computed("urea", (quantity("urea"),), (0, 20), _urea),
        rungs(quantity("sodium"), ((130, 0),), below=20),
        rungs(quantity("glucose"), ((250, 10),), unit="mg/dL"),
        rungs(quantity("haematocrit"), ((30, 0),), below=10),
        computed("oxygenation", (quantity("pao2"), optional(quantity("oxygen_saturation"))), (0, 10), _oxygen),
        flag("pleural_effusion", 10),
    )
    inputs = inputs_of(criteria)
    card = score_card(
        "pneumonia_severity_index",
        "Pneumonia Severity Index",
        "How severe is community-acquired pneumonia, by the index with laboratory values?",
        inputs,
        SOURCE,
        population="adults with community-acquired pneumonia",
        topics=(
            "pneumonia severity index",
            "psi score",
            "psi/port",
            "port score",
        ),
        limits=(
            "Age weighs most: it underestimates severity in the young.",
            "It supports and does not replace clinical judgement.",
        ),
    )
    link = SOURCE.link
    most_asked = 6
    bands = (
        SOURCE.band(
            -10,
            70,
            (
                "A Pneumonia Severity Index of 70 or less is class II, or class I without risk factors "
                "(30-day mortality 0.1 to 0.7 %, Fine 1997)."
            ),
        ),
        SOURCE.band(
            71, 90, ("A Pneumonia Severity Index of 71 to 90 is class III (30-day mortality 0.9 to 2.8 %, Fine 1997).")
        ),
        SOURCE.band(
            91, 130, ("A Pneumonia Severity Index of 91 to 130 is class IV (30-day mortality 8.2 to 9.3 %, Fine 1997).")
        ),
        SOURCE.band(
            131, 500, "A Pneumonia Severity Index above 130 is class V (30-day mortality 27 to 31 %, Fine 1997)."
        ),
    )
