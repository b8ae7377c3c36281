"""Windows over a volume and the way back to its own grid: the same as MONAI's own, and never all in memory."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from support.tiny_bundle import CONFIG, changed, unet, write_bundle, write_volume

from bedside.core.errors import BundleError
from bedside.tools.bundles.config import BundleConfig
from bedside.tools.bundles.expressions import Component
from bedside.tools.bundles.labelling import LabelMasks, deciding, label_volume
from bedside.tools.bundles.preprocess import Grid, grid_between, prepare, steps_of
from bedside.tools.bundles.sliding import Stopped, Windowing, planes, window_starts, windowing
from bedside.tools.imaging.door import open_file

SCORE: Callable[[torch.Tensor], torch.Tensor] = unet()


def silent(share: float) -> None:
    """Does not listen."""


def whole(image: torch.Tensor, over: Windowing, score: Any = SCORE) -> torch.Tensor:
    """All planes as one (K, X, Y, Z), each counted once and in order."""
    held = list(planes(image, score, over, silent))
    assert [x for x, _ in held] == list(range(image.shape[1]))
    return torch.stack([scores.clone() for _, scores in held], dim=1)


@pytest.mark.parametrize(
    ("size", "roi", "overlap"), [(200, 96, 0.5), (97, 96, 0.25), (96, 96, 0.9), (50, 16, 0), (31, 7, 0.6)]
)
def test_windows_begin_where_monai_lets_them_begin(size: int, roi: int, overlap: float) -> None:
    from monai.data.utils import dense_patch_slices

    step = roi if roi == size else max(1, int(roi * (1 - overlap)))
    assert window_starts(size, roi, overlap) == [s[0].start for s in dense_patch_slices((size,), (roi,), (step,))]


@pytest.mark.parametrize(
    ("shape", "given"),
    [
        ((50, 41, 37), {"roi_size": [16, 24, 32], "overlap": 0.25}),
        ((50, 41, 37), {"roi_size": 16, "overlap": 0.5, "mode": "gaussian"}),
        ((20, 41, 10), {"roi_size": [32, 32, 32], "overlap": 0.5, "mode": "gaussian", "padding_mode": "replicate"}),
        ((33, 12, 50), {"roi_size": [16, 16, -1], "overlap": [0.1, 0.6, 0.3], "cval": 0.7}),
        ((32, 32, 32), {"roi_size": [32, 32, 32], "overlap": 0.25}),
    ],
)
def test_the_scores_are_those_of_monais_sliding_window(shape: tuple[int, ...], given: dict[str, Any]) -> None:
    from monai.inferers import SlidingWindowInferer

    image = torch.rand((1, *shape), generator=torch.Generator().manual_seed(1))
    with torch.inference_mode():
        expected = SlidingWindowInferer(**given)(image[None], SCORE)[0]
    found = whole(image, windowing(Component("SlidingWindowInferer", given)))
    assert torch.allclose(found, expected, atol=2e-5)


def test_half_precision_changes_the_scores_by_a_thousandth(monkeypatch: pytest.MonkeyPatch) -> None:
    image = torch.rand((1, 40, 30, 30), generator=torch.Generator().manual_seed(1))
    over = Windowing((16, 16, 16), (0.5, 0.5, 0.5), "gaussian")
    exact = whole(image, over)
    monkeypatch.setattr("bedside.tools.bundles.sliding.MOST_BYTES", 0)
    half = whole(image, over)
    assert not torch.equal(half, exact)
    assert float((half - exact).abs().max()) < 0.004 * float(exact.abs().max())


def test_a_window_as_large_as_the_volume_is_the_network_alone() -> None:
    image = torch.rand((1, 24, 16, 8))
    with torch.inference_mode():
        assert torch.allclose(whole(image, windowing(Component("SimpleInferer", {}))), SCORE(image[None])[0], atol=1e-6)


def test_progress_rises_to_one_and_stops_the_work() -> None:
    image, seen = torch.rand((1, 40, 20, 20)), list[float]()
    over = Windowing((16, 16, 16))
    list(planes(image, SCORE, over, seen.append))
    assert seen == sorted(seen) and seen[0] == 0 and seen[-1] == 1 and len(seen) > 4

    def stop(share: float) -> None:
        if share > 0.4:
            raise Stopped

    taken = 0
    with pytest.raises(Stopped):
        for _ in planes(image, SCORE, over, stop):
            taken += 1
    assert 0 < taken < 40


def test_a_network_that_answers_on_another_grid_is_refused() -> None:
    with pytest.raises(BundleError):
        whole(torch.rand((1, 16, 16, 16)), Windowing((8, 8, 8)), lambda x: x[..., ::2])


def monais_own(folder: Path, volume: Path) -> np.ndarray:
    """What MONAI itself makes of a volume with the bundle, in the orientation of the file."""
    from monai.bundle import ConfigParser

    config = json.loads((folder / "configs" / "inference.json").read_text())
    parser = ConfigParser({**config, "imports": ["$import torch"]})
    network = parser.get_parsed_content("network_def")
    network.load_state_dict(torch.load(folder / "models" / "model.pt", weights_only=True))
    data = parser.get_parsed_content("preprocessing")({"image": str(volume)})
    with torch.inference_mode():
        data["pred"] = parser.get_parsed_content("inferer")(data["image"][None], network.eval())[0]
    data["pred"].applied_operations = data["image"].applied_operations
    data["pred"].affine = data["image"].affine
    after = copy.copy(parser.get_parsed_content("postprocessing"))
    after.transforms = [t for t in after.transforms if type(t).__name__ != "SaveImaged"]
    return np.asarray(after(data)["pred"])


def ours(folder: Path, volume: Path) -> tuple[np.ndarray, Any]:
    """The same by Bedside: (R, A, S) codes, and the Study."""
    from bedside.tools.bundles.network import tensors

    config = BundleConfig(json.loads((folder / "configs" / "inference.json").read_text()))
    network = unet()
    network.load_state_dict(tensors((folder / "models" / "model.pt").read_bytes(), False))
    study = open_file(volume, attachment_id="A1", limit_bytes=10**8)
    made = prepare((study,), steps_of(config))
    over = windowing(config.value("inferer"))
    shape = made.image.shape
    return label_volume(
        planes(made.image, network, over, silent), shape[1], made.grid, study.array.shape, deciding(config)
    ), study


def as_stored(codes: np.ndarray, study: Any) -> np.ndarray:
    from nibabel import orientations

    turn = orientations.ornt_transform(orientations.axcodes2ornt("RAS"), orientations.axcodes2ornt(study.stored_axes))
    return orientations.apply_orientation(codes, turn)


def post(*steps: dict[str, Any]) -> dict[str, Any]:
    return {"_target_": "Compose", "transforms": [{"keys": "pred", **step} for step in steps]}


INVERT = {"_target_": "Invertd", "transform": "@preprocessing", "orig_keys": "image", "to_tensor": True}
SOFTMAX, ARGMAX = {"_target_": "Activationsd", "softmax": True}, {"_target_": "AsDiscreted", "argmax": True}
LINEAR, NEAREST = {**INVERT, "nearest_interp": False}, {**INVERT, "nearest_interp": True}
SIGMOID, HALF = {"_target_": "Activationsd", "sigmoid": True}, {"_target_": "AsDiscreted", "threshold": 0.5}


def pre(*steps: dict[str, Any]) -> dict[str, Any]:
    first = [{"_target_": "LoadImaged", "keys": "image"}, {"_target_": "EnsureChannelFirstd", "keys": "image"}]
    return {"_target_": "Compose", "transforms": [*first, *({"keys": "image", **step} for step in steps)]}


SPACING = {"_target_": "Spacingd", "pixdim": [2.5, 3.0, 4.0], "mode": "bilinear"}
RAS, LPS = {"_target_": "Orientationd", "axcodes": "RAS"}, {"_target_": "Orientationd", "axcodes": "LPS"}
SCALE = {"_target_": "ScaleIntensityRanged", "a_min": -500, "a_max": 500, "b_min": 0, "b_max": 1, "clip": True}
NORMAL = {"_target_": "NormalizeIntensityd", "nonzero": True}
CROP = {"_target_": "CropForegroundd", "source_key": "image", "margin": 2, "allow_smaller": True}


@pytest.mark.parametrize("axes", ["RAS", "LPS", "PIR", "SAL"])
@pytest.mark.parametrize(
    ("before", "after", "agree"),
    [
        (pre(RAS, SPACING, SCALE), post(SOFTMAX, LINEAR, ARGMAX), 0.999),
        (pre(LPS, SPACING, SCALE), post(SOFTMAX, ARGMAX, NEAREST), 0.985),
        (pre(SPACING, RAS, NORMAL), post(LINEAR, SOFTMAX, ARGMAX), 0.999),
        (pre(SCALE), post(SOFTMAX, ARGMAX), 1.0),
        (pre(RAS, SPACING, SCALE, CROP), post(SOFTMAX, LINEAR, ARGMAX), 0.98),
    ],
    ids=["usual", "nearest", "logits", "as stored", "cropped"],
)
def test_the_labels_are_those_of_monais_own_run(
    tmp_path: Path, axes: str, before: dict[str, Any], after: dict[str, Any], agree: float
) -> None:
    folder = write_bundle(tmp_path / "a", config=changed(CONFIG, preprocessing=before, postprocessing=after))
    volume = write_volume(tmp_path / "v.nii.gz", (50, 41, 18), (1.6, 2.0, 5.0), axes)
    codes, study = ours(folder, volume)
    expected = monais_own(folder, volume)[0]
    assert len(np.unique(expected)) > 1
    same = as_stored(codes, study) == expected
    assert same.mean() >= agree


def test_labels_that_overlap_are_those_of_monais_own_run(tmp_path: Path) -> None:
    config = changed(CONFIG, preprocessing=pre(RAS, SPACING, SCALE), postprocessing=post(SIGMOID, LINEAR, HALF))
    folder = write_bundle(tmp_path / "a", config=config)
    volume = write_volume(tmp_path / "v.nii.gz", (50, 41, 18), (1.6, 2.0, 5.0))
    codes, _ = ours(folder, volume)
    expected = monais_own(folder, volume)
    masks = LabelMasks(codes, {"one": (0,), "two": (1,), "three": (2,)}, overlapping=True)
    assert expected.any()
    for number, label in enumerate(masks):
        assert (masks[label] == (expected[number] > 0)).mean() > 0.999
        assert masks.voxels()[label] == int(masks[label].sum())


def test_what_the_network_did_not_see_belongs_to_nothing() -> None:
    scores = [(x, torch.tensor([0.0, 1.0])[:, None, None].expand(2, 10, 10)) for x in range(10)]
    grid = Grid((0, 1, 2), (1.0, 1.0, 1.0), (-5.0, -5.0, 0.0))  # the network saw voxels 5 to 14 along two axes
    for how in ({"nearest_interp": False}, {"nearest_interp": True}):
        config = BundleConfig({"postprocessing": [{**INVERT, "transform": "none", **how}, ARGMAX]})
        codes = label_volume(iter(scores), 10, grid, (20, 20, 10), deciding(config))
        assert codes.sum() == 1000 and codes[5:15, 5:15].all()


def test_only_the_largest_part_is_kept_where_the_bundle_says_so() -> None:
    scores = torch.zeros((2, 12, 4, 4))
    scores[1, 0:2], scores[1, 4:9] = 1, 1
    config = BundleConfig({"postprocessing": [ARGMAX, {"_target_": "KeepLargestConnectedComponentd", "keys": "pred"}]})
    grid = Grid((0, 1, 2), (1.0, 1.0, 1.0), (0.0, 0.0, 0.0))
    codes = label_volume(((x, scores[:, x]) for x in range(12)), 12, grid, (12, 4, 4), deciding(config))
    assert codes[4:9].all() and codes.sum() == 5 * 16


def test_axes_that_are_not_parallel_are_refused() -> None:
    turned = np.eye(4)
    turned[:2, :2] = [[0.9, -0.4], [0.4, 0.9]]
    with pytest.raises(BundleError):
        grid_between(np.eye(4), turned)


def test_two_experts_on_one_study_share_its_preparation(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from bedside.tools.bundles import preprocess

    preprocess.forget()
    study = open_file(
        write_volume(tmp_path / "v.nii.gz", (30, 30, 20), (2, 2, 4)), attachment_id="A1", limit_bytes=10**8
    )
    made = list[int]()
    real = preprocess._prepare
    monkeypatch.setattr(preprocess, "_prepare", lambda *given: made.append(1) or real(*given))
    first = prepare((study,), steps_of(BundleConfig(CONFIG)))
    assert prepare((study,), steps_of(BundleConfig(changed(CONFIG)))) is first
    assert made == [1]
    prepare((study,), steps_of(BundleConfig(changed(CONFIG, preprocessing=pre(RAS)))))
    assert made == [1, 1]
