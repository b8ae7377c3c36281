"""NIH Stroke Scale: severity of a stroke, the sum of its fifteen items (0 to 42).

Sources: Brott T et al. Stroke 1989;20:864-870, doi:10.1161/01.STR.20.7.864; limits from Powers WJ et al. AHA/ASA
2019, doi:10.1161/STR.0000000000000211.
"""

from __future__ import annotations

from bedside.tools.bands import paper
from bedside.tools.calculator import score_card
from bedside.tools.criteria import item
from bedside.tools.point_score import PointScore, inputs_of
from bedside.tools.registry import register

SOURCE = paper(
    ("Brott T, et al. Measurements of acute cerebral infarction: a clinical examination scale. Stroke 1989;20:864-870"),
    "10.1161/01.STR.20.7.864",
)
AHA = paper(
    (
        "Powers WJ, et al. Guidelines for the early management of patients with acute ischemic "
        "stroke: 2019 update. Stroke 2019;50:e344-e418"
    ),
    "10.1161/STR.0000000000000211",
)
ITEMS = ("1a", "1b", "1c", "2", "3", "4", "5a", "5b", "6a", "6b", "7", "8", "9", "10", "11")


@register
class Nihss(PointScore):
    """NIH Stroke Scale; see the module for the rule and its source."""

    criteria = tuple(item(f"nihss_{name}") for name in ITEMS)
    inputs = inputs_of(criteria)
    card = score_card(
        "nihss",
        "NIH Stroke Scale",
        "How severe is this stroke, by examination?",
        inputs,
        SOURCE,
        population="adults with a suspected stroke",
        topics=(
            "nihss",
            "nih stroke scale",
            "stroke scale",
        ),
        limits=(
            "It weighs the left hemisphere more, and the back of the brain little.",
            "A disabling deficit can score low.",
        ),
    )
    link = SOURCE.link
    most_asked = 3
    bands = (
        AHA.band(
            0,
            5,
            (
                "An NIHSS of 0 to 5 is a mild stroke; whether the deficit disables decides on "
                "thrombolysis (AHA/ASA 2019)."
            ),
        ),
        AHA.band(
            6,
            42,
            ("An NIHSS of 6 or more meets one criterion for thrombectomy in a large vessel occlusion (AHA/ASA 2019)."),
        ),
    )
