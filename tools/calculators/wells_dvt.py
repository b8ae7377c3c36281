"""Wells score for deep vein thrombosis: how probable it is before any test.

One point each: active cancer; paralysis, paresis or recent plaster of the leg; bedridden 3 days or major surgery
within 12 weeks; tenderness along the deep veins; entire leg swollen; calf 3 cm larger; pitting oedema of the
symptomatic leg only; collateral superficial veins; previous deep vein thrombosis. An alternative diagnosis at least
as likely takes 2 points. -2 to 9.

Source: Wells PS et al. N Engl J Med 2003;349:1227-1235, doi:10.1056/NEJMoa023153.
"""

from __future__ import annotations

from bedside.tools.bands import paper
from bedside.tools.calculator import score_card
from bedside.tools.calculator_inputs import finding
from bedside.tools.criteria import any_of, flag, history
from bedside.tools.point_score import PointScore, inputs_of
from bedside.tools.registry import register

SOURCE = paper(
    (
        "Wells PS, et al. Evaluation of D-dimer in the diagnosis of suspected deep-vein "
        "thrombosis. N Engl J Med 2003;349:1227-1235"
    ),
    "10.1056/NEJMoa023153",
)


@register
class WellsDvt(PointScore):
    """Wells score for DVT; see the module for the rule and its source."""

    criteria = (
        flag("active_cancer"),
        flag("leg_paralysis_or_plaster"),
        any_of("bedridden or major surgery", (finding("bedridden"), finding("surgery_12_weeks"))),
        flag("vein_tenderness"),
        flag("entire_leg_swollen"),
        flag("calf_swelling"),
        flag("one_leg_oedema"),
        flag("collateral_veins"),
        history("previous_dvt"),
        flag("dvt_alternative", -2),
    )
    inputs = inputs_of(criteria)
    card = score_card(
        "wells_dvt",
        "Wells score for DVT",
        "How probable is deep vein thrombosis before any test?",
        inputs,
        SOURCE,
        population="adults with a suspected first or later deep vein thrombosis of the leg",
        topics=(
            "wells dvt",
            "dvt wells",
            "wells score for dvt",
            "wells' criteria for dvt",
            "wells criteria for deep vein",
        ),
        limits=(
            "One of its items is a judgement.",
            "Not made for pregnancy or for patients on an anticoagulant.",
        ),
    )
    link = SOURCE.link
    bands = (
        SOURCE.band(
            -2, 1, "A Wells score for DVT of 1 or less makes thrombosis unlikely (5.5 % had it in Wells 2003)."
        ),
        SOURCE.band(2, 9, "A Wells score for DVT of 2 or more makes thrombosis likely (27.9 % had it in Wells 2003)."),
    )
