"""A question about a chest film: the finding, what it calls for, and whom the film must not be read for."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from support.assistant import obliging, scripted_assistant
from support.chest_film import chest, write_film_dicom, write_picture
from support.data import data_folder
from support.finding_tool import FindingTool
from support.image_files import write_nifti

from bedside.core.answer import Answer
from bedside.core.evidence import Evidence, EvidenceKind
from bedside.core.settings import Bounds
from bedside.tools.experts.cxr_pneumonia.card import FOLLOW_UP
from bedside.tools.experts.cxr_pneumonia.kermany import PARTS, films, part_of

QUESTION = "Is there pneumonia?"
PATIENT = Bounds(seconds=600)  # on a busy machine too the model is asked of every passage


def cited(answer: Answer, kind: EvidenceKind) -> list[Evidence]:
    return [answer.evidence[i] for claim in answer.claims for i in claim.evidence if answer.evidence[i].kind is kind]


def asked_with(tmp_path: Path, follow_up: str) -> tuple[Answer, list[str]]:
    """The answer where the film's expert calls for `follow_up`, and what the core model was asked of passages."""
    weighed: list[str] = []

    def reply(messages: Any) -> Any:
        if "sort guideline statements" in messages[0].text:
            weighed.append(messages[-1].text)
        return obliging(messages)

    assistant = scripted_assistant(tmp_path, reply, bounds=PATIENT)
    assistant.services.toolbox._made["cxr_pneumonia"] = FindingTool("cxr_pneumonia", follow_up)
    return assistant.ask(QUESTION, files=[write_picture(tmp_path / "a.png", chest())]), weighed


def test_what_a_finding_calls_for_is_looked_up_and_weighed_by_its_own_question(tmp_path: Path) -> None:
    answer, weighed = asked_with(tmp_path, FOLLOW_UP)
    found = cited(answer, EvidenceKind.PASSAGE)
    assert found and all("child" in e.quote.lower() or "infant" in e.quote.lower() for e in found)
    assert weighed and all(FOLLOW_UP in text and QUESTION not in text for text in weighed)


def test_a_finding_that_calls_for_nothing_brings_no_passages(tmp_path: Path) -> None:
    answer, weighed = asked_with(tmp_path, "")
    assert cited(answer, EvidenceKind.FINDING) and not cited(answer, EvidenceKind.PASSAGE) and not weighed


def test_a_follow_up_that_no_guideline_answers_is_no_refusal(tmp_path: Path) -> None:
    answer, _ = asked_with(tmp_path, "Which screws for a rabbit's femur?")
    assert cited(answer, EvidenceKind.FINDING) and not any(r.code.startswith("BED-SEARCH") for r in answer.refusals)


def test_a_head_mr_is_not_read_as_a_chest_film(tmp_path: Path) -> None:
    head = write_nifti(tmp_path / "head.nii", np.random.default_rng(0).random((40, 40, 40)).astype(np.float32))
    answer = scripted_assistant(tmp_path).ask(QUESTION, files=[head])
    assert not cited(answer, EvidenceKind.FINDING)
    assert any("Pneumonia on a child's chest X-ray" in r.subject for r in answer.refusals)


@pytest.mark.data
def test_a_held_out_film_gets_a_score_a_heat_map_the_cards_limits_and_what_follows(tmp_path: Path) -> None:
    film = next(
        f for f in films(data_folder()) if f.label == 1 and f.folder == "train" and part_of(f.person) == PARTS[2]
    )
    answer = scripted_assistant(tmp_path).ask(QUESTION, files=[film.path])
    first = cited(answer, EvidenceKind.FINDING)[0]
    assert first.calibrated and first.value is not None and first.value > 0.5 and "children" in first.statement
    assert any("rule pneumonia out" in limit for limit in first.limits)
    assert "cxr_pneumonia" in [card.name for card in answer.cards]
    assert [Path(a.path).suffix for a in answer.artefacts] == [".png"] and Path(answer.artefacts[0].path).exists()
    assert cited(answer, EvidenceKind.PASSAGE)


@pytest.mark.data
def test_an_adults_film_says_that_the_model_saw_children_and_looks_nothing_up(tmp_path: Path) -> None:
    from PIL import Image

    film = next(
        f for f in films(data_folder()) if f.label == 1 and f.folder == "train" and part_of(f.person) == PARTS[2]
    )
    grey = np.asarray(Image.open(film.path).convert("L"))
    adult = write_film_dicom(tmp_path / "adult.dcm", grey, PatientAge="064Y")
    answer = scripted_assistant(tmp_path).ask(QUESTION, files=[adult])
    first = cited(answer, EvidenceKind.FINDING)[0]
    assert "trained on chest X-rays of children" in first.statement and "an adult (64 years)" in first.statement
    assert not first.calibrated and not cited(answer, EvidenceKind.PASSAGE)
