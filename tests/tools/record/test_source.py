"""Only FHIR R4 of one patient gets in, and everything else is refused by a code."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from support.fhir import allergy, bundle, egfr, medicine, of, patient, problem, write, written

from bedside.core.errors import RecordError
from bedside.tools.record.read import open_record
from bedside.tools.record.source import is_record

LIMIT = 5_000_000


def refused(path: Path, limit: int = LIMIT, **named: str) -> str:
    with pytest.raises(RecordError) as caught:
        open_record(path, limit_bytes=limit, **named)
    assert caught.value.what and caught.value.do
    return caught.value.code


@pytest.mark.parametrize(
    ("content", "code"),
    [
        ("", "BED-RECORD-001"),
        ("   \n", "BED-RECORD-001"),
        ('{"resourceType": "Bundle", "entry": [{"resource": {"resourceType": "Pat', "BED-RECORD-001"),
        ('{"resourceType": "Patient"}\n{"resourceType": "Obs', "BED-RECORD-001"),
        ("[" * 100_000, "BED-RECORD-001"),
        ('{"resourceType": "Patient", "x": ' + "9" * 5000 + "}", "BED-RECORD-001"),
        ("just words", "BED-RECORD-001"),
        ("{}", "BED-RECORD-002"),
        ('{"name": "package", "version": "1.0"}', "BED-RECORD-002"),
        ("[1, 2, null]", "BED-RECORD-002"),
        ('"text"', "BED-RECORD-002"),
        ('<Bundle xmlns="http://hl7.org/fhir"/>', "BED-RECORD-002"),
        (json.dumps({"resourceType": "Bundle", "entry": "nothing"}), "BED-RECORD-002"),
        (json.dumps({"resourceType": "Organization", "id": "o"}), "BED-RECORD-005"),
    ],
)
def test_what_is_no_record_is_refused_by_its_code(tmp_path: Path, content: str, code: str) -> None:
    assert refused(write(tmp_path, content)) == code


def test_bytes_that_are_no_text_and_a_missing_file_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "record.json"
    path.write_bytes(b'{"resourceType": "\xff\xfe"}')
    assert refused(path) == "BED-RECORD-001"
    assert refused(tmp_path / "gone.json") == "BED-RECORD-001"


def test_a_record_over_the_limit_is_refused_before_it_is_read(tmp_path: Path) -> None:
    path = tmp_path / "record.json"
    with path.open("wb") as stream:
        stream.truncate(500_000_000)  # a hole: nothing is written
    assert refused(path, limit=100_000_000) == "BED-RECORD-004"


@pytest.mark.parametrize(
    "resource",
    [
        of("Condition", "c", clinicalStatus="active", code={"text": "Asthma"}),
        of("AllergyIntolerance", "a", substance={"text": "Penicillin"}),
        of("MedicationOrder", "m", medicationCodeableConcept={"text": "Warfarin"}),
        of("MedicationRequest", "m", medication={"concept": {"text": "Warfarin"}}),
        of("Encounter", "e", **{"class": [{"text": "inpatient"}]}),
        of("Procedure", "p", occurrenceDateTime="2024-01-01"),
    ],
)
def test_another_version_of_fhir_is_refused(tmp_path: Path, resource: dict[str, object]) -> None:
    assert refused(written(tmp_path, resource)) == "BED-RECORD-003"


def test_two_patients_are_refused_until_one_is_named(tmp_path: Path) -> None:
    other = patient("p2", name=[{"family": "Stone", "given": ["Max"]}], identifier=[], gender="male")
    path = write(tmp_path, bundle(patient(), other, problem("c", "Asthma")))
    assert refused(path) == "BED-RECORD-006"
    assert refused(path, said="Any allergies?") == "BED-RECORD-006"
    assert refused(path, said="Compare Ada Quill and Max Stone") == "BED-RECORD-006"
    assert refused(path, patient="Nobody Here") == "BED-RECORD-007"
    assert open_record(path, limit_bytes=LIMIT, said="Any problems of Ada Quill?").person.ref == "Patient/p1"
    assert open_record(path, limit_bytes=LIMIT, said="MRN-4471: any problems?").person.ref == "Patient/p1"
    named = open_record(path, limit_bytes=LIMIT, patient="Patient/p2")
    assert named.person.sex == "male" and not named.problems
    assert "1 of another patient" in named.notices[0].why


def test_two_files_of_one_folder_with_one_id_and_two_births_are_two_patients(tmp_path: Path) -> None:
    write(tmp_path, bundle(patient()), "one.json")
    write(tmp_path, bundle(patient(birthDate="1990-01-01")), "two.json")
    assert refused(tmp_path) == "BED-RECORD-006"


def test_a_folder_of_bundles_and_ndjson_is_one_record(tmp_path: Path) -> None:
    write(tmp_path, bundle(patient(), problem("c1", "Asthma")), "a.json")
    lines = (egfr("o1", 50, "2024-01-01"), allergy("a1", "Penicillin"), patient())
    write(tmp_path, "\n".join(json.dumps(r) for r in lines) + "\n", "b.ndjson")
    write(tmp_path, '{"not": "fhir"}', "c.json")
    write(tmp_path, "words", "readme.txt")
    assert is_record(tmp_path)
    record = open_record(tmp_path, limit_bytes=LIMIT)
    assert (len(record.problems), len(record.results), len(record.allergies)) == (1, 1, 1)
    assert "1 no FHIR" in record.notices[0].why


def test_a_bundle_in_a_bundle_a_list_and_a_byte_order_mark_are_read(tmp_path: Path) -> None:
    inner = bundle(patient(), medicine("m", "Warfarin 5 MG"))
    path = tmp_path / "page.json"
    path.write_bytes(
        b"\xef\xbb\xbf" + json.dumps([{"resourceType": "Bundle", "entry": [{"resource": inner}]}]).encode()
    )
    assert open_record(path, limit_bytes=LIMIT).medicines[0].drugs == ("warfarin",)


def test_json_is_a_record_by_its_bytes_and_a_picture_is_none(tmp_path: Path) -> None:
    assert is_record(write(tmp_path, "  {", "noending"))
    assert is_record(write(tmp_path, "", "empty.json"))
    assert not is_record(write(tmp_path, "\x89PNG", "picture.png"))
    assert not is_record(tmp_path / "gone")
    (tmp_path / "folder").mkdir()
    write(tmp_path / "folder", '{"Manufacturer": "x"}', "sidecar.json")
    assert not is_record(tmp_path / "folder")


def test_a_later_version_of_a_resource_takes_the_place_of_an_earlier_one(tmp_path: Path) -> None:
    old = problem("c", "Asthma", meta={"lastUpdated": "2024-02-01T00:00:00Z"})
    new = problem("c", "Asthma", state="resolved", meta={"lastUpdated": "2024-03-01T00:00:00Z"})
    record = open_record(written(tmp_path, new, old), limit_bytes=LIMIT)
    assert [p.status for p in record.problems] == ["resolved"]
