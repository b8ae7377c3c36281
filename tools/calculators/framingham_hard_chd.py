"""Framingham risk of hard coronary disease (infarction or coronary death) within ten years, in %.

Men: L = 52.00961 ln(age) + 20.014077 ln(total) - 0.905964 ln(HDL) + 1.305784 ln(systolic) + 0.241549 if treated +
12.096316 if smoker - 4.605038 ln(age) ln(total) - 2.84367 ln(age) if smoker - 2.93323 ln(age)^2 - 172.300168; risk 1
- 0.9402^exp(L). Women: L = 31.764001 ln(age) + 22.465206 ln(total) - 1.187731 ln(HDL) + 2.552905 ln(systolic) +
0.420251 if treated + 13.07543 if smoker - 5.060998 ln(age) ln(total) - 2.996945 ln(age) if smoker - 146.5933061; risk
1 - 0.98767^exp(L). Cholesterol in mg/dL; in the smoking term the age counts as 70 at most in men and 78 in women.

Source: NCEP Expert Panel, ATP III final report. Circulation 2002;106:3143-3421, doi:10.1161/circ.106.25.3143.
"""

from __future__ import annotations

import math

from bedside.tools.bands import paper
from bedside.tools.calculator import score_card
from bedside.tools.calculator_inputs import Values, age, finding, quantity, sex
from bedside.tools.equation import Equation
from bedside.tools.registry import register

SOURCE = paper(
    (
        "NCEP Expert Panel. Third report on detection, evaluation and treatment of high blood "
        "cholesterol in adults (ATP III). Circulation 2002;106:3143-3421"
    ),
    "10.1161/circ.106.25.3143",
)


@register
class FraminghamHardChd(Equation):
    """Framingham risk of hard coronary disease; see the module for the rule and its source."""

    inputs = (
        age(),
        sex(),
        quantity("total_cholesterol"),
        quantity("hdl"),
        quantity("systolic_bp"),
        finding("treated_hypertension", contributes="Treatment changes the risk."),
        finding("smoker", contributes="Smoking changes the risk."),
    )
    card = score_card(
        "framingham_hard_chd",
        "Framingham risk of hard coronary disease",
        "What is the ten-year risk of infarction or coronary death?",
        inputs,
        SOURCE,
        population="adults of 30 to 79 without coronary disease or diabetes",
        topics=(
            "framingham risk",
            "framingham score",
            "hard coronary",
            "hard chd",
        ),
        limits=(
            "Made in one American town: it overestimates in many others.",
            "Not for patients with known coronary disease or diabetes.",
        ),
    )
    link = SOURCE.link
    minimum_age = 30
    maximum_age = 80
    unit = "%"
    bands = (
        SOURCE.below(9.9, "A ten-year risk below 10 % is the low group (ATP III, 2002)."),
        SOURCE.band(10, 20, "A ten-year risk of 10 to 20 % is the intermediate group (ATP III, 2002)."),
        SOURCE.from_(
            20.1, ("A ten-year risk above 20 % is the high group, as in coronary disease itself (ATP III, 2002).")
        ),
    )

    def solve(self, v: Values) -> float:
        """Per cent."""
        age_, total = math.log(v.need("age")), math.log(v.in_unit("total_cholesterol", "mg/dL"))
        hdl, systolic = math.log(v.in_unit("hdl", "mg/dL")), math.log(v.need("systolic_bp"))
        treated, smokes = v.flag("treated_hypertension") is True, v.flag("smoker") is True
        if v.word("sex") == "male":
            lp = 52.00961 * age_ + 20.014077 * total - 0.905964 * hdl + 1.305784 * systolic + 0.241549 * treated
            lp += 12.096316 * smokes - 4.605038 * age_ * total - 2.93323 * age_**2 - 172.300168
            lp -= 2.84367 * min(age_, math.log(70)) * smokes
            return float(100 * (1 - 0.9402 ** math.exp(lp)))
        lp = 31.764001 * age_ + 22.465206 * total - 1.187731 * hdl + 2.552905 * systolic + 0.420251 * treated
        lp += 13.07543 * smokes - 5.060998 * age_ * total - 146.5933061 - 2.996945 * min(age_, math.log(78)) * smokes
        return float(100 * (1 - 0.98767 ** math.exp(lp)))
