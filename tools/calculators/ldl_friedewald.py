"""LDL cholesterol by Friedewald: total - HDL - triglycerides / 5, in mg/dL.

Not valid above 400 mg/dL (4.5 mmol/L) of triglycerides, nor unfasted with chylomicrons.

Source: Friedewald WT, Levy RI, Fredrickson DS. Clin Chem 1972;18:499-502, doi:10.1093/clinchem/18.6.499.
"""

from __future__ import annotations

from bedside.core.units import show
from bedside.tools.bands import paper
from bedside.tools.calculator import Finding, half_up, score_card
from bedside.tools.calculator_inputs import Values, quantity
from bedside.tools.equation import Equation
from bedside.tools.registry import register

SOURCE = paper(
    (
        "Friedewald WT, Levy RI, Fredrickson DS. Estimation of the concentration of low-density "
        "lipoprotein cholesterol in plasma. Clin Chem 1972;18:499-502"
    ),
    "10.1093/clinchem/18.6.499",
)


@register
class LdlFriedewald(Equation):
    """LDL cholesterol (Friedewald); see the module for the rule and its source."""

    inputs = (quantity("total_cholesterol"), quantity("hdl"), quantity("triglycerides"))
    card = score_card(
        "ldl_friedewald",
        "LDL cholesterol (Friedewald)",
        "What is the LDL cholesterol, calculated?",
        inputs,
        SOURCE,
        population="patients whose triglycerides are below 400 mg/dL",
        topics=(
            "friedewald",
            "ldl calculated",
            "calculated ldl",
        ),
        limits=("Below 70 mg/dL of LDL and with high triglycerides it underestimates.",),
    )
    link = SOURCE.link
    minimum_age = 0
    unit = "mg/dL"

    def solve(self, v: Values) -> float:
        """LDL cholesterol in mg/dL."""
        fat = v.in_unit("triglycerides", "mg/dL")
        return v.in_unit("total_cholesterol", "mg/dL") - v.in_unit("hdl", "mg/dL") - fat / 5

    def parts(self, v: Values) -> tuple[Finding, ...]:
        """The same in mmol/L."""
        value = half_up(self.solve(v) * 0.025863, 2)
        return (
            Finding(
                statement=f"That is an LDL cholesterol of {show(value, 'mmol/L')}.",
                value=value,
                unit="mmol/L",
                part="in mmol/L",
            ),
        )

    def contradiction(self, values: Values) -> str:
        """Triglycerides too high for the formula, or HDL above the total."""
        if not {"total_cholesterol", "hdl", "triglycerides"} <= set(values.readings):
            return ""
        if values.in_unit("triglycerides", "mg/dL") > 400:
            return "Triglycerides above 400 mg/dL (4.5 mmol/L) make Friedewald's formula invalid; measure LDL directly."
        if values.need("hdl") >= values.need("total_cholesterol"):
            return "HDL cholesterol is not below the total cholesterol."
        return ""
