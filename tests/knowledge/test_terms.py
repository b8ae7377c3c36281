from __future__ import annotations

import re

import pytest

from bedside.core.errors import KnowledgeError
from bedside.knowledge.terms import convert, finding, findings


@pytest.mark.parametrize(
    ("name", "value", "unit", "canonical"),
    [
        ("urea", 9.1, "mmol/L", 9.1),
        ("urea", 60, "mg/dL", 9.99),
        ("creatinine", 1.8, "mg/dL", 159.156),
        ("temperature", 102, "°F", 38.8889),
        ("haemoglobin", 9.6, "g/dL", 96),
        ("glucose", 180, "mg/dL", 9.9911),
        ("weight", 150, "lb", 68.0389),
        ("height", 1.8, "m", 180),
        ("hba1c", 7.0, "%", 53.006),
        ("platelets", 150000, "/uL", 150),
        ("white_cells", 12.5, "x10^9/L", 12.5),
        ("glucose", 12, "", 12),
        ("glucose", 200, "", 11.1012),
    ],
)
def test_a_unit_becomes_the_canonical_one(name: str, value: float, unit: str, canonical: float) -> None:
    assert convert(name, value, unit) == pytest.approx(canonical, abs=1e-3)


@pytest.mark.parametrize(("name", "value", "unit"), [("glucose", 45, ""), ("urea", 9, "mg/min"), ("bilirubin", 8, "")])
def test_an_unknown_unit_or_an_ambiguous_number_gives_nothing(name: str, value: float, unit: str) -> None:
    assert convert(name, value, unit) is None


def test_every_quantity_has_a_unit_and_a_range_and_its_bare_intervals_stay_inside() -> None:
    for row in findings().values():
        if row.kind != "quantity":
            continue
        assert row.unit and row.range, row.name
        for low, high, factor, offset in row.bare:
            assert row.plausible(low * factor + offset) and row.plausible(high * factor + offset), row.name
        for unit in row.units:
            assert all(re.compile(w) for w in unit.written)


def test_no_term_means_two_findings() -> None:
    seen: dict[str, str] = {}
    for row in findings().values():
        for term in (*row.terms, *row.absent, *row.historical, *row.timed):
            plain = term.lower().replace("-", " ")
            assert seen.setdefault(plain, row.name) == row.name, term


def test_an_unknown_finding_is_refused_by_code() -> None:
    with pytest.raises(KnowledgeError, match="BED-KNOW-022"):
        finding("vibes")
