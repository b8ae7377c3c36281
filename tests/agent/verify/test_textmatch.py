"""Numbers, negation and sides are read so that code can compare them."""

import pytest

from bedside.agent.verify.textmatch import Quantity, negations, quantities, sides, states_dose


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("urea 9.1 mmol/L", [(9.1, "mmol/l")]),
        ("amoxicillin 500 mg three times a day for 5 days", [(500, "mg"), (5, "d"), (3, "")]),
        ("30 mL/kg of crystalloid within 3 hours", [(30, "ml/kg"), (3, "h")]),
        ("10,000 units", [(10000, "units")]),
        ("CURB-65 is 5 of 5", [(5, ""), (5, "")]),
        ("eGFR below 30 mL/min/1.73 m2", [(30, "ml/min/1.73 m2")]),
        ("no number here", []),
    ],
)
def test_quantities_are_read_with_their_units(text, expected):
    assert [(q.value, q.unit) for q in quantities(text)] == expected


@pytest.mark.parametrize("text", ["give 500 mg", "1 g daily", "5 units/kg", "two puffs, 2 puffs"])
def test_amounts_of_drugs_are_doses(text):
    assert states_dose(text)


@pytest.mark.parametrize("text", ["within 3 hours", "urea 9.1 mmol/L", "age 67", "88/56 mmHg"])
def test_other_numbers_are_not_doses(text):
    assert not states_dose(text)


def test_a_quantity_of_another_unit_is_another_quantity():
    assert Quantity(value=5, unit="mg") != Quantity(value=5, unit="g")


@pytest.mark.parametrize(("text", "n"), [("Do not give it", 1), ("Give it", 0), ("It isn't advised, avoid it", 2)])
def test_negations_are_counted(text, n):
    assert negations(text) == n


def test_sides_are_read():
    assert sides("left lower lobe, bilateral effusions") == {"left", "both"}
