"""SIRS: signs of systemic inflammation.

One each: temperature above 38 or below 36 C; pulse above 90; breathing above 20/min or PaCO2 below 32 mmHg; white
cells above 12 or below 4 x 10^9/L. Two or more is SIRS.

Source: Bone RC et al. Chest 1992;101:1644-1655, doi:10.1378/chest.101.6.1644. Sepsis-3 (2016) no longer defines
sepsis by it.
"""

from __future__ import annotations

from bedside.tools.bands import paper
from bedside.tools.calculator import score_card
from bedside.tools.calculator_inputs import Values, optional, quantity
from bedside.tools.criteria import computed, rungs
from bedside.tools.point_score import PointScore, inputs_of
from bedside.tools.registry import register

SOURCE = paper(
    (
        "Bone RC, et al. Definitions for sepsis and organ failure and guidelines for the use of "
        "innovative therapies in sepsis (ACCP/SCCM). Chest 1992;101:1644-1655"
    ),
    "10.1378/chest.101.6.1644",
)


def temperature(values: Values) -> float | None:
    """1 outside 36 to 38 C."""
    warm = values.number("temperature")
    return None if warm is None else float(warm > 38 + 1e-4 or warm < 36 - 1e-4)


def breathing(values: Values) -> float | None:
    """1 above 20/min or with a PaCO2 below 32 mmHg; the rate alone settles it where no blood gas is recorded."""
    rate, carbon = values.number("respiratory_rate"), values.number("paco2")
    if (rate is not None and rate > 20) or (carbon is not None and carbon < 32):
        return 1
    return None if rate is None else 0


def white_cells(values: Values) -> float | None:
    """1 outside 4 to 12 x 10^9/L."""
    count = values.number("white_cells")
    return None if count is None else float(count > 12 or count < 4)


@register
class Sirs(PointScore):
    """SIRS criteria; see the module for the rule and its source."""

    criteria = (
        computed("temperature", (quantity("temperature"),), (0, 1), temperature),
        rungs(quantity("heart_rate"), ((90, 1),), over=True),
        computed("breathing", (quantity("respiratory_rate"), optional(quantity("paco2"))), (0, 1), breathing),
        computed("white cells", (quantity("white_cells"),), (0, 1), white_cells),
    )
    inputs = inputs_of(criteria)
    card = score_card(
        "sirs",
        "SIRS criteria",
        "How many criteria of systemic inflammation are met?",
        inputs,
        SOURCE,
        population="adults",
        topics=(
            "sirs",
            "systemic inflammatory response",
        ),
        limits=("Many patients without infection meet it, and some with sepsis do not.",),
    )
    link = SOURCE.link
    bands = (
        SOURCE.band(0, 1, "Fewer than two criteria: no SIRS (Bone 1992)."),
        SOURCE.band(2, 4, "Two or more criteria: SIRS (Bone 1992)."),
    )
