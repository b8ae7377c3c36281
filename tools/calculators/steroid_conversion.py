"""Doses of glucocorticoids with the same anti-inflammatory effect.

Equal are cortisone 25 mg, hydrocortisone 20, prednisone 5, prednisolone 5, methylprednisolone 4, triamcinolone 4,
dexamethasone 0.75 and betamethasone 0.75. By mouth and into a vein count alike.

Source: Liu D et al. Allergy Asthma Clin Immunol 2013;9:30, doi:10.1186/1710-1492-9-30; betamethasone 0.75 mg as in
the British National Formulary, Glucocorticoid therapy, 2024 (Liu gives 0.6 mg).
"""

from __future__ import annotations

from bedside.tools.bands import paper
from bedside.tools.calculator import score_card
from bedside.tools.calculator_inputs import Values, category, quantity
from bedside.tools.equation import Equation
from bedside.tools.registry import register

SOURCE = paper(
    (
        "Liu D, et al. A practical guide to the monitoring and management of the complications of"
        " systemic corticosteroid therapy. Allergy Asthma Clin Immunol 2013;9:30"
    ),
    "10.1186/1710-1492-9-30",
)
# Milligrams of the same effect.
SAME = {
    "cortisone": 25.0, "hydrocortisone": 20.0, "prednisone": 5.0, "prednisolone": 5.0, "methylprednisolone": 4.0,
    "triamcinolone": 4.0, "dexamethasone": 0.75, "betamethasone": 0.75,
}  # fmt: skip


@register
class SteroidConversion(Equation):
    """Steroid conversion; see the module for the rule and its source."""

    inputs = (
        category("steroid_from", options=tuple(SAME)),
        quantity("steroid_dose"),
        category("steroid_to", options=tuple(SAME)),
    )
    card = score_card(
        "steroid_conversion",
        "Steroid conversion",
        "What dose of another glucocorticoid has the same effect?",
        inputs,
        SOURCE,
        population="patients who take a glucocorticoid by mouth or vein",
        topics=(
            "steroid conversion",
            "steroid equivalent",
            "glucocorticoid equivalent",
            "prednisolone equivalent",
            "prednisone equivalent",
        ),
        limits=(
            "Anti-inflammatory effect only: the effect on salt and the duration differ.",
            "Not for inhaled, topical or depot preparations.",
        ),
    )
    link = SOURCE.link
    minimum_age = 0
    unit = "mg"
    digits = 2

    def solve(self, v: Values) -> float:
        """Milligrams of the wanted steroid."""
        return v.need("steroid_dose") * SAME[v.word("steroid_to")] / SAME[v.word("steroid_from")]
