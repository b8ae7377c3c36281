"""APACHE II: severity of illness in the first 24 hours of intensive care.

Points from 0 to 4 for temperature, mean pressure, heart rate, breathing rate, oxygenation, arterial pH, sodium,
potassium, creatinine (doubled in acute renal failure), haematocrit and white cells; 15 minus the Glasgow Coma Scale;
age 0 to 6; severe organ insufficiency or immunocompromise 5 points, 2 after elective surgery. Oxygenation is the
alveolar-arterial gradient from an FiO2 of 50 %, the arterial tension below. 0 to 71.

Source: Knaus WA et al. Crit Care Med 1985;13:818-829, doi:10.1097/00003246-198510000-00009.
"""

from __future__ import annotations

from bedside.tools.bands import paper
from bedside.tools.calculator import score_card
from bedside.tools.calculator_inputs import Values, age, category, finding, optional, quantity
from bedside.tools.calculators.curb65 import pressure_contradiction
from bedside.tools.calculators.map_from_cuff import mean_pressure
from bedside.tools.criteria import computed, rungs
from bedside.tools.point_score import PointScore, inputs_of
from bedside.tools.registry import register

SOURCE = paper(
    ("Knaus WA, et al. APACHE II: a severity of disease classification system. Crit Care Med 1985;13:818-829"),
    "10.1097/00003246-198510000-00009",
)

# (from, points), lowest first; below the first rung the points named `below`.
MEAN = ((50, 2), (70, 0), (110, 2), (130, 3), (160, 4))
GRADIENT = ((200, 2), (350, 3), (500, 4))
CREATININE = ((0.6, 0), (1.5, 2), (2, 3), (3.5, 4))


def _reached(value: float, table: tuple[tuple[float, float], ...], below: float) -> float:
    return next((points for rung, points in reversed(table) if value >= rung - 1e-4), below)


def _mean(values: Values) -> float | None:
    systolic, diastolic = values.number("systolic_bp"), values.number("diastolic_bp")
    if systolic is None or diastolic is None:
        return None
    return _reached(mean_pressure(systolic, diastolic), MEAN, 4)


def _oxygen(values: Values) -> float | None:
    """By the gradient from an FiO2 of 50 %, else by the arterial tension; the gradient is computed where it can be."""
    inspired, arterial = values.number("fio2"), values.number("pao2")
    if inspired is None:
        return None
    if inspired < 50:
        return None if arterial is None else 0 if arterial > 70 else 1 if arterial > 60 else 3 if arterial >= 55 else 4
    gradient, carbon = values.number("aa_gradient"), values.number("paco2")
    if gradient is None and arterial is not None and carbon is not None:
        gradient = inspired / 100 * 713 - carbon / 0.8 - arterial
    return None if gradient is None else _reached(gradient, GRADIENT, 0)


def _creatinine(values: Values) -> float | None:
    if "creatinine" not in values:
        return None
    points = _reached(values.in_unit("creatinine", "mg/dL"), CREATININE, 2)
    return 2 * points if values.flag("aki") else points


def _chronic(values: Values) -> float | None:
    ill, admission = values.flag("chronic_organ_failure"), values.word("apache_admission")
    if ill is None:
        return None
    return 0 if not ill else 2 if admission == "elective" else 5


def _coma(values: Values) -> float | None:
    scale = values.number("gcs")
    return None if scale is None else 15 - scale


@register
class Apache2(PointScore):
    """APACHE II score; see the module for the rule and its source."""

    criteria = (
        rungs(quantity("temperature"), ((30, 3), (32, 2), (34, 1), (36, 0), (38.5, 1), (39, 3), (41, 4)), below=4),
        computed("mean pressure", (quantity("systolic_bp"), quantity("diastolic_bp")), (0, 2, 3, 4), _mean),
        rungs(quantity("heart_rate"), ((40, 3), (55, 2), (70, 0), (110, 2), (140, 3), (180, 4)), below=4),
        rungs(quantity("respiratory_rate"), ((6, 2), (10, 1), (12, 0), (25, 1), (35, 3), (50, 4)), below=4),
        computed(
            "oxygenation",
            (quantity("fio2"), quantity("pao2"), optional(quantity("aa_gradient")), optional(quantity("paco2"))),
            (0, 1, 2, 3, 4),
            _oxygen,
        ),
        rungs(quantity("ph"), ((7.15, 3), (7.25, 2), (7.33, 0), (7.5, 1), (7.6, 3), (7.7, 4)), below=4),
        rungs(quantity("sodium"), ((111, 3), (120, 2), (130, 0), (150, 1), (155, 2), (160, 3), (180, 4)), below=4),
        rungs(quantity("potassium"), ((2.5, 2), (3, 1), (3.5, 0), (5.5, 1), (6, 3), (7, 4)), below=4),
        computed("creatinine", (quantity("creatinine"), optional(finding("aki"))), (0, 2, 3, 4, 6, 8), _creatinine),
        rungs(quantity("haematocrit"), ((20, 2), (30, 0), (46, 1), (50, 2), (60, 4)), below=4),
        rungs(quantity("white_cells"), ((1, 2), (3, 0), (15, 1), (20, 2), (40, 4)), below=4),
        computed("Glasgow Coma Scale", (quantity("gcs"),), tuple(range(13)), _coma),
        rungs(age(), ((45, 2), (55, 3), (65, 5), (75, 6))),
        computed(
            "chronic health",
            (finding("chronic_organ_failure"), optional(category("apache_admission"))),
            (0, 2, 5),
            _chronic,
        ),
    )
    inputs = inputs_of(criteria)
    card = score_card(
        "apache2",
        "APACHE II score",
        "How ill is this adult in the first day of intensive care?",
        inputs,
        SOURCE,
        population="adults in the first 24 hours of intensive care",
        topics=(
            "apache ii",
            "apache 2",
            "apache score",
        ),
        limits=(
            "The worst values of the first 24 hours count.",
            "Its death rates are of the 1980s and overestimate today.",
            "The Glasgow Coma Scale is the one before sedation.",
        ),
    )
    link = SOURCE.link
    most_asked = 6
    bands = (
        SOURCE.band(0, 9, "An APACHE II score below 10 had a death rate of about 4 to 8 % in hospital (Knaus 1985)."),
        SOURCE.band(
            10, 19, ("An APACHE II score of 10 to 19 had a death rate of about 15 to 25 % in hospital (Knaus 1985).")
        ),
        SOURCE.band(
            20, 29, ("An APACHE II score of 20 to 29 had a death rate of about 40 to 55 % in hospital (Knaus 1985).")
        ),
        SOURCE.band(
            30,
            71,
            ("An APACHE II score of 30 or more had a death rate of about 73 % or more in hospital (Knaus 1985)."),
        ),
    )

    def contradiction(self, values: Values) -> str:
        """A systolic pressure that is not above the diastolic one."""
        return pressure_contradiction(values)
