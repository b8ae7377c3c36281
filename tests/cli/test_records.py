"""A patient's record on the command line."""

import json
from pathlib import Path

import pytest
from support.fhir import allergy, bundle, egfr, patient, write, written

pytestmark = pytest.mark.usefixtures("scripted")


def test_a_record_is_asked_and_answered_with_its_resources(bedside, tmp_path):
    path = written(tmp_path, allergy("a1", "Penicillin"), egfr("o1", 60, "2025-01-10"), egfr("o2", 41, "2026-02-03"))
    done = bedside("ask", "Any allergies? What is the last eGFR and its trend?", "--file", path, "--json")
    assert done.code == 0
    answer = json.loads(done.out)
    cited = [answer["evidence"][i]["source"]["id"] for c in answer["claims"] for i in c["evidence"]]
    assert cited == ["AllergyIntolerance/a1", "Observation/o2", "Observation/o2"]
    assert Path(answer["artefacts"][0]["path"]).name == "A1-estimated-gfr-trend.png"


def test_the_tool_runs_alone_on_a_record_and_refuses_what_is_none(bedside, tmp_path):
    good = written(tmp_path, egfr("o1", 41, "2026-02-03"))
    two = write(tmp_path, bundle(patient(), patient("p2", birthDate="1990-01-01")), "two.json")
    done = bedside("tools", "run", "patient_record", "--file", good, "--file", two, "--text", "last eGFR?")
    first, second = done.out.strip().splitlines()
    assert "41 mL/min/1.73 m² on 2026-02-03" in first and "BED-RECORD-006" in second


def test_a_record_over_the_limit_ends_with_its_code_and_nothing_is_copied(bedside, tmp_path, monkeypatch):
    monkeypatch.setenv("BEDSIDE_RECORD__FILE_BYTES", "100")
    done = bedside("ask", "Any allergies?", "--file", written(tmp_path, egfr("o1", 41, "2026-02-03")))
    assert done.code == 2 and "BED-RECORD-004" in done.err
    assert not list((tmp_path / "home").rglob("record.json"))


def test_a_server_off_the_machine_is_not_asked_while_offline(bedside, monkeypatch):
    monkeypatch.setenv("BEDSIDE_OFFLINE", "true")
    monkeypatch.setenv("BEDSIDE_RECORD__SERVER", "https://fhir.example.org/r4")
    done = bedside("ask", "Any allergies?", "--patient", "1234")
    assert done.code == 2 and "BED-NET-001" in done.err
