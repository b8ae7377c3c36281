"""The lung outlines: what is measured, in which unit, what is left unsaid, and what is refused."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image
from support.chest_film import chest, write_film_dicom, write_picture
from support.data import data_folder
from support.image_files import write_nifti
from support.outlined_sets import lungs

from bedside.core.evidence import Evidence, EvidenceKind
from bedside.core.settings import Settings
from bedside.tools.contract import ToolRequest, ToolResult
from bedside.tools.experts.cxr_lungs import CxrLungs
from bedside.tools.experts.cxr_lungs.expert import FOLDER
from bedside.tools.experts.cxr_lungs.hannover import LEFT, RIGHT, films, part_of, read, sides
from bedside.tools.experts.cxr_lungs.measure import thoracic_width
from bedside.tools.experts.cxr_lungs.outline import Outlined, outline
from bedside.tools.experts.segmentation.overlap import dice
from bedside.tools.experts.segmentation.split import PARTS
from bedside.tools.imaging.door import open_file
from bedside.tools.shipped import WEIGHT


@pytest.fixture(scope="module")
def tool() -> CxrLungs:
    return CxrLungs(Settings())


def run(tool: CxrLungs, path: Path, question: str = "") -> ToolResult:
    study = open_file(path, attachment_id="A1", limit_bytes=10**9)
    return tool.run(ToolRequest(question=question, study=study, output=path.parent / "out"))


def mask_of(evidence: Evidence) -> np.ndarray:
    assert evidence.region is not None
    return np.asarray(Image.open(evidence.region.mask_path)) > 0


def refused(result: ToolResult) -> str:
    assert result.evidence == () and result.refusal is not None and result.refusal.do
    assert result.gate is not None and not result.gate.accepted and result.gate.why
    return result.refusal.code


def test_both_lungs_of_a_picture_are_outlined_and_measured_as_shares(tool: CxrLungs, tmp_path: Path) -> None:
    result = run(tool, write_picture(tmp_path / "a.png", chest()))
    right, left = result.evidence
    assert (right.kind, right.unit, left.unit) == (EvidenceKind.MASK, "%", "%")
    assert right.statement.startswith("Right lung") and "over four views" in right.statement
    for one in (right, left):
        assert one.low is not None and one.high is not None and one.low <= (one.value or 0) <= one.high
        assert any("cardiothoracic ratio is not given" in limit for limit in one.limits)
        assert any("does not state its spacing" in limit for limit in one.limits)
    assert right.region is not None and left.region is not None
    assert right.region.box[1][0] < left.region.box[1][0]
    own = mask_of(right)
    assert own.shape == chest().shape and dice(own | mask_of(left), lungs()) > 0.75
    assert Path(right.region.overlay_path).read_bytes().startswith(b"\x89PNG")
    assert right.value == pytest.approx(100 * own.mean(), abs=0.1)


def test_the_masks_lie_on_the_study_s_own_grid_right_before_left(tool: CxrLungs, tmp_path: Path) -> None:
    study = open_file(write_picture(tmp_path / "a.png", chest(300, 260)), attachment_id="A1", limit_bytes=10**9)
    masks = outline(tool.trained(), study).masks
    assert list(masks) == ["right lung", "left lung"]
    assert all(mask.shape == (300, 260) and mask.dtype == bool for mask in masks.values())
    assert not (masks["right lung"] & masks["left lung"]).any()


@pytest.mark.parametrize(
    ("tags", "unit", "words"),
    [
        ({"ImagerPixelSpacing": [0.5, 0.4]}, "cm2", "larger than in the patient"),
        ({"PixelSpacing": [1.0, 1.0]}, "cm2", ""),
        ({}, "%", "does not state its spacing"),
    ],
)
def test_areas_are_in_cm2_where_the_file_states_its_spacing(
    tool: CxrLungs, tmp_path: Path, tags: dict[str, Any], unit: str, words: str
) -> None:
    right = run(tool, write_film_dicom(tmp_path / "a.dcm", chest(), **tags)).evidence[0]
    assert right.unit == unit and any(words in limit for limit in right.limits)
    if unit == "cm2":
        assert right.value is not None and 20 < right.value < 1000


@pytest.mark.parametrize(
    ("view", "question", "given"), [("PA", "", True), ("AP", "", False), ("AP", "a PA film", False)]
)
def test_the_width_of_the_thorax_is_given_on_a_film_from_behind_only(
    tool: CxrLungs, tmp_path: Path, view: str, question: str, given: bool
) -> None:
    asked = f"{question} cardiothoracic ratio?" if question else ""
    result = run(tool, write_film_dicom(tmp_path / "a.dcm", chest(), ViewPosition=view), asked)
    assert len(result.evidence) == (3 if given else 2)
    if given:
        width = result.evidence[2]
        assert width.kind is EvidenceKind.FINDING and "cardiothoracic ratio is not measured" in width.statement
        one, other = (mask_of(part) for part in result.evidence[:2])
        rows = np.flatnonzero(one.any(axis=1) & other.any(axis=1))
        widest = max(int(np.flatnonzero(other[row])[-1] - np.flatnonzero(one[row])[0]) + 1 for row in rows)
        assert width.value == pytest.approx(100 * widest / one.shape[1], abs=0.1)


def test_the_caller_may_say_that_a_picture_is_pa(tool: CxrLungs, tmp_path: Path) -> None:
    path = write_picture(tmp_path / "a.png", chest())
    assert len(run(tool, path, "What is the cardiothoracic ratio on this PA film?").evidence) == 3
    assert len(run(tool, path, "What is the cardiothoracic ratio?").evidence) == 2


def test_the_width_is_the_widest_row_that_holds_both_lungs() -> None:
    right, left = np.zeros((10, 20), bool), np.zeros((10, 20), bool)
    right[2:6, 4:8], left[2:5, 12:16], left[8, 0:20] = True, True, True
    found = Outlined({"right lung": right, "left lung": left}, np.zeros((1, 10, 20), np.uint8), 1.0)
    assert thoracic_width(found)[0] == 12


def test_nobody_who_asks_something_else_gets_outlines(tool: CxrLungs, tmp_path: Path) -> None:
    path = write_picture(tmp_path / "a.png", chest())
    for question in ("Is there pneumonia?", "What is this rash?"):
        result = run(tool, path, question)
        assert result.evidence == () and result.refusal is None


def test_who_asks_which_lung_is_larger_gets_their_areas(tool: CxrLungs, tmp_path: Path) -> None:
    path = write_picture(tmp_path / "a.png", chest())
    for question in ("Which of the patient's lungs is larger?", "Which lung is smaller on this film?"):
        result = run(tool, path, question)
        assert [m.label for m in result.measurements][:2] == ["right lung", "left lung"]


@pytest.mark.parametrize(
    ("tags", "code"),
    [({"Modality": "MR", "BodyPartExamined": "HEAD"}, "BED-TOOL-011"), ({"ViewPosition": "LL"}, "BED-TOOL-011")],
)
def test_tags_of_another_image_are_refused(tool: CxrLungs, tmp_path: Path, tags: dict[str, str], code: str) -> None:
    assert refused(run(tool, write_film_dicom(tmp_path / "a.dcm", chest(), **tags))) == code


@pytest.mark.parametrize(
    "change",
    [
        lambda film: 255 - film,
        lambda film: np.ascontiguousarray(np.rot90(film)),
        lambda film: np.random.default_rng(0).integers(0, 256, film.shape, dtype=np.uint8),
        lambda film: np.stack([film, film // 2, 255 - film], axis=2),
        lambda film: np.full_like(film, 90),
    ],
)
def test_what_cannot_be_an_upright_film_is_refused(tool: CxrLungs, tmp_path: Path, change: Any) -> None:
    assert refused(run(tool, write_picture(tmp_path / "a.png", change(chest())))) == "BED-TOOL-071"


def test_a_volume_and_no_file_are_refused(tool: CxrLungs, tmp_path: Path) -> None:
    head = write_nifti(tmp_path / "head.nii", np.random.default_rng(0).random((40, 40, 40)).astype(np.float32))
    assert refused(run(tool, head)) == "BED-TOOL-011"
    assert refused(tool.run(ToolRequest())) == "BED-TOOL-010"


def test_two_lungs_are_told_apart_even_where_they_touch() -> None:
    both = lungs()
    labels = sides(both)
    assert np.array_equal(labels > 0, both)
    assert np.nonzero(labels == RIGHT)[1].max() < np.nonzero(labels == LEFT)[1].min()
    touching = both.copy()
    touching[100:110, 90:190] = True
    labels = sides(touching)
    assert np.array_equal(labels > 0, touching)
    assert np.nonzero(labels == RIGHT)[1].max() < np.nonzero(labels == LEFT)[1].min()
    with pytest.raises(ValueError, match="two lungs"):
        sides(np.zeros((20, 20), bool))


def test_the_weights_are_small_and_the_card_brings_figures(tool: CxrLungs) -> None:
    assert (FOLDER / WEIGHT).stat().st_size <= 12_000_000
    assert tool.card.performance and all(figure.n and figure.low is not None for figure in tool.card.performance)


@pytest.mark.data
def test_held_out_films_are_outlined_as_the_card_claims_and_soon(tool: CxrLungs) -> None:
    held = [film for film in films(data_folder()) if part_of(film.person) == PARTS[2]][::4]
    found = []
    began = time.process_time()
    for film in held:
        masks = outline(tool.trained(), open_file(film.path, attachment_id="A1", limit_bytes=10**9)).masks
        found.append(dice(masks["right lung"] | masks["left lung"], read(film)[1] > 0))
    # CPU seconds of at most two threads, on a machine that may be busy; reading is in them.
    assert (time.process_time() - began) / len(held) < 2.0
    assert np.mean(found) > 0.85
