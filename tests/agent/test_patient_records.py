"""A record in the conversation: answers from it, facts for the tools, one patient, and what the message says on top."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from support.assistant import scripted_assistant
from support.fhir import allergy, bundle, egfr, lab, medicine, patient, problem, write, written
from support.fhir_server import FhirServer, serving

from bedside.core.answer import Answer, Section
from bedside.core.case import FactStatus
from bedside.core.errors import RecordError
from bedside.core.settings import RecordSettings
from bedside.tools.record import read


@pytest.fixture
def record(tmp_path: Path) -> Path:
    return written(
        tmp_path,
        problem("c1", "Atrial fibrillation", "49436004"),
        problem("c2", "Hypertension", "38341003"),
        medicine("m1", "Simvastatin 20 MG"),
        allergy("a1", "Penicillin", reaction="Anaphylaxis", severity="severe"),
        egfr("o1", 60, "2025-01-10"),
        egfr("o2", 41, "2026-02-03"),
        lab("v1", "9279-1", "Respiratory rate", 34, "/min", "2020-01-01"),
    )


def refused(answer: Answer) -> set[str]:
    return {r.code for r in answer.refusals}


def test_a_question_of_the_record_is_answered_from_it_and_nothing_else_runs(record: Path, tmp_path: Path) -> None:
    answer = scripted_assistant(tmp_path).ask("Any allergies? What is her last eGFR and its trend?", files=[record])
    body = answer.section(Section.ASSESSMENT)
    assert len(body) == len(answer.claims) == 3 and not answer.removed
    sources = [answer.evidence[i].source.id for c in body for i in c.evidence]
    assert sources == ["AllergyIntolerance/a1", "Observation/o2", "Observation/o2"]
    assert "down 19 (32 %) since 2025-01-10" in body[2].text
    assert [a.media_type for a in answer.artefacts] == ["image/png"] and answer.artefacts[0].evidence
    assert "record (FHIR R4)" in answer.files[0].title and not answer.missing
    assert "Quill" not in answer.to_json()


def test_the_facts_of_a_record_feed_the_calculators_and_old_vital_signs_do_not(record: Path, tmp_path: Path) -> None:
    assistant = scripted_assistant(tmp_path)
    answer = assistant.ask("Should she be anticoagulated?", files=[record], thread="one")
    score = next(e for e in answer.evidence.values() if e.source.id == "cha2ds2_vasc" and not e.source.section)
    assert {i.name for i in score.inputs} >= {"age", "sex", "hypertension"}
    assert any(i.span is not None and i.span.source == "A1/Condition/c2" for i in score.inputs)
    assert not answer.banner
    known = {f.name: f for f in assistant.case("one").current}
    assert known["respiratory_rate"].status is FactStatus.HISTORICAL and known["allergy"].value == "penicillin"


def test_a_follow_up_asks_the_record_again_and_a_later_value_of_the_message_holds(record: Path, tmp_path: Path) -> None:
    assistant = scripted_assistant(tmp_path)
    assistant.ask("Any allergies?", files=[record], thread="one")
    again = assistant.ask("What medicines is she on?", thread="one")
    assert [answer_source(again, 0)] == ["MedicationRequest/m1"]
    assistant.ask("Her eGFR today is 22.", thread="one")
    fact = assistant.case("one").fact("egfr")
    assert fact is not None and fact.value == 22 and not fact.recorded


def answer_source(answer: Answer, n: int) -> str:
    return answer.evidence[answer.section(Section.ASSESSMENT)[n].evidence[0]].source.id


def test_a_message_that_asks_both_is_answered_from_both(record: Path, tmp_path: Path) -> None:
    answer = scripted_assistant(tmp_path).ask(
        "Any allergies? Should she be anticoagulated for her atrial fibrillation?", files=[record]
    )
    sources = [answer.evidence[i].source for c in answer.claims for i in c.evidence]
    assert "AllergyIntolerance/a1" in {s.id for s in sources}
    assert "guideline" in {s.type for s in sources} and "cha2ds2_vasc" in {s.id for s in sources}
    detail = " ".join(step.detail for step in answer.trace if step.node == "plan")
    assert "patient_record" in detail and "allergies?" not in detail.lower()


def test_a_question_that_the_tools_can_answer_too_is_put_to_them_as_well(record: Path, tmp_path: Path) -> None:
    answer = scripted_assistant(tmp_path).ask("Does she have pneumonia?", files=[record])
    (first, *_) = (step.detail for step in answer.trace if step.node == "plan")
    assert "patient_record" in first and 'search "' in first
    assert "none of the record is recognised as pneumonia" in answer.section(Section.ASSESSMENT)[0].text


def test_what_the_message_said_first_is_not_replaced_by_an_older_record(record: Path, tmp_path: Path) -> None:
    assistant = scripted_assistant(tmp_path)
    assistant.ask("68-year-old woman, eGFR 22. Is metformin safe?", thread="one")
    assistant.ask("Any allergies?", files=[record], thread="one")
    fact = assistant.case("one").fact("egfr")
    assert fact is not None and fact.value == 22


@pytest.mark.parametrize(
    ("content", "code"),
    [
        ("{", "BED-RECORD-001"),
        ('{"a": 1}', "BED-RECORD-002"),
        (bundle(patient(), patient("p2", birthDate="1990-01-01")), "BED-RECORD-006"),
    ],
)
def test_a_record_that_cannot_be_used_is_a_refusal_in_the_answer(tmp_path: Path, content: Any, code: str) -> None:
    answer = scripted_assistant(tmp_path).ask("Any allergies?", files=[write(tmp_path, content)])
    assert code in refused(answer) and not answer.files


def test_the_message_names_whose_record_it_is(tmp_path: Path) -> None:
    other = patient("p2", name=[{"family": "Stone", "given": ["Max"]}], identifier=[])
    mine = allergy("a1", "Aspirin")
    theirs = allergy("a2", "Codeine", patient={"reference": "Patient/p2"})
    path = write(tmp_path, bundle(patient(), other, mine, theirs))
    answer = scripted_assistant(tmp_path).ask("Any allergies of Max Stone?", files=[path])
    assert [c.text for c in answer.claims] == ["Allergy recorded to Codeine: reaction not recorded."]


def test_a_record_of_another_patient_is_refused_in_the_same_thread(record: Path, tmp_path: Path) -> None:
    assistant = scripted_assistant(tmp_path)
    assistant.ask("Any allergies?", files=[record], thread="one")
    stranger = write(tmp_path, bundle(patient("p9", birthDate="1990-01-01"), allergy("x", "Codeine")), "other.json")
    answer = assistant.ask("Any allergies?", files=[stranger], thread="one")
    assert "BED-RECORD-015" in refused(answer)
    assert not any("Codeine" in c.text for c in answer.claims)


def test_the_record_of_the_patient_before_says_nothing_of_a_new_one(record: Path, tmp_path: Path) -> None:
    assistant = scripted_assistant(tmp_path)
    assistant.ask("Any allergies?", files=[record], thread="one")
    answer = assistant.ask("New patient: 30-year-old man with a sore throat. Any allergies?", thread="one")
    assert not any(e.source.title == "the patient's record" for e in answer.evidence.values())
    assert all(f.value != "penicillin" for f in assistant.case("one").current)


def test_age_sex_and_allergies_that_disagree_are_pointed_out(record: Path, tmp_path: Path) -> None:
    assistant = scripted_assistant(tmp_path)
    answer = assistant.ask("45-year-old man, NKDA. Any problems?", files=[record], thread="one")
    why = [r.why for r in answer.refusals if r.code == "BED-RECORD-016"]
    assert len(why) == 3
    known = {f.name: f.value for f in assistant.case("one").current if f.name in {"age", "sex"}}
    assert known["sex"] == "female" and known["age"] != 45
    assert any(f.name == "allergy" and f.value == "penicillin" for f in assistant.case("one").current)


def test_a_claim_whose_resource_is_not_in_the_record_does_not_pass(record: Path, tmp_path: Path) -> None:
    from bedside.agent.patient_records import line_of_source

    assistant = scripted_assistant(tmp_path)
    assistant.ask("Any allergies?", files=[record], thread="one")
    case = assistant.case("one")
    assert "Anaphylaxis" in line_of_source("A1/AllergyIntolerance/a1", case, assistant.services)
    assert line_of_source("A1/AllergyIntolerance/zz", case, assistant.services) == ""
    assert line_of_source("A7/AllergyIntolerance/a1", case, assistant.services) == ""


def test_a_thread_whose_copy_is_gone_goes_on_without_it(record: Path, tmp_path: Path) -> None:
    from bedside.agent.patient_records import asks_of_record, line_of_source

    assistant = scripted_assistant(tmp_path)
    assistant.ask("Any allergies?", files=[record], thread="one")
    case = assistant.case("one")
    Path(case.attachments[0].path).unlink()
    fresh = scripted_assistant(tmp_path)
    assert asks_of_record("Any allergies?", case, fresh.services) == (False, ())
    assert line_of_source("A1/AllergyIntolerance/a1", case, fresh.services) == ""


def test_a_folder_is_copied_with_its_json_and_nothing_else(tmp_path: Path) -> None:
    folder = tmp_path / "export"
    folder.mkdir()
    write(folder, bundle(patient(), allergy("a1", "Aspirin")), "one.json")
    write(folder, "other", "notes.txt")
    assistant = scripted_assistant(tmp_path)
    answer = assistant.ask("Any allergies?", files=[folder], thread="one")
    assert "Aspirin" in answer.claims[0].text
    copy = Path(assistant.case("one").attachments[0].path)
    assert [p.name for p in copy.rglob("*") if p.is_file()] == ["one.json"]


def test_a_record_is_fetched_from_the_server_for_the_question(tmp_path: Path) -> None:
    with serving(FhirServer([patient(), allergy("a1", "Aspirin")], token="s3cret-token")) as server:
        given = RecordSettings(server=server.address, token="s3cret-token")
        assistant = scripted_assistant(tmp_path, record=given, offline=True)
        answer = assistant.ask("Any allergies?", thread="one", patient="p1")
    assert [c.text for c in answer.claims] == ["Allergy recorded to Aspirin: reaction not recorded."]
    assert answer.files[0].name == "Patient-p1.json"
    assert "s3cret-token" not in answer.to_json()


def test_an_allergy_of_the_record_chooses_the_advice_as_one_that_is_told_does(record: Path, tmp_path: Path) -> None:
    asked = "She has community-acquired pneumonia, low severity. Which antibiotic should she be given first?"
    answer = scripted_assistant(tmp_path).ask(asked, files=[record])
    said = [c.text.lower() for c in answer.claims]
    assert any("penicillin allergy" in text for text in said)
    assert not any("amoxicillin" in text and "allergy" not in text for text in said)


def test_a_record_is_parsed_once_in_the_turn_that_brings_it_and_not_again_after(
    record: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[Path] = []

    def counted(path: Path, limit_bytes: int) -> Any:
        opened.append(path)
        return load(path, limit_bytes)

    load = read.load
    monkeypatch.setattr(read, "load", counted)
    assistant = scripted_assistant(tmp_path)
    answer = assistant.ask("Any allergies? Should she be anticoagulated?", files=[record], thread="one")
    assert any("penicillin" in c.text.lower() for c in answer.claims) and len(opened) == 1
    assistant.ask("What medicines is she on?", thread="one")
    assert len(opened) == 1


def test_a_record_whose_id_two_patients_share_is_never_taken_for_the_other_ones(tmp_path: Path) -> None:
    folder = tmp_path / "export"
    folder.mkdir()
    stone = [{"family": "Stone", "given": ["Max"]}]
    write(folder, bundle(patient(), allergy("a1", "Aspirin")), "one.json")
    write(folder, bundle(patient(birthDate="1990-01-01", name=stone, identifier=[])), "two.json")
    assistant = scripted_assistant(tmp_path)
    assistant.ask("Any problems of Ada Quill?", files=[folder], thread="one")
    (attachment,) = assistant.case("one").attachments
    assistant.ask("Any problems of Max Stone?", files=[folder], thread="two")
    with pytest.raises(RecordError) as error:
        assistant.services.record(attachment)
    assert error.value.code == "BED-RECORD-006"
