"""Bedside PEWS: early warning of acute illness in children.

Seven items. Heart rate, systolic pressure and breathing rate score 0, 1, 2 or 4 by limits for under 3 months, 3 to 12
months, 1 to 4, 4 to 12 and over 12 years; capillary refill of 3 s or more 4; effort normal, mild, moderate, severe 0,
1, 2, 4; saturation above 94 % 0, 91-94 one, 90 or less two; oxygen none 0, below 4 L/min or 50 % two, more 4. 0 to
26.

Source: Parshuram CS, Hutchison J, Middaugh K. Crit Care 2009;13:R135, doi:10.1186/cc7998.
"""

from __future__ import annotations

from bedside.tools.bands import paper
from bedside.tools.calculator import score_card
from bedside.tools.calculator_inputs import Values, age, finding, optional, quantity
from bedside.tools.criteria import by_word, computed, rungs
from bedside.tools.point_score import PointScore, inputs_of
from bedside.tools.registry import register

SOURCE = paper(
    (
        "Parshuram CS, Hutchison J, Middaugh K. Development and initial validation of the Bedside"
        " Paediatric Early Warning System score. Crit Care 2009;13:R135"
    ),
    "10.1186/cc7998",
)

# By age in years (up to): for 1, 2 and 4 points the highest low value and the lowest high value.
Limits = tuple[tuple[float, tuple[tuple[float, float], ...]], ...]
HEART: Limits = (
    (0.25, ((110, 150), (90, 180), (80, 190))), (1, ((100, 150), (80, 170), (70, 180))),
    (4, ((90, 120), (70, 150), (60, 170))), (12, ((70, 110), (60, 130), (50, 150))),
    (18, ((60, 100), (50, 120), (40, 140))),
)  # fmt: skip
PRESSURE: Limits = (
    (0.25, ((60, 80), (50, 100), (45, 130))), (1, ((80, 100), (70, 120), (60, 150))),
    (4, ((90, 110), (75, 125), (65, 160))), (12, ((90, 120), (80, 140), (70, 170))),
    (18, ((100, 130), (85, 150), (75, 190))),
)  # fmt: skip
BREATHING: Limits = (
    (0.25, ((29, 61), (19, 81), (15, 91))), (1, ((24, 51), (19, 71), (15, 81))),
    (4, ((19, 41), (15, 61), (12, 71))), (12, ((19, 31), (14, 41), (10, 51))),
    (18, ((11, 17), (10, 23), (9, 30))),
)  # fmt: skip


def points_by_age(years: float, value: float, limits: Limits) -> float:
    """0, 1, 2 or 4 points; the table's age groups begin at their lower age."""
    row = next(steps for until, steps in limits if years < until or until == 18)
    reached = [points for points, (low, high) in zip((1, 2, 4), row, strict=True) if value <= low or value >= high]
    return reached[-1] if reached else 0


def _vital_signs(values: Values) -> float | None:
    """The three items that depend on age, which one criterion must read."""
    years = values.number("age")
    signs = (("heart_rate", HEART), ("systolic_bp", PRESSURE), ("respiratory_rate", BREATHING))
    found = [(values.number(name), limits) for name, limits in signs]
    if years is None or any(value is None for value, _ in found):
        return None
    return sum(points_by_age(years, value, limits) for value, limits in found if value is not None)


def _oxygen(values: Values) -> float | None:
    given, flow, share = values.flag("supplemental_oxygen"), values.number("oxygen_flow"), values.number("fio2")
    if given is False:
        return 0
    if (flow or 0) >= 4 or (share or 0) >= 50:
        return 4
    return 2 if flow or (share or 0) > 21 else None


@register
class BedsidePews(PointScore):
    """Bedside PEWS; see the module for the rule and its source."""

    criteria = (
        computed(
            "heart rate, blood pressure and breathing rate",
            (age(), quantity("heart_rate"), quantity("systolic_bp"), quantity("respiratory_rate")),
            tuple(range(13)),
            _vital_signs,
        ),
        rungs(quantity("capillary_refill"), ((3, 4),)),
        by_word("respiratory_effort", (0, 1, 2, 4)),
        rungs(quantity("oxygen_saturation"), ((91, 1), (95, 0)), below=2),
        computed(
            "oxygen",
            (finding("supplemental_oxygen"), optional(quantity("oxygen_flow")), optional(quantity("fio2"))),
            (0, 2, 4),
            _oxygen,
        ),
    )
    inputs = inputs_of(criteria)
    card = score_card(
        "bedside_pews",
        "Bedside PEWS",
        "How acutely ill is this child, by vital signs?",
        inputs,
        SOURCE,
        population="children in hospital, under 18 years",
        topics=(
            "bedside pews",
            "pews",
            "paediatric early warning",
            "pediatric early warning",
        ),
        limits=(
            "There are several PEWS: the national one of your country may differ.",
            "It does not replace the concern of a parent or nurse.",
        ),
    )
    link = SOURCE.link
    minimum_age = 0
    maximum_age = 18
    bands = (
        SOURCE.band(
            0,
            7,
            (
                "A Bedside PEWS below 8 is under the limit that found urgent admissions to intensive care"
                " (Parshuram 2009)."
            ),
        ),
        SOURCE.band(
            8,
            26,
            (
                "A Bedside PEWS of 8 or more found children admitted urgently to intensive care with a "
                "sensitivity of 82 % and a specificity of 93 % (Parshuram 2009)."
            ),
        ),
    )
