from __future__ import annotations

import pytest

from bedside.tools.notes.read import read_facts, read_note

GOOD = [
    ("RR 32", "respiratory_rate", 32, "RR 32"),
    ("resp rate of 32/min", "respiratory_rate", 32, "resp rate of 32/min"),
    ("RR32", "respiratory_rate", 32, "RR32"),
    ("BP 88/56", "systolic_bp", 88, "BP 88/56"),
    ("BP 88/56", "diastolic_bp", 56, "BP 88/56"),
    ("blood pressure, 66/40 mmHg", "systolic_bp", 66, "blood pressure, 66/40 mmHg"),
    ("BP 110 systolic", "systolic_bp", 110, "BP 110 systolic"),
    ("urea 9.1 mmol/L", "urea", 9.1, "urea 9.1 mmol/L"),
    ("BUN 25 mg/dL", "urea", 8.925, "BUN 25 mg/dL"),
    ("T 38.9", "temperature", 38.9, "T 38.9"),
    ("T 38,9 HR110", "temperature", 38.9, "T 38,9"),
    ("temp 102 F", "temperature", 38.8889, "temp 102 F"),
    ("102 F", "temperature", 38.8889, "102 F"),
    ("sats 91% on air", "oxygen_saturation", 91, "sats 91%"),
    ("91% on room air", "oxygen_saturation", 91, "91% on room air"),
    ("creatinine 1.8 mg/dL", "creatinine", 159.156, "creatinine 1.8 mg/dL"),
    ("Na 140, Cl 100, HCO3 14", "bicarbonate", 14, "HCO3 14"),
    ("K+ 5.1", "potassium", 5.1, "K+ 5.1"),
    ("Na 140 (135-145)", "sodium", 140, "Na 140"),
    ("QT 420 ms", "qt_interval", 420, "QT 420 ms"),
    ("QTc 0.48 s", "qtc", 480, "QTc 0.48 s"),
    ("CrCl 22 mL/min", "creatinine_clearance", 22, "CrCl 22 mL/min"),
    ("80 kg", "weight", 80, "80 kg"),
    ("weight 12 stone", "weight", 76.2035, "weight 12 stone"),
    ("180 cm", "height", 180, "180 cm"),
    ("height 5'10\"", "height", 177.8, "height 5'10\""),
    ("GCS 14", "gcs", 14, "GCS 14"),
    ("E3V4M6", "gcs", 13, "E3V4M6"),
    ("hemoglobin, 9.6 g/dL", "haemoglobin", 96, "hemoglobin, 9.6 g/dL"),
    ("WBC 12,500/µL", "white_cells", 12.5, "WBC 12,500/µL"),
    ("platelet count, 106 × 109/L", "platelets", 106, "platelet count, 106 × 109/L"),
]


@pytest.mark.parametrize(("text", "name", "value", "span"), GOOD)
def test_a_quantity_is_read_with_its_span(text: str, name: str, value: float, span: str) -> None:
    fact = next(f for f in read_facts(text, "m1") if f.name == name)
    assert fact.value == pytest.approx(value, abs=1e-3)
    assert fact.span.text == span == text[fact.span.start : fact.span.end]


@pytest.mark.parametrize(
    "text",
    [
        "amoxicillin 500 mg",
        "potassium chloride 40 mmol in 1 L",
        "lost 5 kg",
        "15 mg/kg",
        "urine pH 6.5",
        "target SpO2 94",
        "ketones 3+",
        "T4 12",
        "temperature, 2 days of fever",
        "na",
    ],
)
def test_a_dose_a_target_or_another_fluid_is_no_measurement(text: str) -> None:
    assert [f.name for f in read_facts(text, "m1") if isinstance(f.value, float)] == []


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("400-year-old man", "impossible"),
        ("pH 74", "impossible"),
        ("sodium -3", "impossible"),
        ("BP 56/88", "impossible"),
        ("RR 400", "impossible"),
        ("glucose 45", "ambiguous"),
        ("CRP <5", "bound"),
        ("HR 110-120", "range"),
    ],
)
def test_an_impossible_or_unclear_number_is_refused_and_is_no_fact(text: str, why: str) -> None:
    reading = read_note(text, "m1")
    assert not [f for f in reading.facts if isinstance(f.value, float)]
    assert len(reading.rejected) == 1 and why in reading.rejected[0].why
    assert reading.rejected_spans[0].text in text


def test_the_written_value_is_kept_beside_the_converted_one() -> None:
    fact = read_facts("BUN 25 mg/dL", "m1")[0]
    assert (fact.unit, fact.as_written) == ("mmol/L", "25 mg/dL")


def test_two_values_without_time_words_are_a_conflict_in_text_order() -> None:
    reading = read_note("RR 32, on repeat RR 20", "m1")
    assert [f.value for f in reading.facts] == [32, 20]
    assert [c.name for c in reading.conflicts] == ["respiratory_rate"]


@pytest.mark.parametrize("text", ["RR 20 yesterday, RR 32 today", "RR 32 today, RR was 20 yesterday"])
def test_yesterdays_value_stands_before_todays(text: str) -> None:
    reading = read_note(text, "m1")
    assert [(f.value, f.time) for f in reading.facts] == [(20, "yesterday"), (32, "today")]
    assert not reading.conflicts


def test_one_value_in_two_units_is_no_conflict() -> None:
    assert not read_note("T 38.9 (102 F)", "m1").conflicts


def test_a_corrected_qt_interval_is_no_qt_interval() -> None:
    assert [(f.name, f.value) for f in read_facts("QTc 480 ms", "m1")] == [("qtc", 480)]


@pytest.mark.parametrize(
    ("text", "celsius"),
    [
        ("35F, fever 38.5, sore breast", 38.5),
        ("febrile 38.2, HR 120", 38.2),
        ("fever 101.5", 38.6111),
        ("Fevers up to 39", 39.0),
        ("fever 38.5 \u00b0C", 38.5),
        ("no fever, 37.2", None),
        ("fever 3 days", None),
        ("fever x 40 years ago", None),
        ("fever 40 pack years", None),
        ("low grade fever 37 weeks pregnant", None),
    ],
)
def test_a_number_right_behind_a_fever_is_its_temperature(text: str, celsius: float | None) -> None:
    found = [f.value for f in read_facts(text, "m1") if f.name == "temperature"]
    assert found == ([] if celsius is None else [celsius])
