"""Glasgow-Blatchford score: who with bleeding from the upper gut needs treatment.

Urea 6.5 mmol/L 2 points, 8 three, 10 four, 25 six; haemoglobin in men below 130 g/L 1, below 120 three, below 100
six; in women below 120 one, below 100 six; systolic pressure below 110 mmHg 1, below 100 two, below 90 three; pulse
100 or more 1; melaena 1; syncope 2; liver disease 2; heart failure 2. 0 to 23.

Source: Blatchford O, Murray WR, Blatchford M. Lancet 2000;356:1318-1321, doi:10.1016/S0140-6736(00)02816-6;
outpatient care at 0 or 1 from Laine L et al. ACG 2021, doi:10.14309/ajg.0000000000001245.
"""

from __future__ import annotations

from bedside.tools.bands import paper
from bedside.tools.calculator import score_card
from bedside.tools.calculator_inputs import Values, quantity, sex
from bedside.tools.criteria import computed, flag, history, rungs
from bedside.tools.point_score import PointScore, inputs_of
from bedside.tools.registry import register

SOURCE = paper(
    (
        "Blatchford O, Murray WR, Blatchford M. A risk score to predict need for treatment for "
        "upper-gastrointestinal haemorrhage. Lancet 2000;356:1318-1321"
    ),
    "10.1016/S0140-6736(00)02816-6",
)
ACG = paper(
    (
        "Laine L, et al. ACG clinical guideline: upper gastrointestinal and ulcer bleeding. Am J "
        "Gastroenterol 2021;116:899-917"
    ),
    "10.14309/ajg.0000000000001245",
)


def _haemoglobin(values: Values) -> float | None:
    """Points by sex; None where the sex is needed and not recorded."""
    level, who = values.number("haemoglobin"), values.word("sex")
    if level is None:
        return None
    if level < 100 or level >= 130:
        return 6 if level < 100 else 0
    if not who:
        return None
    if who == "female":
        return 1 if level < 120 else 0
    return 3 if level < 120 else 1


@register
class GlasgowBlatchford(PointScore):
    """Glasgow-Blatchford score; see the module for the rule and its source."""

    criteria = (
        rungs(quantity("urea"), ((6.5, 2), (8, 3), (10, 4), (25, 6))),
        computed("haemoglobin", (quantity("haemoglobin"), sex()), (0, 1, 3, 6), _haemoglobin),
        rungs(quantity("systolic_bp"), ((90, 2), (100, 1), (110, 0)), below=3),
        rungs(quantity("heart_rate"), ((100, 1),)),
        flag("melaena"),
        flag("syncope", 2),
        history("liver_disease", 2),
        history("heart_failure", 2),
    )
    inputs = inputs_of(criteria)
    card = score_card(
        "glasgow_blatchford",
        "Glasgow-Blatchford score",
        "Does this bleeding from the upper gut need treatment in hospital?",
        inputs,
        SOURCE,
        population="adults with bleeding from the upper gut",
        topics=(
            "glasgow-blatchford",
            "blatchford",
            "gbs score",
        ),
        limits=("It predicts the need for treatment, not death.",),
    )
    link = SOURCE.link
    bands = (
        ACG.band(
            0,
            1,
            (
                "A Glasgow-Blatchford score of 0 or 1 is very low risk: care outside hospital can be "
                "considered (ACG 2021)."
            ),
        ),
        ACG.band(2, 23, "A Glasgow-Blatchford score of 2 or more is above the very low risk group (ACG 2021)."),
    )
