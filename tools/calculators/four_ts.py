"""4Ts score: heparin-induced thrombocytopenia before any test; fall, timing, thrombosis, other cause, 0 to 2 each.

Source: Lo GK et al. J Thromb Haemost 2006;4:759-765, doi:10.1111/j.1538-7836.2006.01787.x.
"""

from __future__ import annotations

from bedside.tools.bands import paper
from bedside.tools.calculator import score_card
from bedside.tools.criteria import by_word
from bedside.tools.point_score import PointScore, inputs_of
from bedside.tools.registry import register

SOURCE = paper(
    (
        "Lo GK, et al. Evaluation of pretest clinical score (4 T's) for the diagnosis of "
        "heparin-induced thrombocytopenia in two clinical settings. J Thromb Haemost "
        "2006;4:759-765"
    ),
    "10.1111/j.1538-7836.2006.01787.x",
)


@register
class FourTs(PointScore):
    """4Ts score; see the module for the rule and its source."""

    criteria = (
        by_word("hit_fall", (0, 1, 2)),
        by_word("hit_timing", (0, 1, 2)),
        by_word("hit_thrombosis", (0, 1, 2)),
        by_word("hit_other", (0, 1, 2)),
    )
    inputs = inputs_of(criteria)
    card = score_card(
        "four_ts",
        "4Ts score",
        "How probable is heparin-induced thrombocytopenia before any test?",
        inputs,
        SOURCE,
        population="adults who have had heparin",
        topics=(
            "4ts",
            "4t score",
            "4 ts",
            "four ts",
            "heparin-induced thrombocytopenia",
            "hit score",
        ),
        limits=("Three of its four items are judgements.",),
    )
    link = SOURCE.link
    bands = (
        SOURCE.band(0, 3, "A 4Ts score of 0 to 3 is a low probability (about 1 % had it, Lo 2006)."),
        SOURCE.band(4, 5, "A 4Ts score of 4 or 5 is an intermediate probability (Lo 2006)."),
        SOURCE.band(6, 8, "A 4Ts score of 6 to 8 is a high probability (Lo 2006)."),
    )
