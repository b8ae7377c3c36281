"""The hippocampus outlines: volumes on the file's own grid, what goes with them, and what is refused."""

from __future__ import annotations

import time
from pathlib import Path

import nibabel as nib
import numpy as np
import pytest
from support.data import data_folder
from support.image_files import write_dicom, write_nifti
from support.outlined_sets import crop

from bedside.core.settings import Settings
from bedside.tools.contract import ToolRequest, ToolResult
from bedside.tools.experts.hippocampus import Hippocampus
from bedside.tools.experts.hippocampus.expert import FOLDER
from bedside.tools.experts.hippocampus.msd import Crop, crops, part_of, read
from bedside.tools.experts.hippocampus.outline import outline
from bedside.tools.experts.hippocampus.preprocess import framed, on_grid, padded, unit
from bedside.tools.experts.segmentation.overlap import dice
from bedside.tools.experts.segmentation.split import PARTS
from bedside.tools.imaging.door import open_file
from bedside.tools.shipped import WEIGHT


@pytest.fixture(scope="module")
def tool() -> Hippocampus:
    return Hippocampus(Settings())


@pytest.fixture(scope="module")
def held_out() -> list[Crop]:
    return [one for one in crops(data_folder()) if part_of(one.person) == PARTS[2]]


def run(tool: Hippocampus, path: Path, output: Path, question: str = "") -> ToolResult:
    study = open_file(path, attachment_id="A1", limit_bytes=10**9)
    return tool.run(ToolRequest(question=question, study=study, output=output))


def refused(result: ToolResult) -> str:
    assert result.evidence == () and result.refusal is not None and result.refusal.do
    assert result.gate is not None and not result.gate.accepted and result.gate.why
    return result.refusal.code


@pytest.mark.data
def test_a_held_out_crop_gets_three_volumes_a_mask_and_its_limits(
    tool: Hippocampus, held_out: list[Crop], tmp_path: Path
) -> None:
    result = run(tool, held_out[0].path, tmp_path, "How large is this hippocampus?")
    whole, front, back = result.evidence
    assert {one.unit for one in result.evidence} == {"mm3"}
    assert whole.value == pytest.approx((front.value or 0) + (back.value or 0), abs=1)
    assert "over 4 views" in whole.statement and front.statement.startswith("Anterior hippocampus")
    assert all(one.low <= one.value <= one.high for one in result.evidence)  # type: ignore[operator]
    for words in ("Pruessner et al. 2000", "Nobis et al. 2019", "No percentile", "caller's word", "not fitted on"):
        assert any(words in limit for limit in whole.limits), words
    assert whole.region is not None
    source = nib.load(held_out[0].path)
    for part in (front, back):
        assert part.region is not None
        mask = nib.load(part.region.mask_path)
        assert mask.shape == source.shape and np.allclose(mask.affine, source.affine)
        assert float((np.asarray(mask.dataobj) > 0).sum()) == pytest.approx(part.value, abs=1)
    assert [(one.label, one.value) for one in result.measurements] == [
        ("hippocampus", whole.value),
        ("anterior hippocampus", front.value),
        ("posterior hippocampus", back.value),
    ]
    assert Path(whole.region.overlay_path).read_bytes().startswith(b"\x89PNG")


@pytest.mark.data
def test_held_out_crops_are_outlined_as_the_card_claims_and_soon(tool: Hippocampus, held_out: list[Crop]) -> None:
    found = []
    began = time.process_time()
    for one in held_out[::9]:
        study, truth = read(one)
        masks = outline(tool.trained(), study).masks
        found.append([dice(mask, truth == label) for label, mask in enumerate(masks.values(), 1)])
    # CPU seconds of at most two threads, on a machine that may be busy.
    assert (time.process_time() - began) / len(found) < 4.0
    assert (np.mean(found, axis=0) > 0.8).all(), found


@pytest.mark.data
def test_axes_and_steps_of_the_file_change_little(tool: Hippocampus, held_out: list[Crop], tmp_path: Path) -> None:
    image = nib.load(held_out[1].path)
    volume = np.asarray(image.dataobj, dtype=np.float32)
    plain = outline(tool.trained(), read(held_out[1])[0]).masks
    turned = write_nifti(
        tmp_path / "turned.nii.gz", volume.transpose(2, 0, 1)[:, ::-1], _turned(image.affine, volume.shape)
    )
    study = open_file(turned, attachment_id="A1", limit_bytes=10**9)
    again = outline(tool.trained(), study).masks
    assert all(dice(again[name], mask) == 1 for name, mask in plain.items())
    finer = tuple(2 * n for n in volume.shape)
    affine = np.diag([0.5, 0.5, 0.5, 1.0])
    path = write_nifti(tmp_path / "fine.nii.gz", on_grid(volume[None], finer)[0], affine)
    fine = outline(tool.trained(), open_file(path, attachment_id="A1", limit_bytes=10**9))
    whole = sum(plain.values()) > 0
    own = sum(fine.masks.values()) > 0
    assert own.shape == finer
    assert dice(on_grid(own[None].astype(np.float32), volume.shape)[0] > 0.5, whole) > 0.93
    assert fine.volumes.sum(axis=1).mean() == pytest.approx(float(whole.sum()), rel=0.07)


def _turned(affine: np.ndarray, shape: tuple[int, ...]) -> np.ndarray:
    """The affine of a volume whose axes were taken in the order (2, 0, 1) and whose second was then reversed."""
    moved = affine[:, [2, 0, 1, 3]].copy()
    moved[:3, 3] += moved[:3, 1] * (shape[0] - 1)
    moved[:3, 1] *= -1
    return moved


@pytest.mark.data
def test_a_whole_head_and_a_crop_of_something_else_are_refused(tool: Hippocampus, tmp_path: Path) -> None:
    path = next((data_folder() / "t1_head").glob("*.nii*"))
    result = run(tool, path, tmp_path, "How large is the hippocampus?")
    assert refused(result) == "BED-TOOL-072"
    assert result.refusal is not None and "does not find one in a head" in result.refusal.why
    assert run(tool, path, tmp_path, "How large is the brain?").refusal is None
    head = open_file(path, attachment_id="A1", limit_bytes=10**9)
    middle = [n // 2 for n in head.array.shape]
    vertex = head.array[middle[0] : middle[0] + 36, middle[1] - 25 : middle[1] + 25, -70:-34]
    frontal = head.array[middle[0] + 10 : middle[0] + 46, -90:-40, middle[2] : middle[2] + 36]
    codes = []
    for number, part in enumerate((vertex, frontal)):
        found = run(tool, write_nifti(tmp_path / f"{number}.nii.gz", part, np.eye(4)), tmp_path, "the hippocampus?")
        codes.append(found.refusal.code if found.refusal else "read")
    assert codes == ["BED-TOOL-072"] * 2


def test_fields_and_values_that_no_crop_has_are_refused(tool: Hippocampus, tmp_path: Path) -> None:
    volume, _ = crop()
    cases = {
        "covers 36 x 50 x 102": (volume, np.diag([1, 1, 3, 1.0])),
        "too little": (volume[:20], np.eye(4)),
        "too wide": (volume[::3, ::3, ::3], np.diag([3, 3, 3, 1.0])),
        "blank": (np.full_like(volume, 7), np.eye(4)),
    }
    for number, (why, (array, affine)) in enumerate(cases.items()):
        result = run(tool, write_nifti(tmp_path / f"{number}.nii.gz", array, affine), tmp_path)
        assert refused(result) == "BED-TOOL-072"
        assert result.refusal is not None and why in result.refusal.why
    noise = np.random.default_rng(0).normal(100, 20, volume.shape).astype(np.float32)
    assert refused(run(tool, write_nifti(tmp_path / "noise.nii.gz", noise, np.eye(4)), tmp_path)) == "BED-TOOL-072"


def test_a_crop_that_nobody_calls_a_hippocampus_is_left_alone(tool: Hippocampus, tmp_path: Path) -> None:
    result = run(tool, write_nifti(tmp_path / "a.nii.gz", crop()[0], np.eye(4)), tmp_path, "What is this?")
    assert result.evidence == () and result.refusal is None


def test_a_film_and_no_file_are_refused(tool: Hippocampus, tmp_path: Path) -> None:
    film = write_dicom(tmp_path / "a.dcm", np.random.default_rng(0).integers(0, 4000, (64, 64)).astype(np.uint16))
    assert refused(run(tool, film, tmp_path)) == "BED-TOOL-011"
    assert refused(tool.run(ToolRequest())) == "BED-TOOL-010"


def test_the_weights_are_small_and_the_card_brings_figures(tool: Hippocampus) -> None:
    assert (FOLDER / WEIGHT).stat().st_size <= 12_000_000
    assert tool.card.performance and all(figure.n and figure.low is not None for figure in tool.card.performance)


def test_a_frame_holds_the_labelled_part_and_padding_can_be_taken_away() -> None:
    volume, labels = crop()
    values, outlines = framed(unit(volume), labels, (40, 56, 40))
    assert values.shape == outlines.shape == (40, 56, 40)
    assert [int((outlines == label).sum()) for label in (1, 2)] == [int((labels == label).sum()) for label in (1, 2)]
    assert abs(float(values[outlines > 0].mean()) - float(unit(volume)[labels > 0].mean())) < 1e-6
    wide, inside = padded(volume, 8)
    assert all(n % 8 == 0 for n in wide.shape) and np.array_equal(wide[inside], volume)
    assert float(unit(np.full((4, 4, 4), 3.0, np.float32)).max()) == 0
