"""MDRD study equation: glomerular filtration rate from creatinine, age, sex and race.

eGFR = 175 x creatinine^-1.154 x age^-0.203, times 0.742 for women and 1.212 for patients recorded as black, in
mL/min/1.73 m2; creatinine in mg/dL, traceable to the reference method. Where race is not recorded no factor is used;
KDIGO 2024 advises equations without race, so `ckd_epi_2021` is preferred.

Source: Levey AS et al. Ann Intern Med 2006;145:247-254, doi:10.7326/0003-4819-145-4-200608150-00004.
"""

from __future__ import annotations

from bedside.tools.bands import paper
from bedside.tools.calculator import Population, score_card
from bedside.tools.calculator_inputs import Values, age, category, finding, optional, quantity, sex
from bedside.tools.equation import Equation
from bedside.tools.registry import register

SOURCE = paper(
    (
        "Levey AS, et al. Using standardized serum creatinine values in the Modification of Diet "
        "in Renal Disease study equation. Ann Intern Med 2006;145:247-254"
    ),
    "10.7326/0003-4819-145-4-200608150-00004",
)


@register
class Mdrd(Equation):
    """eGFR (MDRD); see the module for the rule and its source."""

    inputs = (quantity("creatinine"), age(), sex(), optional(category("race")))
    card = score_card(
        "mdrd",
        "eGFR (MDRD)",
        "What is the filtration rate by the older MDRD equation?",
        inputs,
        SOURCE,
        population="adults, not pregnant, with stable creatinine",
        topics=(
            "mdrd",
            "modification of diet in renal disease",
        ),
        limits=(
            "It underestimates above 60 mL/min/1.73 m².",
            "It carries a factor for race, which newer equations leave out.",
            "It holds for stable creatinine only.",
        ),
    )
    link = SOURCE.link
    unit = "mL/min/{1.73_m2}"
    population = (
        Population(
            spec=finding("pregnancy", "pregnancy", "The equation is not valid in pregnancy."),
            must_be=False,
            why="eGFR equations are not valid in pregnancy and this patient is pregnant.",
            do="Follow serum creatinine itself, or measure creatinine clearance.",
        ),
    )

    def solve(self, v: Values) -> float:
        """eGFR in mL/min/1.73 m2."""
        factor = (0.742 if v.word("sex") == "female" else 1) * (1.212 if v.word("race") == "black" else 1)
        return float(175 * v.in_unit("creatinine", "mg/dL") ** -1.154 * v.need("age") ** -0.203 * factor)
