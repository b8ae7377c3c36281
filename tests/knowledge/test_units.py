"""Units that the tables do not list, converted by their dimension."""

from __future__ import annotations

import pytest

from bedside.core.errors import KnowledgeError
from bedside.knowledge.terms import convert, finding, findings, from_canonical, score_inputs


@pytest.mark.parametrize(
    ("name", "value", "unit", "canonical"),
    [
        ("white_cells", 4.2e12, "/m^3", 4.2), ("platelets", 342000, "/µL", 342), ("weight", 142, "lbs", 64.41),
        ("age", 14, "months", 1.1667), ("hdl", 1000, "mg/L", 2.586), ("dopamine", 9, "mcg/kg/min", 9),
        ("creatinine", 0.0141, "g/L", 124.6), ("temperature", 310.15, "kelvin", 37),
        ("total_cholesterol", 193, "mg/dL", 4.99),
        ("urine_output", 1.2, "L/d", 1200), ("bmi", 27, "kg/m^2", 27),
    ],
)  # fmt: skip
def test_a_unit_of_the_same_dimension_is_converted(name: str, value: float, unit: str, canonical: float) -> None:
    assert convert(name, value, unit) == pytest.approx(canonical, rel=2e-3)


@pytest.mark.parametrize(
    ("name", "unit"), [("urea", "mg/min"), ("sodium", "parsecs"), ("weight", "cm"), ("ph", "mmol/L")]
)
def test_a_unit_of_another_dimension_gives_nothing(name: str, unit: str) -> None:
    assert convert(name, 5, unit) is None


def test_a_value_goes_back_into_the_unit_it_came_in() -> None:
    assert from_canonical("creatinine", 176.84, "mg/dL") == 2
    assert from_canonical("temperature", 38.8889, "°F") == pytest.approx(102, abs=0.01)
    with pytest.raises(KnowledgeError, match="lists no unit"):
        from_canonical("sodium", 140, "stone")


def test_what_only_a_score_asks_for_is_known_by_name_and_is_no_finding_of_a_note() -> None:
    assert not set(score_inputs()) & set(findings())
    assert finding("phq9_9").range == (0, 3)
    for row in score_inputs().values():
        assert row.kind != "quantity" or (row.unit and row.range), row.name
