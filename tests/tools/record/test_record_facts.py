"""A record's facts: what holds now under the names that notes use, and what is too old to be taken for now."""

from __future__ import annotations

from datetime import datetime, timezone
from pathlib import Path

import pytest
from support.fhir import Body, allergy, coded, egfr, lab, medicine, of, patient, problem, written

from bedside.core.case import Fact, FactStatus
from bedside.knowledge.drugs import severe_reaction
from bedside.tools.known import known_values
from bedside.tools.record.facts import RecordFacts, facts_of
from bedside.tools.record.read import open_record
from bedside.tools.redflags.engine import red_flags
from bedside.tools.search.patient import patient_of

NOW = datetime(2026, 6, 1, 12, tzinfo=timezone.utc)
P, A, H, Q = FactStatus.PRESENT, FactStatus.ABSENT, FactStatus.HISTORICAL, FactStatus.POSSIBLE


def facts(folder: Path, *resources: Body) -> RecordFacts:
    return facts_of(open_record(written(folder, *resources), limit_bytes=5_000_000, now=NOW), "A1", NOW)


def named(found: RecordFacts, name: str) -> list[Fact]:
    return [f for f in found.facts if f.name == name]


def test_every_fact_quotes_its_resource(tmp_path: Path) -> None:
    found = facts(tmp_path, problem("c1", "Asthma", "195967001"), egfr("o1", 41, "2026-05-30"))
    by_name = {f.name: f for f in found.facts}
    assert by_name["age"].value == 68 and by_name["sex"].value == "female"
    assert by_name["egfr"].span.source == "A1/Observation/o1" and by_name["egfr"].recorded
    assert by_name["egfr"].span.text == "eGFR 41 mL/min/1.73 m², 2026-05-30"
    assert by_name["asthma"].span.source == "A1/Condition/c1"
    assert all(f.span.end == len(f.span.text) for f in found.facts)


def test_the_latest_of_several_holds(tmp_path: Path) -> None:
    found = facts(tmp_path, egfr("a", 41, "2026-05-30"), egfr("b", 72, "2021-01-01"), egfr("c", 55, "2024-01-01"))
    assert [(f.value, f.time) for f in named(found, "egfr")] == [(41, "")]


def test_old_kidney_function_still_counts_with_its_date_and_a_word(tmp_path: Path) -> None:
    found = facts(tmp_path, egfr("a", 22, "2023-05-30"))
    (one,) = named(found, "egfr")
    assert (one.status, one.time, one.value) == (P, "2023-05-30", 22)
    assert [n.code for n in found.notices] == ["BED-RECORD-012"]


@pytest.mark.parametrize(
    ("code", "unit", "value", "name"),
    [
        ("8480-6", "mm[Hg]", 78, "systolic_bp"),
        ("2823-3", "mmol/L", 7.1, "potassium"),
        ("9279-1", "/min", 34, "respiratory_rate"),
    ],
)
def test_old_vital_signs_and_acute_results_are_history_and_raise_no_flag(
    tmp_path: Path, code: str, unit: str, value: float, name: str
) -> None:
    old = facts(tmp_path, lab("o", code, "x", value, unit, "2024-01-01"))
    assert [f.status for f in named(old, name)] == [H]
    assert name not in known_values(old.facts)
    assert not red_flags(old.facts)
    fresh = facts(tmp_path, lab("o", code, "x", value, unit, "2026-06-01T08:00:00Z"))
    assert [f.status for f in named(fresh, name)] == [P]
    assert known_values(fresh.facts)[name] == (value,)


def test_an_acute_condition_of_long_ago_is_history_and_no_emergency(tmp_path: Path) -> None:
    old = facts(tmp_path, problem("c", "Myocardial Infarction", "22298006", since="2009-01-01"))
    assert {f.name for f in old.facts} >= {"ischaemic_heart_disease"}
    assert not red_flags(old.facts)
    now = facts(tmp_path, problem("c", "Myocardial Infarction", "22298006", since="2026-05-31"))
    assert [f.status for f in named(now, "acute_coronary_syndrome")] == [P]


@pytest.mark.parametrize(
    ("resource", "status"),
    [
        (problem("c", "Asthma"), P),
        (problem("c", "Asthma", state="inactive"), H),
        (problem("c", "Asthma", state="resolved"), H),
        (problem("c", "Asthma", verificationStatus={"coding": [{"code": "provisional"}]}), Q),
        (problem("c", "Asthma", verificationStatus={"coding": [{"code": "refuted"}]}), A),
        (problem("c", "FH asthma"), FactStatus.FAMILY),
    ],
)
def test_a_condition_has_the_status_of_its_resource(tmp_path: Path, resource: Body, status: FactStatus) -> None:
    assert [f.status for f in named(facts(tmp_path, resource), "asthma")] == [status]


def test_pregnancy_counts_for_as_long_as_one_lasts(tmp_path: Path) -> None:
    young = patient(birthDate="1995-01-01")
    now = facts(tmp_path, young, problem("c", "Normal pregnancy", "72892002", since="2026-02-01"))
    assert known_values(now.facts)["pregnancy"] == (True,)
    before = facts(tmp_path, young, problem("c", "Normal pregnancy", "72892002", since="2024-02-01"))
    assert "pregnancy" not in known_values(before.facts)


def test_medicines_taken_are_generic_names_and_unknown_ones_are_said(tmp_path: Path) -> None:
    found = facts(
        tmp_path,
        medicine("a", "Simvastatin 20 MG Oral Tablet"),
        medicine("b", "Coumadin 5 MG"),
        medicine("c", "Wibblemycin 5 MG"),
        medicine("d", "Digoxin 125 MCG", "stopped"),
    )
    assert [f.value for f in named(found, "medication")] == ["simvastatin", "warfarin", "Wibblemycin 5 MG"]
    assert "Wibblemycin" in next(n.why for n in found.notices if n.code == "BED-RECORD-011")
    assert {"simvastatin", "statin", "warfarin"} <= set(known_values(found.facts)["medication"])


def test_allergies_hold_though_resolved_and_carry_their_severity(tmp_path: Path) -> None:
    found = facts(
        tmp_path,
        allergy("a", "Allergy to penicillin", reaction="Anaphylaxis", severity="severe"),
        allergy("b", "Aspirin", "resolved"),
        allergy("c", "Codeine", verificationStatus={"coding": [{"code": "refuted"}]}),
        allergy("d", "No known allergy"),
    )
    got = {f.value: f for f in named(found, "allergy")}
    assert {v: f.status for v, f in got.items()} == {"penicillin": P, "aspirin": H, "codeine": A}
    assert severe_reaction(got["penicillin"].as_written) and not severe_reaction(got["aspirin"].as_written)


def test_no_known_allergy_is_a_denial_and_no_entry_is_nothing(tmp_path: Path) -> None:
    denied = facts(tmp_path, allergy("a", "No known allergy", code=coded("No known allergy", "716186003")))
    assert [(f.value, f.status) for f in named(denied, "allergy")] == [(None, A)]
    assert not named(facts(tmp_path, problem("c", "Asthma")), "allergy")
    food = facts(tmp_path, allergy("a", "No known food allergy"))
    assert not [f for f in named(food, "allergy") if f.value is None]


def test_a_later_bound_or_creatinine_takes_an_old_egfr_out_of_use(tmp_path: Path) -> None:
    bound = egfr("z", 60, "2026-05-30", valueQuantity={"value": 60, "comparator": ">", "unit": "mL/min/{1.73_m2}"})
    assert [f.status for f in named(facts(tmp_path, egfr("a", 25, "2024-01-01"), bound), "egfr")] == [H]
    creatinine = lab("z", "14682-9", "Creatinine", 260, "umol/L", "2026-05-30")
    found = facts(tmp_path, egfr("a", 95, "2024-01-01"), creatinine)
    assert [f.status for f in named(found, "egfr")] == [H]
    assert [(f.status, f.value) for f in named(found, "creatinine")] == [(P, 260)]


def test_an_old_weight_counts_for_an_adult_and_not_for_a_child(tmp_path: Path) -> None:
    weight = lab("w", "29463-7", "Weight", 18, "kg", "2025-06-01")
    assert [f.status for f in named(facts(tmp_path, weight), "weight")] == [P]
    child = facts(tmp_path, patient(birthDate="2020-01-01"), weight)
    assert [f.status for f in named(child, "weight")] == [H]


def test_the_search_knows_the_diseases_and_takes_no_word_of_the_record_for_the_clinicians(tmp_path: Path) -> None:
    found = facts(tmp_path, problem("c", "Hypertension", "38341003"), medicine("m", "Warfarin 5 MG"))
    known = patient_of(found.facts)
    assert "hypertension" in known.diseases and known.medicines == {"warfarin"} and not known.said


def test_smoking_is_read_from_its_coded_answer(tmp_path: Path) -> None:
    def smoking(code: str) -> Body:
        answer = coded("words do not count", code)
        return of("Observation", code, status="final", code=coded("Tobacco", "72166-2", "http://loinc.org"),
                  effectiveDateTime="2025-01-01", valueCodeableConcept=answer)  # fmt: skip

    for code, status in (("449868002", P), ("8517006", H), ("266919005", A)):
        assert [f.status for f in named(facts(tmp_path, smoking(code)), "smoker")] == [status]
