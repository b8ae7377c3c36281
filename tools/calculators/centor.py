"""Modified Centor (McIsaac) score: streptococcal pharyngitis.

One point each: temperature above 38 C; no cough; tender or swollen anterior cervical nodes; exudate or swelling of
the tonsils; age 3 to 14. Age 45 or more takes a point. -1 to 5.

Source: McIsaac WJ et al. JAMA 2004;291:1587-1595, doi:10.1001/jama.291.13.1587 (shares with streptococci by score).
"""

from __future__ import annotations

from bedside.tools.bands import paper
from bedside.tools.calculator import score_card
from bedside.tools.calculator_inputs import Values, age, quantity
from bedside.tools.criteria import computed, flag, rungs
from bedside.tools.point_score import PointScore, inputs_of
from bedside.tools.registry import register

SOURCE = paper(
    (
        "McIsaac WJ, et al. Empirical validation of guidelines for the management of pharyngitis "
        "in children and adults. JAMA 2004;291:1587-1595"
    ),
    "10.1001/jama.291.13.1587",
)


def _age(values: Values) -> float | None:
    years = values.number("age")
    if years is None:
        return None
    return 1 if years < 15 else -1 if years >= 45 else 0


@register
class Centor(PointScore):
    """Centor score (McIsaac); see the module for the rule and its source."""

    criteria = (
        computed("age", (age(),), (-1, 0, 1), _age),
        rungs(quantity("temperature"), ((38, 1),), over=True),
        flag("no_cough"),
        flag("cervical_nodes"),
        flag("tonsil_exudate"),
    )
    inputs = inputs_of(criteria)
    card = score_card(
        "centor",
        "Centor score (McIsaac)",
        "How likely are group A streptococci behind this sore throat?",
        inputs,
        SOURCE,
        population="patients from 3 years with a sore throat of up to three days",
        topics=(
            "centor",
            "mcisaac",
            "strep score",
            "sore throat score",
        ),
        limits=(
            "It was not made for children under 3.",
            "Local guidance decides at what score to test.",
        ),
    )
    link = SOURCE.link
    minimum_age = 3
    bands = (
        SOURCE.band(
            -1,
            1,
            ("A Centor score of 1 or less makes streptococci unlikely: neither test nor antibiotic (McIsaac 2004)."),
        ),
        SOURCE.band(2, 3, "A Centor score of 2 or 3 leaves it open: the test decides (McIsaac 2004)."),
        SOURCE.band(
            4, 5, "A Centor score of 4 or more makes streptococci likely (about half have them, McIsaac 2004)."
        ),
    )
