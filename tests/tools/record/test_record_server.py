"""A record from a FHIR server: whole or not at all, and the token goes nowhere else."""

from __future__ import annotations

import logging
from pathlib import Path
from typing import Any

import pytest
from support.fhir import allergy, egfr, medicine, patient, problem
from support.fhir_server import FhirServer, serving

from bedside.core.errors import BedsideError
from bedside.core.settings import RecordSettings, Settings
from bedside.tools.record.read import open_record
from bedside.tools.record.server import fetch_record

TOKEN = "s3cret-token-of-a-ward"


def held() -> list[dict[str, Any]]:
    return [
        patient(),
        patient("p2", birthDate="1990-01-01"),
        problem("c1", "Asthma"),
        medicine("m1", "Warfarin 5 MG"),
        allergy("a1", "Penicillin"),
        *(egfr(f"o{n}", 60 - n, f"2026-01-0{n + 1}") for n in range(5)),
        egfr("other", 5, "2026-01-09", subject={"reference": "Patient/p2"}),
    ]


def settings(address: str, offline: bool = False, **record: Any) -> Settings:
    return Settings(offline=offline, record=RecordSettings(server=address, **record))


def refused(given: Settings, folder: Path, name: str = "p1") -> str:
    with pytest.raises(BedsideError) as caught:
        fetch_record(name, folder, given)
    assert TOKEN not in str(caught.value)
    return caught.value.code


def test_every_page_of_the_named_patient_and_nothing_of_another_is_read(tmp_path: Path) -> None:
    with serving(FhirServer(held(), token=TOKEN)) as server:
        path = fetch_record("Patient/p1", tmp_path, settings(server.address, offline=True, token=TOKEN))
    record = open_record(path, limit_bytes=5_000_000)
    assert [r.value for r in record.results] == [60, 59, 58, 57, 56]
    assert len(record.problems) == len(record.medicines) == len(record.allergies) == 1 and not record.notices
    assert path.stat().st_mode & 0o077 == 0 and TOKEN not in path.read_text(encoding="utf-8")
    assert all("p2" not in asked for asked, _ in server.asked)


def test_the_token_is_in_no_log_and_no_repr(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    given = settings("http://127.0.0.1:1/r4", token=TOKEN)
    with caplog.at_level(logging.DEBUG), serving(FhirServer(held(), token=TOKEN)) as server:
        fetch_record("p1", tmp_path, settings(server.address, token=TOKEN))
    assert TOKEN not in caplog.text and TOKEN not in repr(given)


@pytest.mark.parametrize("token", ["", "wrong"])
def test_without_a_token_that_holds_access_is_refused(tmp_path: Path, token: str) -> None:
    with serving(FhirServer(held(), token=TOKEN)) as server:
        assert refused(settings(server.address, token=token), tmp_path) == "BED-RECORD-017"


def test_the_token_goes_to_no_other_server(tmp_path: Path) -> None:
    with serving(FhirServer(held(), token=TOKEN)) as other:
        elsewhere = other.address.replace("127.0.0.1", "localhost") + "/Observation?patient=p1"
        with serving(FhirServer(held(), token=TOKEN, next_page=elsewhere)) as server:
            assert refused(settings(server.address, token=TOKEN), tmp_path) == "BED-RECORD-018"
        with serving(FhirServer(held(), token=TOKEN, redirect=elsewhere)) as server:
            assert refused(settings(server.address, token=TOKEN), tmp_path) == "BED-RECORD-018"
    assert not other.asked


@pytest.mark.parametrize("kind", ["AllergyIntolerance", "MedicationRequest", "Condition", "Observation"])
def test_a_record_without_what_keeps_the_patient_safe_is_refused(tmp_path: Path, kind: str) -> None:
    with serving(FhirServer(held(), broken={kind: 500})) as server:
        assert refused(settings(server.address), tmp_path) == "BED-RECORD-018"


def test_a_kind_that_the_server_does_not_hold_is_said(tmp_path: Path) -> None:
    with serving(FhirServer(held(), broken={"DocumentReference": 404})) as server:
        record = open_record(fetch_record("p1", tmp_path, settings(server.address)), limit_bytes=5_000_000)
    assert "1 not given by the server" in record.notices[0].why


@pytest.mark.parametrize(
    ("server", "name", "code"),
    [
        (FhirServer(held()), "nobody", "BED-RECORD-007"),
        (FhirServer(held()), "../../etc", "BED-RECORD-007"),
        (FhirServer(held(), version="5.0.0"), "p1", "BED-RECORD-003"),
        (FhirServer(held(), broken={"Patient": 503}), "p1", "BED-RECORD-018"),
    ],
)
def test_what_is_no_record_of_that_patient_is_refused(tmp_path: Path, server: FhirServer, name: str, code: str) -> None:
    with serving(server):
        assert refused(settings(server.address), tmp_path, name) == code


def test_a_record_over_the_limit_and_pages_without_end_are_refused(tmp_path: Path) -> None:
    with serving(FhirServer(held())) as server:
        assert refused(settings(server.address, file_bytes=500), tmp_path) == "BED-RECORD-004"
        server.next_page = f"{server.address}/Observation?patient=p1"
        assert refused(settings(server.address), tmp_path) == "BED-RECORD-018"


@pytest.mark.parametrize(
    ("address", "offline", "code"),
    [
        ("", False, "BED-SET-022"),
        ("ftp://127.0.0.1/r4", False, "BED-SET-022"),
        ("https://user:word@fhir.example.org/r4", False, "BED-SET-022"),
        ("http://fhir.example.org/r4", False, "BED-SET-022"),
        ("https://fhir.example.org/r4", True, "BED-NET-001"),
        ("http://127.0.0.1:1/r4", True, "BED-RECORD-018"),
    ],
)
def test_addresses_that_may_not_be_asked_are_not(tmp_path: Path, address: str, offline: bool, code: str) -> None:
    assert refused(settings(address, offline, token=TOKEN), tmp_path) == code
