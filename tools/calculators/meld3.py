"""MELD 3.0: urgency of liver transplantation, with sodium, albumin and sex.

1.33 (women) + 4.56 x ln(bilirubin) + 0.82 x (137 - Na) - 0.24 x (137 - Na) x ln(bilirubin) + 9.09 x ln(INR) + 11.14 x
ln(creatinine) + 1.85 x (3.5 - albumin) - 1.83 x (3.5 - albumin) x ln(creatinine) + 6. mg/dL and g/dL; below 1 counts
as 1; creatinine above 3 and dialysis as 3; sodium 125 to 137; albumin 1.5 to 3.5. Rounded, from 6 to 40.

Source: Kim WR et al. Gastroenterology 2021;161:1887-1895, doi:10.1053/j.gastro.2021.08.050. Referral as in `meld_na`.
"""

from __future__ import annotations

import math

from bedside.tools.bands import paper
from bedside.tools.calculator import score_card
from bedside.tools.calculator_inputs import Values, finding, optional, quantity, sex
from bedside.tools.calculators.meld_na import on_dialysis, transplant_bands
from bedside.tools.equation import Equation
from bedside.tools.registry import register

SOURCE = paper(
    (
        "Kim WR, et al. MELD 3.0: the Model for End-Stage Liver Disease updated for the modern "
        "era. Gastroenterology 2021;161:1887-1895"
    ),
    "10.1053/j.gastro.2021.08.050",
)


@register
class Meld3(Equation):
    """MELD 3.0; see the module for the rule and its source."""

    inputs = (
        sex(),
        quantity("bilirubin"),
        quantity("sodium"),
        quantity("inr"),
        quantity("creatinine"),
        quantity("albumin"),
        optional(finding("dialysis_twice", contributes="Dialysis counts as the highest creatinine.")),
        optional(finding("haemofiltration", contributes="It counts as the highest creatinine.")),
    )
    card = score_card(
        "meld3",
        "MELD 3.0",
        "How urgent is liver transplantation, by MELD 3.0?",
        inputs,
        SOURCE,
        population="patients from 12 years with chronic liver disease",
        topics=(
            "meld 3.0",
            "meld 3",
            "meld3",
        ),
        limits=(
            ("Patients under 18 get the points of women at listing in the OPTN's policy; that is not applied here."),
        ),
    )
    link = SOURCE.link
    minimum_age = 12
    unit = "{score}"
    digits = 0
    bands = transplant_bands("MELD 3.0")

    def solve(self, v: Values) -> float:
        """The score, from 6 to 40."""
        kidney = math.log(3.0 if on_dialysis(v) else min(max(v.in_unit("creatinine", "mg/dL"), 1), 3))
        bile = math.log(max(v.in_unit("bilirubin", "mg/dL"), 1))
        lack = 137 - min(max(v.need("sodium"), 125), 137)
        low = 3.5 - min(max(v.in_unit("albumin", "g/dL"), 1.5), 3.5)
        score = 1.33 * (v.word("sex") == "female") + 4.56 * bile + 0.82 * lack - 0.24 * lack * bile
        score += 9.09 * math.log(max(v.need("inr"), 1)) + 11.14 * kidney + 1.85 * low - 1.83 * low * kidney + 6
        return min(max(score, 6), 40)
