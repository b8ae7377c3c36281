"""Bedside as a doctor: whole, and with each of its parts left out."""

from __future__ import annotations

import pytest
from support.chest_film import chest, write_picture
from support.finding_tool import FindingTool
from support.pictures import head_slice
from support.scripted import Odds, ScriptedChat, last_text
from support.told_cases import CANARY, small_row

from bedside.agent.services import Services
from bedside.core.settings import Settings
from bedside.evals.doctors.bedside_doctor import BedsideDoctor
from bedside.evals.patients.actions import Abstain, Choose, Diagnose, RequestImage, Write
from bedside.evals.patients.case import THERE_IS_AN_IMAGE, Option, PatientCase, Picture
from bedside.evals.patients.dialogue import Dialogue, converse
from bedside.evals.patients.fact_selecting import FactSelectingPatient
from bedside.evals.patients.measurement import CaseMeasurement
from bedside.evals.tasks.differential import held_table

OPTIONS = (Option(letter="A", text="Acute appendicitis"), Option(letter="B", text="Migraine"))


def _says(messages):  # type: ignore[no-untyped-def]
    text = last_text(messages)
    if "letter of the right option" in text:
        return Odds(A=0.9, B=0.1) if "A. Acute appendicitis" in text else Odds(A=0.1, B=0.9)
    if "five most likely" in text:
        return {"diagnoses": ["Appendicitis", "Gastroenteritis"]}
    return "Does it hurt when you move?"


def _seen(tmp_path, case: PatientCase, without=(), turns: int = 12) -> tuple[Dialogue, ScriptedChat]:  # type: ignore[no-untyped-def]
    model = ScriptedChat(reply=_says)
    doctor = BedsideDoctor(held_table(), Services(Settings(home=tmp_path), model), without)
    return converse(case, doctor, FactSelectingPatient(), CaseMeasurement(), turns), model


def test_the_whole_names_ranked_diagnoses_with_evidence_and_asks_no_model(tmp_path) -> None:  # type: ignore[no-untyped-def]
    dialogue, model = _seen(tmp_path, small_row().case)
    final = dialogue.final
    assert isinstance(final, Diagnose), dialogue.failure
    assert final.ranked[0].name == "Acute appendicitis"
    assert final.statements and all(s.evidence for s in final.statements)
    assert final.plain
    assert all("guid" in p.evidence[0].lower() or ":" in p.evidence[0] for p in final.plan)
    assert model.calls == []


def test_without_guidelines_there_is_no_plan(tmp_path) -> None:  # type: ignore[no-untyped-def]
    final = _seen(tmp_path, small_row().case, ("guidelines",))[0].final
    assert isinstance(final, Diagnose)
    assert final.plan == ()
    assert final.statements


def test_without_tools_the_model_names_after_the_openers(tmp_path) -> None:  # type: ignore[no-untyped-def]
    dialogue, model = _seen(tmp_path, small_row().case, ("tools",))
    final = dialogue.final
    assert isinstance(final, Diagnose)
    assert [d.name for d in final.ranked] == ["Appendicitis", "Gastroenteritis"]
    assert len(model.calls) == 1
    assert dialogue.turns[0].text.startswith("Thank you for coming in")


def test_without_policy_the_model_asks_and_the_differential_concludes(tmp_path) -> None:  # type: ignore[no-untyped-def]
    dialogue, model = _seen(tmp_path, small_row().case, ("policy",), turns=3)
    assert [t.text for t in dialogue.turns if t.speaker == "doctor"][:3] == ["Does it hurt when you move?"] * 3
    assert isinstance(dialogue.final, Diagnose | Abstain)
    assert len(model.calls) == 3


@pytest.mark.parametrize("without", [(), ("tools",), ("guidelines",), ("policy",)])
def test_of_options_one_is_chosen_with_its_probability(tmp_path, without) -> None:  # type: ignore[no-untyped-def]
    case = small_row().case.model_copy(update={"task": "choose", "question": "What is it?", "options": OPTIONS})
    dialogue, model = _seen(tmp_path, case, without, turns=5)
    final = dialogue.final
    assert isinstance(final, Choose)
    assert (final.letter, final.confidence) == ("A", pytest.approx(0.9))
    ranked = any("Ranked by findings" in call.text for call in model.calls)
    # The model's own question does not learn the patient's age, and so nothing is ranked without the policy either.
    assert ranked == (without in ((), ("guidelines",)))


def test_a_text_is_written_with_what_it_rests_on(tmp_path) -> None:  # type: ignore[no-untyped-def]
    case = small_row().case.model_copy(update={"task": "write", "question": "Write a note."})
    final = _seen(tmp_path, case, turns=0)[0].final
    assert isinstance(final, Write)
    assert final.text


def test_the_prompt_begins_the_same_at_every_question(tmp_path) -> None:  # type: ignore[no-untyped-def]
    case = small_row().case.model_copy(update={"task": "choose", "question": "What is it?", "options": OPTIONS})
    model = ScriptedChat(reply=lambda m: Odds(A=0.6, B=0.4) if "right option" in last_text(m) else "What else?")
    doctor = BedsideDoctor(held_table(), Services(Settings(home=tmp_path), model))
    converse(case, doctor, FactSelectingPatient(), CaseMeasurement(), 9)
    texts = [call.text for call in model.calls]
    assert len(texts) >= 2
    told = texts[0].split("Ranked by findings")[0].rstrip()
    assert all(text.startswith(told) for text in texts)


def test_what_is_right_is_in_no_prompt(tmp_path) -> None:  # type: ignore[no-untyped-def]
    row = small_row(diagnosis=CANARY)
    case = row.case.model_copy(update={"task": "choose", "question": "What is it?", "options": OPTIONS})
    _, model = _seen(tmp_path, case)
    assert all(CANARY not in call.text for call in model.calls)


FILM = "CANARY-film.png"


def _with_film(tmp_path, **changed) -> PatientCase:  # type: ignore[no-untyped-def]
    path = write_picture(tmp_path / FILM, chest())
    picture = Picture(id="p1", name="image 1", path=path, given=True)
    return PatientCase(**{"id": "film", "pictures": (picture,), "question": "Is there pneumonia?"} | changed)


def _looked_at(tmp_path, case, without=(), turns: int = 0, *, sees: bool = False):  # type: ignore[no-untyped-def]
    model = ScriptedChat(reply=_says, sees=sees)
    services = Services(Settings(home=tmp_path / "home", output=tmp_path / "out", offline=True), model)
    for name in ("cxr_pneumonia", "cxr_lungs", "cxr_pathology"):
        services.toolbox._made[name] = FindingTool(name, "")
    doctor = BedsideDoctor(held_table(), services, without)
    return converse(case, doctor, FactSelectingPatient(), CaseMeasurement(), turns), model


def test_what_experts_read_on_a_picture_supports_the_letter(tmp_path) -> None:  # type: ignore[no-untyped-def]
    dialogue, model = _looked_at(tmp_path, _with_film(tmp_path, task="choose", options=OPTIONS))
    assert isinstance(dialogue.final, Choose), dialogue.failure
    assert any("looks like pneumonia" in line for line in dialogue.final.evidence)
    assert "looks like pneumonia" in model.calls[-1].text
    assert "CANARY" not in model.calls[-1].text
    assert dialogue.looked == 1


def test_without_tools_no_expert_reads_it_and_a_model_that_sees_is_still_shown_it(tmp_path) -> None:  # type: ignore[no-untyped-def]
    case = _with_film(tmp_path, task="choose", options=OPTIONS)
    blind, model = _looked_at(tmp_path, case, ("tools",))
    assert blind.looked == 0
    assert "looks like pneumonia" not in model.calls[-1].text
    seeing, model = _looked_at(tmp_path, case, ("tools",), sees=True)
    assert seeing.looked == 1
    assert any(block["type"] == "image_url" for block in model.calls[-1].messages[-1].content)


def test_an_image_that_there_is_is_asked_for_and_stands_beside_the_diagnosis(tmp_path) -> None:  # type: ignore[no-untyped-def]
    whole = small_row().case
    film = _with_film(tmp_path).pictures[0].model_copy(update={"given": False, "name": "the image of the patient"})
    case = whole.model_copy(
        update={"objective": f"{whole.objective} {THERE_IS_AN_IMAGE} It is a chest X-ray.", "pictures": (film,)}
    )
    dialogue, _ = _looked_at(tmp_path, case, turns=20)
    assert sum(isinstance(t.action, RequestImage) for t in dialogue.turns) == 1
    assert isinstance(dialogue.final, Diagnose)
    assert "looks like pneumonia" in dialogue.final.readings[0].text
    assert dialogue.final.readings[0].evidence[0].startswith("expert cxr_")
    assert dialogue.looked == 1


def test_an_image_is_asked_for_before_the_turns_are_spent(tmp_path) -> None:  # type: ignore[no-untyped-def]
    case = small_row().case.model_copy(update={"objective": THERE_IS_AN_IMAGE})
    dialogue, _ = _looked_at(tmp_path, case, turns=2)
    asked = [t.action for t in dialogue.turns if t.speaker == "doctor"]
    assert isinstance(asked[1], RequestImage)


@pytest.mark.parametrize(("without", "looked"), [((), 0), (("policy",), 1), (("tools",), 1)])
def test_only_a_model_that_is_asked_is_taken_to_have_seen(tmp_path, without, looked) -> None:  # type: ignore[no-untyped-def]
    # No expert reads this picture; the differential of the whole asks no model.
    head = write_picture(tmp_path / "head.png", head_slice())
    picture = Picture(id="p1", name="image 1", path=head, given=True)
    case = small_row().case.model_copy(update={"objective": "See the patient.", "pictures": (picture,)})
    model = ScriptedChat(reply=_says, sees=True)
    services = Services(Settings(home=tmp_path / "home", output=tmp_path / "out", offline=True), model)
    doctor = BedsideDoctor(held_table(), services, without)
    dialogue = converse(case, doctor, FactSelectingPatient(), CaseMeasurement(), 20 if not without else 2)
    assert isinstance(dialogue.final, Diagnose | Abstain), dialogue.failure
    assert (dialogue.looked, bool(model.calls)) == (looked, bool(without))
