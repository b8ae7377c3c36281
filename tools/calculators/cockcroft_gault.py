"""Creatinine clearance by Cockcroft and Gault, with the body weight that suits the patient's body mass index.

Clearance = (140 - age) x weight / (72 x creatinine), in mL/min, times 0.85 for women; weight in kg, creatinine in
mg/dL. The weight is the actual one where the height is not known or the body mass index is below 18.5; the lower of
actual and ideal weight (Devine) up to 24.9; the adjusted weight, ideal + 0.4 x (actual - ideal), from 25.

Sources: Cockcroft DW, Gault MH. Nephron 1976;16:31-41, doi:10.1159/000180580; the choice of weight from Winter MA et
al. Pharmacotherapy 2012;32:604-612, doi:10.1002/j.1875-9114.2012.01098.x; severity by clearance from FDA guidance,
Pharmacokinetics in Patients with Impaired Renal Function, 2024.
"""

from __future__ import annotations

from bedside.tools.bands import Band, Publication, paper
from bedside.tools.calculator import score_card
from bedside.tools.calculator_inputs import Values, age, optional, quantity, sex
from bedside.tools.calculators.adjusted_body_weight import adjusted, devine
from bedside.tools.calculators.bmi_bsa import bmi
from bedside.tools.equation import Equation
from bedside.tools.registry import register

SOURCE = paper(
    ("Cockcroft DW, Gault MH. Prediction of creatinine clearance from serum creatinine. Nephron 1976;16:31-41"),
    "10.1159/000180580",
)
FDA = Publication(
    "FDA. Pharmacokinetics in Patients with Impaired Renal Function: guidance for industry, 2024",
    "https://www.fda.gov/regulatory-information/search-fda-guidance-documents",
)


def dosing_weight(weight: float, height: float | None, female: bool) -> float:
    """The weight in kg that the equation takes, from kg and cm; the actual one where no height is known."""
    if height is None or bmi(weight, height) < 18.5:
        return weight
    ideal = devine(height, female)
    return min(weight, ideal) if bmi(weight, height) < 25 else adjusted(weight, height, female)


def cockcroft(years: float, weight: float, creatinine: float, female: bool) -> float:
    """Creatinine clearance in mL/min, not rounded, from years, kg and mg/dL."""
    return (140 - years) * weight * (0.85 if female else 1) / (72 * creatinine)


def clearance(v: Values) -> float:
    """Creatinine clearance in mL/min, not rounded."""
    female = v.word("sex") == "female"
    weight = dosing_weight(v.need("weight"), v.number("height"), female)
    return cockcroft(v.need("age"), weight, v.in_unit("creatinine", "mg/dL"), female)


def renal_bands() -> tuple[Band, ...]:
    """The categories of FDA 2024, over a clearance to 0.1 mL/min."""
    return (
        FDA.below(14.9, "A creatinine clearance below 15 mL/min is kidney failure (FDA 2024)."),
        FDA.band(15, 29.9, "A creatinine clearance of 15 to 29 mL/min is severe impairment (FDA 2024)."),
        FDA.band(30, 59.9, "A creatinine clearance of 30 to 59 mL/min is moderate impairment (FDA 2024)."),
        FDA.band(60, 89.9, "A creatinine clearance of 60 to 89 mL/min is mild impairment (FDA 2024)."),
        FDA.from_(90, "A creatinine clearance of 90 mL/min or more is normal (FDA 2024)."),
    )


@register
class CockcroftGault(Equation):
    """Creatinine clearance (Cockcroft-Gault); see the module for the rule and its source."""

    inputs = (age(), sex(), quantity("weight"), optional(quantity("height")), quantity("creatinine"))
    card = score_card(
        "cockcroft_gault",
        "Creatinine clearance (Cockcroft-Gault)",
        "What is this adult's creatinine clearance, by which drug labels give doses?",
        inputs,
        SOURCE,
        population="adults with stable creatinine",
        topics=(
            "cockcroft-gault",
            "cockcroft gault",
            "cockroft-gault",
            "cockcroft",
            "creatinine clearance",
            "crcl",
        ),
        limits=(
            "It holds for stable creatinine: in acute kidney injury it misleads.",
            ("It overestimates in obesity with the actual weight and underestimates in the frail and thin."),
        ),
    )
    link = SOURCE.link
    unit = "mL/min"
    bands = renal_bands()

    def solve(self, v: Values) -> float:
        """The clearance in mL/min."""
        return clearance(v)

    def cautions(self, v: Values) -> tuple[str, ...]:
        """Which weight was used."""
        if v.number("height") is None:
            return ("Height is not recorded, so the actual weight was used.",)
        used = dosing_weight(v.need("weight"), v.number("height"), v.word("sex") == "female")
        return (f"The weight used is {used:.1f} kg, chosen by body mass index.",)
