"""Daily doses of opioids, a glucocorticoid and what it is turned into, drinks, days, and what is refused of them."""

from __future__ import annotations

from typing import Any

import pytest

from bedside.core.settings import Settings
from bedside.tools.contract import ToolRequest
from bedside.tools.notes.calendar_days import DateOrder
from bedside.tools.notes.read import read_note
from bedside.tools.registry import Toolbox

BOX = Toolbox(Settings())


def items(text: str, order: DateOrder = "") -> dict[str, Any]:
    return {f.name: f.value for f in read_note(text, "n", order, items=True).items}


@pytest.mark.parametrize(
    ("text", "name", "value"),
    [
        ("He takes 30 mg of oxycodone 3 times a day.", "oxycodone_dose", 90),
        ("Tramadol 50 mg QID.", "tramadol_dose", 200),
        ("Morphine 10 mg every 4 hours.", "morphine_dose", 60),
        ("Methadone 40 mg once daily.", "methadone_dose", 40),
        ("Fentanyl patch 25 mcg/hour.", "fentanyl_patch_dose", 25),
        ("FentaNYL buccal 100 mcg 4 times a day.", "fentanyl_buccal_dose", 400),
        ("Morphine 10 mg as needed.", "morphine_dose", None),
        ("No morphine 10 mg twice daily was given.", "morphine_dose", None),
        ("Patient has taken 4.88 mg of Dexamethasone PO.", "steroid_dose", 4.88),
        ("Prednisolone 30 mg.", "steroid_from", "prednisolone"),
        ("What is the equivalent dosage in mg of Betamethasone IV?", "steroid_to", "betamethasone"),
        ("Convert his prednisolone to oral hydrocortisone.", "steroid_to", "hydrocortisone"),
        ("About 5 alcoholic drinks per week.", "drinks_per_week", 5),
        ("Two beers a day.", "drinks_per_week", 14),
        ("He denies any tobacco or alcohol use.", "drinks_per_week", 0),
        ("He drinks alcohol.", "drinks_per_week", None),
        ("Her cycle length is 26 days.", "cycle_length", 26),
        ("Their target BMI is 22.5 kg/m^2.", "target_bmi", 22.5),
        ("Norepinephrine at 0.06 mcg/kg/min.", "noradrenaline", 0.06),
    ],
)
def test_a_dose_or_amount_is_read_by_the_day_or_week(text: str, name: str, value: float | str | None) -> None:
    assert items(text).get(name) == value


def test_a_patch_that_is_not_in_micrograms_an_hour_is_refused_by_name() -> None:
    reading = read_note("Fentanyl patch 20 mg 2 times a day.", "n", items=True)
    assert [r.subject for r in reading.rejected] == ["fentanyl patch"]
    assert "micrograms an hour" in reading.rejected[0].do


def test_two_doses_of_one_opioid_are_asked_about() -> None:
    reading = read_note("Morphine 10 mg twice daily. Morphine 30 mg twice daily.", "n", items=True)
    assert [c.name for c in reading.conflicts] == ["morphine_dose"]


@pytest.mark.parametrize(
    ("text", "order", "day"),
    [
        ("Her last menstrual period was on 2024-03-02.", "", "2024-03-02"),
        ("LMP: 2 March 2024.", "", "2024-03-02"),
        ("LMP was March 2nd, 2024.", "", "2024-03-02"),
        ("LMP 25/03/2024.", "", "2024-03-25"),
        ("LMP 03/25/2024.", "", "2024-03-25"),
        ("LMP 03/04/2024.", "month first", "2024-03-04"),
        ("LMP 03/04/2024.", "day first", "2024-04-03"),
        ("LMP 03/04/2024. Today's date is 05/23/2024.", "", "2024-03-04"),
        ("LMP 03/04/2024. Answer in the format M/D/Y.", "", "2024-03-04"),
        ("LMP 03/04/2024.", "", "03/04/2024"),
        ("LMP 31/02/2024.", "", "31/02/2024"),
    ],
)
def test_a_day_is_read_where_it_is_clear_and_else_kept_as_written(text: str, order: DateOrder, day: str) -> None:
    assert items(text, order)["last_period"] == day


@pytest.mark.parametrize(("day", "why"), [("03/04/2024", "can be"), ("31/02/2024", "calendar")])
def test_an_unclear_day_is_refused_with_what_would_be_accepted(day: str, why: str) -> None:
    facts = read_note(f"LMP {day}. Cycle length 28 days.", "n", items=True).items
    refusal = BOX.get("naegele_due_date").run(ToolRequest(question="When is she due?", facts=facts)).refusal
    assert refusal is not None and refusal.code == "BED-TOOL-023"
    assert why in refusal.why and "2024-03-12" in refusal.do
