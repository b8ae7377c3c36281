"""MedCalc-Bench: entities become facts by name and unit, limits are kept, and a label's own fault is named."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

import pytest
from support.scripted import ScriptedChat

from bedside.core.case import FactStatus
from bedside.core.errors import SettingsError
from bedside.core.settings import Settings
from bedside.evals.medcalc import Row, facts_of, load_rows, tool_of, us_date, within
from bedside.evals.medcalc_alone import alone, read_answer
from bedside.evals.medcalc_faults import faulty
from bedside.evals.registry import Report, run
from bedside.evals.tasks.medcalc import computed, half_of, medcalc, shown_fault
from bedside.knowledge.terms import finding, load_yaml
from bedside.tools.calculator import Calculator
from bedside.tools.calculator_inputs import read_inputs
from bedside.tools.registry import Toolbox

COLUMNS = (
    "Row Number", "Calculator Name", "Patient Note", "Question", "Relevant Entities", "Ground Truth Answer",
    "Lower Limit", "Upper Limit",
)  # fmt: skip
FIB4 = "Fibrosis-4 (FIB-4) Index for Liver Fibrosis"
COMA = "Glasgow Coma Score (GCS)"
OSMOLALITY = "Serum Osmolality"
BOX = Toolbox(Settings())


def row(calculator: str, entities: dict[str, Any], answer: str = "0", limits: tuple[str, str] = ("0", "0")) -> Row:
    return Row("1", calculator, "", "", entities, answer, *limits)


def known(calculator: str, entities: dict[str, Any]) -> dict[str, Any]:
    one = row(calculator, entities)
    tool = BOX.get(tool_of(one))
    assert isinstance(tool, Calculator)
    return {f.name: f.value if f.value is not None else f.status for f in facts_of(one, tool)}


def written(path: Path, rows: list[tuple[str, str, str, dict[str, Any], str, str, str]]) -> Path:
    with path.open("w", encoding="utf-8", newline="") as stream:
        out = csv.writer(stream)
        out.writerow(COLUMNS)
        for number, name, note, entities, answer, low, high in rows:
            out.writerow([number, name, note, "What is it?", repr(entities), answer, low, high])
    return path


@pytest.fixture
def bench(tmp_path: Path) -> Path:
    coma = {"Best eye response": "eye opening to pain", "Best verbal response": "inappropriate words",
            "Best motor response": "withdrawal from pain"}  # fmt: skip
    return written(tmp_path / "rows.csv", [
        ("1", FIB4, "", {"age": [51, "years"], "Alanine aminotransferase": [44.0, "U/L"], "Aspartate aminotransferase":
                         [17.0, "U/L"], "Platelet count": [342000.0, "µL"]}, "0.382", "0.3629", "0.4011"),
        ("2", COMA, "", coma, "9", "9", "9"),
        ("3", COMA, "", coma, "12", "12", "12"),
        ("4", OSMOLALITY, "Sodium 140 mmol/L, BUN 14 mg/dL, glucose 90 mg/dL.", {}, "290", "275.5", "304.5"),
    ])  # fmt: skip


def test_shares_and_disagreements_of_a_made_set(bench: Path) -> None:
    report = medcalc(Settings(), bench)
    by = {s.metric: s.estimate for s in report.scores}
    assert (by["within limits"].value, by["within limits"].n) == (0.5, 4)
    assert by["within limits, label not shown wrong"].n == 3
    assert by["answered"].value == 0.75
    assert by[f"within limits, {COMA}"].value == 0.5
    assert any("row 3" in n and "is 9 of 15" in n and "verbal response is counted twice" in n for n in report.notes)
    assert any("row 4" in n and "not recorded" in n for n in report.notes)


def test_from_the_note_the_reader_of_notes_gives_the_facts(bench: Path) -> None:
    report = Report.model_validate_json(run("medcalc", Settings(), bench, None, json=True, source="note"))
    assert not any("row 4" in n for n in report.notes)
    assert any("row 1" in n for n in report.notes)


def test_a_score_of_which_a_note_says_nothing_counts_it_as_absent() -> None:
    feverpain, coma = "FeverPAIN Score for Strep Pharyngitis", "Glasgow Coma Score (GCS)"
    quiet = row(feverpain, {})._replace(note="He came to have his ears looked at.")
    assert computed(quiet, BOX, "note").value == 0
    assert computed(quiet._replace(calculator=coma), BOX, "note").trouble.startswith("not recorded")


def test_a_source_that_there_is_not_is_refused(bench: Path) -> None:
    with pytest.raises(SettingsError, match="BED-EVAL-001") as error:
        run("medcalc", Settings(), bench, None, json=False, source="dreams")
    assert "entities, note" in error.value.do
    with pytest.raises(SettingsError, match="BED-EVAL-001"):
        run("relevance", Settings(), None, 1, json=False, source="note")


@pytest.mark.parametrize(("name", "text"), [("none.csv", None), ("empty.csv", ""), ("other.csv", "a,b\n1,2\n")])
def test_what_is_not_the_benchmark_is_refused(tmp_path: Path, name: str, text: str | None) -> None:
    path = tmp_path / name
    if text is not None:
        path.write_text(text, encoding="utf-8")
    with pytest.raises(SettingsError, match="BED-EVAL-005"):
        load_rows(path)


@pytest.mark.parametrize(
    ("calculator", "entities", "facts"),
    [
        (FIB4, {"Platelet count": [342000.0, "µL"], "age": [6, "months"]}, {"platelets": 342, "age": 0.5}),
        ("SIRS Criteria", {"White blood cell count": [6370.0, "m^3"]}, {"white_cells": 6.37}),
        ("SIRS Criteria", {"White blood cell count": [4.2e12, "m^3"]}, {"white_cells": 4.2}),
        (OSMOLALITY, {"Blood Urea Nitrogen (BUN)": [28.0, "mg/dL"]}, {"urea": 9.996}),
        (OSMOLALITY, {"Blood Urea Nitrogen (BUN)": [22.0, "mmol/L"], "Sodium": [137.0, "mg/dL"]}, {"urea": 22}),
        ("APACHE II Score", {"Temperature": [36.5, "degrees celsisus"]}, {"temperature": 36.5}),
        ("Child-Pugh Score for Cirrhosis Mortality", {"Encephalopathy": "Grade 1-2"}, {"encephalopathy": "grade 1-2"}),
        ("Wells' Criteria for Pulmonary Embolism", {"Pulmonary Embolism is #1 diagnosis OR equally likely": True},
         {"alternative_diagnosis_likely": FactStatus.ABSENT}),
        ("PERC Rule for Pulmonary Embolism", {"Previously Documented Pulmonary Embolism": True,
         "Previously documented Deep Vein Thrombosis": False}, {"previous_vte": FactStatus.PRESENT}),
        ("Morphine Milligram Equivalents (MME) Calculator", {"Codeine Dose": [30, "mg"], "Codeine Dose Per Day":
         [4, "per day"]}, {"codeine_dose": 120}),
        ("Steroid Conversion Calculator", {"input steroid": ["Dexamethasone PO", 8, "mg"], "target steroid":
         "PrednisoLONE PO"}, {"steroid_from": "dexamethasone", "steroid_dose": 8, "steroid_to": "prednisolone"}),
        ("Estimated Due Date", {"cycle length": 22, "Last menstrual date": "12/11/2013"},
         {"cycle_length": 22, "last_period": "2013-12-11"}),
        ("Charlson Comorbidity Index (CCI)", {"Solid tumor": True}, {"solid_tumour": "localised"}),
        ("HEART Score for Major Cardiac Events", {"Something unheard of": True}, {}),
    ],
)  # fmt: skip
def test_entities_become_facts_by_name_and_unit(
    calculator: str, entities: dict[str, Any], facts: dict[str, Any]
) -> None:
    assert (
        known(calculator, entities) == pytest.approx(facts) if _numbers(facts) else known(calculator, entities) == facts
    )


def _numbers(facts: dict[str, Any]) -> bool:
    return all(isinstance(v, int | float) for v in facts.values())


@pytest.mark.parametrize(
    ("limits", "value", "statement", "inside"),
    [
        (("0.95", "1.05"), 1.05, "", True), (("0.95", "1.05"), 1.051, "", False), (("-0.87", "-0.79"), -0.8, "", True),
        (("-0.79", "-0.87"), -0.8, "", True), (("1", "1"), None, "", False),
        (("09/11/2014", "09/11/2014"), None, "is 11 September 2014 (2014-09-11), from", True),
        (("09/12/2014", "09/12/2014"), None, "is 11 September 2014 (2014-09-11), from", False),
        (("('1 weeks', '6 days')", "('1 weeks', '6 days')"), 13, "", True),
    ],
)  # fmt: skip
def test_a_result_is_within_the_limits_or_not(
    limits: tuple[str, str], value: float | None, statement: str, inside: bool
) -> None:
    assert within(row("x", {}, limits=limits), value, statement) is inside


def test_dates_are_in_the_order_that_the_questions_name() -> None:
    assert str(us_date("03/04/2020")) == "2020-03-04"
    assert us_date("31/04/2020") is None and us_date("tomorrow") is None


def test_every_name_of_ours_in_the_map_exists() -> None:
    names = load_yaml(Path(load_rows.__globals__["NAMES"]))
    for tool in names["calculators"].values():
        assert isinstance(BOX.get(tool), Calculator)
    for meant in names["entities"].values():
        assert all(finding(name.removeprefix("not ")) for name in meant)
    for name, words in names["words"].items():
        options = finding(name).options
        assert not options or set(words.values()) <= set(options), name


def test_a_label_is_called_wrong_only_where_the_fault_makes_exactly_it() -> None:
    entities = {"Best eye response": "eyes open spontaneously", "Best verbal response": "oriented",
                "Best motor response": "obeys commands"}  # fmt: skip
    assert shown_fault(row(COMA, entities, limits=("20", "20")), BOX)
    assert not shown_fault(row(COMA, entities, limits=("19", "19")), BOX)
    assert not shown_fault(row(FIB4, {}, limits=("1", "1")), BOX)


def test_a_short_cycle_added_is_a_known_fault_and_a_long_one_is_none() -> None:
    tool = BOX.get("naegele_due_date")
    assert isinstance(tool, Calculator)
    for days, fault in ((22, ("2014-09-23",)), (30, None)):
        one = row("Estimated Due Date", {"cycle length": days, "Last menstrual date": "12/11/2013"})
        found = faulty(tool, read_inputs(tool.inputs, facts_of(one, tool)))
        assert (found[1] if found else None) == fault


def test_what_a_row_does_not_mention_counts_as_absent() -> None:
    entities = {"age": [70, "years"], "Heart Rate or Pulse": [88.0, "beats per minute"]}
    assert computed(row("PERC Rule for Pulmonary Embolism", entities), BOX, "entities").value == 1
    unknown = computed(row("No such calculator", {}), BOX, "entities")
    assert unknown.value is None and "no calculator" in unknown.trouble


def test_questions_about_one_note_are_in_one_half_and_both_halves_are_printed(bench: Path) -> None:
    one, other = row(FIB4, {})._replace(note="A  note."), row(OSMOLALITY, {})._replace(note="A note.")
    assert half_of(one) == half_of(other)
    assert {half_of(row(FIB4, {})._replace(note=str(n))) for n in range(20)} == {"development", "kept apart"}
    by = {s.metric: s.estimate for s in medcalc(Settings(), bench).scores}
    halves = [by[f"within limits, half {half}"] for half in ("development", "kept apart")]
    assert sum(h.n for h in halves) == 4


@pytest.mark.parametrize(
    ("answer", "read"),
    [
        ("14.5", (14.5, "")), ("about 1,250 mL", (1250, "")), ("-0.83", (-0.83, "")),
        ("09/23/2014", (None, "2014-09-23")), ("(14 weeks, 1 days)", (99, "")), ("I cannot tell", (None, "")),
    ],
)  # fmt: skip
def test_an_answer_of_the_model_alone_is_read_as_a_number_a_day_or_weeks(
    answer: str, read: tuple[float | None, str]
) -> None:
    assert read_answer(answer) == read


def test_the_model_alone_is_right_where_its_answer_is_within_the_limits() -> None:
    asked = row(FIB4, {}, limits=("1.0", "1.1"))._replace(note="A note.", question="What is it?")
    assert alone(ScriptedChat(reply=lambda _: {"working": "1 + 0.05", "answer": "1.05"}), asked)
    assert not alone(ScriptedChat(reply=lambda _: {"working": "", "answer": "2"}), asked)
    assert not alone(ScriptedChat(reply=lambda _: "no JSON"), asked)


def test_only_an_evaluation_that_compares_asks_the_model_alone() -> None:
    with pytest.raises(SettingsError, match="BED-EVAL-001"):
        run("relevance", Settings(), None, 1, json=False, alone=3)


def test_from_a_note_what_it_says_of_the_presentation_counts(tmp_path: Path) -> None:
    note = "Sodium 150 mmol/L, BUN 14 mg/dL, glucose 90 mg/dL. After fluids the sodium was 140 mmol/L."
    one = row(OSMOLALITY, {})._replace(note=note, question="What is the osmolality?")
    assert computed(one, BOX, "note").value == pytest.approx(310, abs=0.5)
