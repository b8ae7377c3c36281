"""The demonstration: off unless asked for, never a score, a label only where both classifiers name it."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from support.assistant import scripted_assistant
from support.chest_film import write_picture
from support.image_files import write_dicom
from support.pictures import head_slice, lesion
from support.weight_files import with_weights

from bedside.core.evidence import EvidenceKind
from bedside.core.settings import Settings
from bedside.tools.contract import ToolRequest, ToolResult
from bedside.tools.experts.brain_tumour import BrainTumour
from bedside.tools.experts.brain_tumour.card import LABELS, VGG, XCEPTION
from bedside.tools.experts.brain_tumour.classifiers import Vgg, Xception
from bedside.tools.imaging.door import open_file

QUESTION = "Does this brain MRI show a tumour?"


class Names:
    """A classifier that always names the same."""

    def __init__(self, label: str) -> None:
        self.label = label

    def name(self, picture: np.ndarray) -> str:
        assert picture.dtype == np.uint8 and picture.ndim == 2
        return self.label


def naming(first: str, second: str) -> BrainTumour:
    tool = BrainTumour(Settings(offline=True, demonstrations=True))
    tool._classifiers = (Names(first), Names(second))
    return tool


def read(tool: BrainTumour, path: Path, question: str = QUESTION) -> ToolResult:
    return tool.run(ToolRequest(question=question, study=open_file(path, attachment_id="A1", limit_bytes=10**9)))


def code(result: ToolResult) -> str:
    assert result.evidence == () and result.refusal is not None and result.refusal.do
    assert result.gate is not None and not result.gate.accepted
    return result.refusal.code


@pytest.fixture(scope="module")
def real() -> BrainTumour:
    """The tool with both packages' weights; skipped where they are not there."""
    return BrainTumour(with_weights("the packages'", VGG, XCEPTION, demonstrations=True))


@pytest.mark.parametrize("first", LABELS)
@pytest.mark.parametrize("second", LABELS)
def test_a_label_is_shown_only_where_both_name_it_and_never_a_number(tmp_path: Path, first: str, second: str) -> None:
    result = read(naming(first, second), write_picture(tmp_path / "a.png", head_slice()))
    (evidence,) = result.evidence
    assert evidence.kind is EvidenceKind.MODEL_OPINION and evidence.never_reassures
    assert evidence.statement.startswith("Demonstration only, not a reading:")
    assert not re.search(r"\d", evidence.statement) and evidence.value is None and evidence.confidence is None
    assert result.labels == ()
    shown = [label for label in LABELS if label in evidence.statement]
    assert shown == ([first] if first == second else [])
    if first != second:
        assert "disagree" in evidence.statement
    elif first == "no tumour":
        assert "does not rule one out" in evidence.statement
    else:
        assert "known to be wrong" in evidence.statement


def test_it_is_off_unless_the_setting_asks_for_it(tmp_path: Path) -> None:
    path = write_picture(tmp_path / "a.png", head_slice())
    result = read(BrainTumour(Settings(offline=True)), path)
    assert code(result) == "BED-TOOL-063"
    assert result.refusal is not None and "BEDSIDE_DEMONSTRATIONS" in result.refusal.do


def test_an_answer_runs_it_only_where_it_is_on_and_says_that_it_is_off_where_it_is_asked_for(tmp_path: Path) -> None:
    path = write_dicom(tmp_path / "a.dcm", head_slice().astype(np.uint16) * 4, Modality="MR", BodyPartExamined="HEAD")
    off = scripted_assistant(tmp_path / "off", offline=True)
    asked = off.ask("Is there a brain tumour on this MRI?", files=[path])
    assert [r.code for r in asked.refusals].count("BED-TOOL-063") == 1
    assert not [c for c in asked.claims if "Demonstration" in c.text]
    unasked = off.ask("What does this show?", files=[path], thread="other")
    assert "BED-TOOL-063" not in [r.code for r in unasked.refusals]
    on = scripted_assistant(tmp_path / "on", offline=True, demonstrations=True)
    on.services.toolbox._made["brain_tumour"] = naming("glioma", "meningioma")
    answer = on.ask("Is there a brain tumour on this MRI?", files=[path])
    (claim,) = [c for c in answer.claims if "Demonstration" in c.text]
    assert "disagree" in claim.text


@pytest.mark.parametrize(
    ("picture", "question", "why"),
    [
        (head_slice(), "Is there pneumonia?", "does not say"),
        (lesion(), QUESTION, "colours"),
        (head_slice(64), QUESTION, "too few"),
        (np.full((200, 200), 80, dtype=np.uint8), QUESTION, "blank"),
    ],
)
def test_what_is_no_slice_of_a_head_is_refused(tmp_path: Path, picture: Any, question: str, why: str) -> None:
    result = read(naming("glioma", "glioma"), write_picture(tmp_path / "a.png", picture), question)
    assert code(result) == "BED-TOOL-062"
    assert result.refusal is not None and why in result.refusal.why


def test_an_mr_plane_of_a_head_needs_no_word_and_one_of_a_knee_is_refused(tmp_path: Path) -> None:
    plane = head_slice().astype(np.uint16) * 4
    head = write_dicom(tmp_path / "a.dcm", plane, Modality="MR", BodyPartExamined="HEAD")
    result = read(naming("glioma", "glioma"), head, "What is this?")
    assert result.gate is not None and result.gate.basis == "tags" and "glioma" in result.evidence[0].statement
    knee = write_dicom(tmp_path / "b.dcm", plane, Modality="MR", BodyPartExamined="KNEE")
    assert code(read(naming("glioma", "glioma"), knee)) == "BED-TOOL-011"


def test_files_that_are_no_networks_are_refused(tmp_path: Path) -> None:
    (tmp_path / "x").write_bytes(b"nothing")
    for kind in (Vgg, Xception):
        with pytest.raises(ValueError):
            kind(tmp_path / "x")


def test_the_real_classifiers_name_labels_and_the_tool_shows_no_score(real: BrainTumour, tmp_path: Path) -> None:
    result = read(real, write_picture(tmp_path / "a.png", head_slice(mass=True)))
    (evidence,) = result.evidence
    assert evidence.statement.startswith("Demonstration only") and not re.search(r"\d", evidence.statement)
