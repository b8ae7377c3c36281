"""PESI: death within 30 days of pulmonary embolism.

Age in years; male sex 10; cancer 30; heart failure 10; chronic lung disease 10; pulse 110 or more 20; systolic
pressure below 100 mmHg 30; breathing 30/min or more 20; temperature below 36 C 20; altered mental status 60;
saturation below 90 % 20.

Source: Aujesky D et al. Am J Respir Crit Care Med 2005;172:1041-1046, doi:10.1164/rccm.200506-862OC.
"""

from __future__ import annotations

from bedside.tools.bands import paper
from bedside.tools.calculator import score_card
from bedside.tools.calculator_inputs import Values, age, quantity, sex
from bedside.tools.criteria import computed, flag, history, rungs
from bedside.tools.point_score import PointScore, inputs_of
from bedside.tools.registry import register

SOURCE = paper(
    (
        "Aujesky D, et al. Derivation and validation of a prognostic model for pulmonary "
        "embolism. Am J Respir Crit Care Med 2005;172:1041-1046"
    ),
    "10.1164/rccm.200506-862OC",
)


def _years(values: Values) -> float | None:
    return values.number("age")


def _sex(values: Values) -> float | None:
    who = values.word("sex")
    return None if not who else 10 if who == "male" else 0


@register
class Pesi(PointScore):
    """PESI; see the module for the rule and its source."""

    criteria = (
        computed("age", (age(),), tuple(range(121)), _years),
        computed("sex", (sex(),), (0, 10), _sex),
        history("active_cancer", 30),
        history("heart_failure", 10),
        history("chronic_lung_disease", 10, shown_by=("copd",)),
        rungs(quantity("heart_rate"), ((110, 20),)),
        rungs(quantity("systolic_bp"), ((100, 0),), below=30),
        rungs(quantity("respiratory_rate"), ((30, 20),)),
        rungs(quantity("temperature"), ((36, 0),), below=20),
        flag("confusion", 60),
        rungs(quantity("oxygen_saturation"), ((90, 0),), below=20),
    )
    inputs = inputs_of(criteria)
    card = score_card(
        "pesi",
        "PESI",
        "What is the risk of death within 30 days of this pulmonary embolism?",
        inputs,
        SOURCE,
        population="adults with confirmed pulmonary embolism",
        topics=(
            "pesi",
            "pulmonary embolism severity index",
        ),
        limits=(
            "It was not made for shock or pregnancy.",
            "Where the patient lives and imaging of the right heart also decide.",
        ),
    )
    link = SOURCE.link
    most_asked = 5
    bands = (
        SOURCE.band(0, 65, "A PESI of 65 or less is class I (30-day mortality 0 to 1.6 %, Aujesky 2005)."),
        SOURCE.band(66, 85, "A PESI of 66 to 85 is class II (1.7 to 3.5 %, Aujesky 2005)."),
        SOURCE.band(86, 105, "A PESI of 86 to 105 is class III (3.2 to 7.1 %, Aujesky 2005)."),
        SOURCE.band(106, 125, "A PESI of 106 to 125 is class IV (4.0 to 11.4 %, Aujesky 2005)."),
        SOURCE.band(126, 400, "A PESI above 125 is class V (10.0 to 24.5 %, Aujesky 2005)."),
    )
