"""One film, two experts that point apart: the answer says so, cites both, and takes neither as right."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import torch
from support.assistant import scripted_assistant
from support.chest_film import chest, write_film_dicom, write_picture
from support.weight_files import in_place_of
from support.xrv_file import Published

from bedside.core.answer import Answer, Section, Verdict
from bedside.tools.experts.cxr_pathology.card import WEIGHT
from bedside.tools.experts.cxr_pathology.labels import LABELS


def asked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, film: Path, question: str, called: dict[str, bool]
) -> Answer:
    """An answer where `cxr_pathology` calls the given findings, whatever the film, and no other."""
    network = Published()
    torch.nn.init.zeros_(network.classifier.weight)
    with torch.no_grad():
        network.classifier.bias.copy_(torch.tensor([9.0 if called.get(name) else -9.0 for name in LABELS]))
    torch.save(network, tmp_path / "model.pt", _use_new_zipfile_serialization=False)
    settings = in_place_of(monkeypatch, tmp_path, **{WEIGHT: tmp_path / "model.pt"})
    assistant = scripted_assistant(tmp_path, weights=settings.weights, offline=True)
    return assistant.ask(question, files=[film])


def disagreements(answer: Answer) -> list[Any]:
    return [c for c in answer.claims if c.text.startswith("The experts disagree")]


def test_pneumonia_called_by_one_and_not_by_the_other_is_said_first_with_both_cited(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    film = write_film_dicom(tmp_path / "a.dcm", chest(), PatientAge="003Y")
    seen = []
    for says in (True, False):
        folder = tmp_path / str(says)
        folder.mkdir()
        answer = asked(folder, monkeypatch, film, "Is there pneumonia?", {"pneumonia": says})
        found = disagreements(answer)
        seen.append(len(found))
        for claim in found:
            assert "about pneumonia on file A1" in claim.text and claim.verdict is Verdict.SUPPORTED
            assert {answer.evidence[i].source.id for i in claim.evidence} == {"cxr_pneumonia", "cxr_pathology"}
            assert answer.section(Section.ASSESSMENT)[0] == claim
        assert any("Pneumonia" in c.text or "pneumonia" in c.text for c in answer.claims)
    assert sorted(seen) == [0, 1]


def test_no_sentence_of_such_an_answer_says_that_a_finding_is_absent(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    film = write_film_dicom(tmp_path / "a.dcm", chest(), PatientAge="064Y")
    answer = asked(tmp_path, monkeypatch, film, "Is there a pneumothorax?", {})
    (claim,) = [c for c in answer.claims if "Not called on this chest X-ray" in c.text]
    assert "pneumothorax" in claim.text and "rules none of them out" in claim.text


def test_an_expert_that_a_picture_was_not_meant_for_does_not_add_its_refusal(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    film = write_picture(tmp_path / "a.png", chest())
    answer = asked(
        tmp_path, monkeypatch, film, "Does this chest X-ray show a pleural effusion?", {"pleural effusion": True}
    )
    assert any("pleural effusion 0.9" in c.text or "pleural effusion 1.0" in c.text for c in answer.claims)
    assert not [r for r in answer.refusals if r.code in ("BED-TOOL-061", "BED-TOOL-062")]
