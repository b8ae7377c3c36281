"""BISAP: death in hospital from acute pancreatitis, in the first 24 hours.

One point each: urea nitrogen above 25 mg/dL (8.9 mmol/L); impaired mental status (Glasgow Coma Scale below 15); two
or more SIRS criteria; age above 60; pleural effusion. 0 to 5.

Source: Wu BU et al. Gut 2008;57:1698-1703, doi:10.1136/gut.2008.152702.
"""

from __future__ import annotations

from bedside.tools.bands import paper
from bedside.tools.calculator import score_card
from bedside.tools.calculator_inputs import Values, age, finding, optional, quantity
from bedside.tools.calculators.sirs import breathing, temperature, white_cells
from bedside.tools.criteria import computed, flag, rungs
from bedside.tools.point_score import PointScore, inputs_of
from bedside.tools.registry import register

SOURCE = paper(
    (
        "Wu BU, et al. The early prediction of mortality in acute pancreatitis: a large "
        "population-based study. Gut 2008;57:1698-1703"
    ),
    "10.1136/gut.2008.152702",
)


def _mental(values: Values) -> float | None:
    scale, confused = values.number("gcs"), values.flag("confusion")
    if confused or (scale is not None and scale < 15):
        return 1
    return None if scale is None and confused is None else 0


def _pulse(values: Values) -> float | None:
    rate = values.number("heart_rate")
    return None if rate is None else float(rate > 90)


def _sirs(values: Values) -> float | None:
    found = [temperature(values), _pulse(values), breathing(values), white_cells(values)]
    met = sum(f == 1 for f in found)
    if met >= 2:
        return 1
    return None if met + found.count(None) >= 2 else 0


SIRS_INPUTS = (
    quantity("temperature"),
    quantity("heart_rate"),
    quantity("respiratory_rate"),
    optional(quantity("paco2")),
    quantity("white_cells"),
)


@register
class Bisap(PointScore):
    """BISAP; see the module for the rule and its source."""

    criteria = (
        rungs(quantity("urea"), ((8.925, 1),), over=True),
        computed("mental status", (finding("confusion"), optional(quantity("gcs"))), (0, 1), _mental),
        computed("SIRS", SIRS_INPUTS, (0, 1), _sirs),
        rungs(age(), ((60, 1),), over=True),
        flag("pleural_effusion"),
    )
    inputs = inputs_of(criteria)
    card = score_card(
        "bisap",
        "BISAP",
        "How severe is this acute pancreatitis in the first day?",
        inputs,
        SOURCE,
        population="adults with acute pancreatitis",
        topics=("bisap",),
        limits=("It foretells death better than organ failure or necrosis.",),
    )
    link = SOURCE.link
    bands = (
        SOURCE.band(0, 0, "A BISAP of 0 is the group with the lowest mortality (below 1 %, Wu 2008)."),
        SOURCE.band(
            1,
            4,
            (
                "A BISAP of 1 to 4 lies between the lowest and the highest risk; mortality rises with "
                "each point (Wu 2008)."
            ),
        ),
        SOURCE.band(5, 5, "A BISAP of 5 is the group with the highest mortality (above 20 %, Wu 2008)."),
    )
