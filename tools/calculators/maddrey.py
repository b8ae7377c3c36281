"""Maddrey's discriminant function: severity of alcoholic hepatitis, 4.6 x (prothrombin time - control) + bilirubin in
mg/dL.

Sources: Maddrey WC et al. Gastroenterology 1978;75:193-199, doi:10.1016/0016-5085(78)90401-8; the limit of 32 from
Carithers RL et al. Ann Intern Med 1989;110:685-690, doi:10.7326/0003-4819-110-9-685.
"""

from __future__ import annotations

from bedside.tools.bands import paper
from bedside.tools.calculator import score_card
from bedside.tools.calculator_inputs import Values, quantity
from bedside.tools.equation import Equation
from bedside.tools.registry import register

SOURCE = paper(
    ("Maddrey WC, et al. Corticosteroid therapy of alcoholic hepatitis. Gastroenterology 1978;75:193-199"),
    "10.1016/0016-5085(78)90401-8",
)
CARITHERS = paper(
    (
        "Carithers RL, et al. Methylprednisolone therapy in patients with severe alcoholic "
        "hepatitis. Ann Intern Med 1989;110:685-690"
    ),
    "10.7326/0003-4819-110-9-685",
)


@register
class Maddrey(Equation):
    """Maddrey's discriminant function; see the module for the rule and its source."""

    inputs = (quantity("prothrombin_time"), quantity("prothrombin_control"), quantity("bilirubin"))
    card = score_card(
        "maddrey",
        "Maddrey's discriminant function",
        "How severe is this alcoholic hepatitis?",
        inputs,
        SOURCE,
        population="adults with alcoholic hepatitis",
        topics=(
            "maddrey",
            "discriminant function",
            "alcoholic hepatitis",
        ),
        limits=("Prothrombin times differ between reagents.",),
    )
    link = SOURCE.link
    bands = (
        CARITHERS.below(31.9, "A discriminant function below 32 is not severe alcoholic hepatitis (Carithers 1989)."),
        CARITHERS.from_(32, "A discriminant function of 32 or more is severe alcoholic hepatitis (Carithers 1989)."),
    )

    def solve(self, v: Values) -> float:
        """The function, without unit."""
        return 4.6 * (v.need("prothrombin_time") - v.need("prothrombin_control")) + v.in_unit("bilirubin", "mg/dL")
