"""MELD-Na (OPTN 2016): urgency of liver transplantation, with sodium.

MELD(i) = 0.957 x ln(creatinine) + 0.378 x ln(bilirubin) + 1.120 x ln(INR) + 0.643, rounded to one decimal and times
10. Above 11, MELD = MELD(i) + 1.32 x (137 - Na) - 0.033 x MELD(i) x (137 - Na). Creatinine and bilirubin in mg/dL;
values below 1 count as 1, creatinine above 4 and dialysis (twice in a week or 24 hours of haemofiltration) as 4;
sodium from 125 to 137. At most 40.

Sources: Kim WR et al. N Engl J Med 2008;359:1018-1026, doi:10.1056/NEJMoa0801209; the form above is OPTN Policy 9,
2016. Referral at 15 from Martin P et al. AASLD/AST 2014, doi:10.1002/hep.26972.
"""

from __future__ import annotations

import math

from bedside.tools.bands import Band, paper
from bedside.tools.calculator import half_up, score_card
from bedside.tools.calculator_inputs import Values, finding, optional, quantity
from bedside.tools.equation import Equation
from bedside.tools.registry import register

SOURCE = paper(
    (
        "Kim WR, et al. Hyponatremia and mortality among patients on the liver-transplant waiting"
        " list. N Engl J Med 2008;359:1018-1026"
    ),
    "10.1056/NEJMoa0801209",
)
AASLD = paper(
    (
        "Martin P, et al. Evaluation for liver transplantation in adults: 2013 practice guideline"
        " by AASLD and AST. Hepatology 2014;59:1144-1165"
    ),
    "10.1002/hep.26972",
)


def on_dialysis(v: Values) -> bool:
    """Whether dialysis of the last week sets the creatinine."""
    return bool(v.flag("dialysis_twice") or v.flag("haemofiltration"))


def transplant_bands(title: str) -> tuple[Band, ...]:
    """Referral for transplantation by the score."""
    return (
        AASLD.below(
            14,
            (f"A {title} below 15 is under the score at which evaluation for transplantation is usual (AASLD 2014)."),
        ),
        AASLD.from_(15, f"A {title} of 15 or more is a reason to evaluate for transplantation (AASLD 2014)."),
    )


@register
class MeldNa(Equation):
    """MELD-Na; see the module for the rule and its source."""

    inputs = (
        quantity("creatinine"),
        quantity("bilirubin"),
        quantity("inr"),
        quantity("sodium"),
        optional(finding("dialysis_twice", contributes="Dialysis counts as the highest creatinine.")),
        optional(finding("haemofiltration", contributes="It counts as the highest creatinine.")),
    )
    card = score_card(
        "meld_na",
        "MELD-Na",
        "How urgent is liver transplantation, by MELD-Na?",
        inputs,
        SOURCE,
        population="patients from 12 years with chronic liver disease",
        topics=(
            "meld-na",
            "meld na",
            "meldna",
            "meld score",
            "meld",
        ),
        limits=("Since 2023 the OPTN ranks by MELD 3.0.",),
    )
    link = SOURCE.link
    minimum_age = 12
    unit = "{score}"
    digits = 0
    bands = transplant_bands("MELD-Na")

    def solve(self, v: Values) -> float:
        """The score, at most 40."""
        creatinine = 4.0 if on_dialysis(v) else min(max(v.in_unit("creatinine", "mg/dL"), 1), 4)
        bilirubin, inr = max(v.in_unit("bilirubin", "mg/dL"), 1), max(v.need("inr"), 1)
        initial = 0.957 * math.log(creatinine) + 0.378 * math.log(bilirubin) + 1.120 * math.log(inr) + 0.643
        meld = half_up(initial, 1) * 10
        if meld > 11:
            lack = 137 - min(max(v.need("sodium"), 125), 137)
            meld += 1.32 * lack - 0.033 * meld * lack
        return min(meld, 40)
