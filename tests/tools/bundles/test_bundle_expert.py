"""An added bundle is an expert: it outlines, measures, says what it is, stops when told, refuses what is not for it."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx
import nibabel as nib
import numpy as np
import pytest
from support.data import data_folder
from support.tiny_bundle import CONFIG, METADATA, NETWORK, changed, train, unet, write_bundle, write_volume, zipped

from bedside.core.errors import BedsideError
from bedside.core.evidence import EvidenceKind
from bedside.core.settings import Settings
from bedside.core.study import Modality, Study
from bedside.tools.bundles.expert import BundleExpert, named_labels
from bedside.tools.bundles.files import open_bundle
from bedside.tools.bundles.names import fetch_named, named_bundles
from bedside.tools.bundles.record import BundleRecord
from bedside.tools.bundles.store import added_bundle, added_bundles, examine, keep, remove
from bedside.tools.contract import ToolRequest, ToolResult
from bedside.tools.imaging.door import open_file
from bedside.tools.registry import Toolbox

LIMIT = 10**9


def settings_in(folder: Path, **more: Any) -> Settings:
    return Settings(home=folder / "home", cache=folder / "cache", output=folder / "out", **more)


def added(folder: Path, settings: Settings, **more: Any) -> BundleRecord:
    files = open_bundle(folder, LIMIT)
    return keep(examine(files, str(folder), **more), files, settings)


def expert_of(folder: Path, tmp_path: Path, **more: Any) -> BundleExpert:
    settings = settings_in(tmp_path)
    tool = Toolbox(settings).get(added(folder, settings, **more).name)
    assert isinstance(tool, BundleExpert)
    return tool


def scan(folder: Path, modality: Modality = Modality.CT, **kind: Any) -> Study:
    path = write_volume(folder / "scan.nii.gz", (40, 36, 20), (2.0, 2.0, 4.0), kind.pop("axes", "LPS"))
    study = open_file(path, attachment_id="A1", limit_bytes=LIMIT)
    return replace(study, info=study.info.model_copy(update={"modality": modality, **kind}))


def refused(result: ToolResult) -> str:
    assert result.evidence == () and result.refusal is not None and result.refusal.do
    return result.refusal.code


def test_it_outlines_and_measures_on_the_grid_of_the_file(tmp_path: Path) -> None:
    tool, study = expert_of(write_bundle(tmp_path / "a"), tmp_path), scan(tmp_path)
    result = tool.run(ToolRequest(study=study, output=tmp_path / "out"))
    masks = tool.segment((study,)).masks
    assert result.refusal is None and {e.kind for e in result.evidence} <= {EvidenceKind.MASK, EvidenceKind.FINDING}
    shown = [e for e in result.evidence if e.kind is EvidenceKind.MASK]
    assert shown
    for evidence in shown:
        assert evidence.region is not None and evidence.confidence is None
        label = evidence.statement.split()[0].lower()
        volume = masks[label].sum() * 2.0 * 2.0 * 4.0 / 1000
        assert evidence.value == pytest.approx(volume, rel=0.06) and evidence.unit == "mL"
        stored, mask = nib.load(tmp_path / "scan.nii.gz"), nib.load(evidence.region.mask_path)
        assert mask.shape == stored.shape and np.allclose(mask.affine, stored.affine)
        assert int(np.asarray(mask.dataobj).sum()) == int(masks[label].sum())
        assert Path(evidence.region.overlay_path).read_bytes().startswith(b"\x89PNG")
        assert any("has not evaluated" in limit for limit in evidence.limits)
    names = next(Path(a.path) for a in result.artefacts if a.media_type == "application/json")
    assert json.loads(names.read_text())["values"] == {"air": [1], "bone": [2]}
    assert all(Path(a.path).exists() for a in result.artefacts)


def test_what_reaches_the_edge_is_said_to_be_a_part(tmp_path: Path) -> None:
    tool = expert_of(write_bundle(tmp_path / "a"), tmp_path)
    result = tool.run(ToolRequest(study=scan(tmp_path), output=tmp_path))
    assert any("edge of the images" in limit for e in result.evidence for limit in e.limits)


def test_it_refuses_what_it_is_not_for(tmp_path: Path) -> None:
    tool = expert_of(write_bundle(tmp_path / "a"), tmp_path, body_parts=["CHEST"])
    for study in (scan(tmp_path, Modality.MR), scan(tmp_path, body_part="HEAD"), scan(tmp_path, kind="image")):
        assert refused(tool.run(ToolRequest(study=study, output=tmp_path))) == "BED-TOOL-011"
    assert refused(tool.run(ToolRequest())) == "BED-TOOL-010"
    unsaid = scan(tmp_path, Modality.UNKNOWN)
    taken = tool.run(ToolRequest(study=unsaid, output=tmp_path))
    assert taken.refusal is None and taken.gate is not None and taken.gate.basis == "caller's word"
    bright = replace(unsaid, array=unsaid.array + np.float32(1000))
    assert refused(tool.run(ToolRequest(study=bright, output=tmp_path))) == "BED-BUNDLE-009"


def test_it_stops_at_once_when_told_and_says_so(tmp_path: Path) -> None:
    small = changed(CONFIG, inferer={"_target_": "SlidingWindowInferer", "roi_size": [16, 16, 16], "overlap": 0.5})
    tool, study, seen = expert_of(write_bundle(tmp_path / "a", config=small), tmp_path), scan(tmp_path), list[float]()
    request = ToolRequest(study=study, output=tmp_path, progress=seen.append, cancelled=lambda: len(seen) > 2)
    assert refused(tool.run(request)) == "BED-TOOL-031"
    assert len(seen) == 3
    assert tool.run(ToolRequest(study=study, output=tmp_path)).evidence


def test_its_model_is_loaded_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from bedside.tools.bundles import expert

    loads, real = list[int](), expert.load_bundle
    monkeypatch.setattr(expert, "load_bundle", lambda *given: loads.append(1) or real(*given))
    tool, study = expert_of(write_bundle(tmp_path / "a"), tmp_path), scan(tmp_path)
    for _ in range(2):
        tool.segment((study,))
    assert loads == [1]


@pytest.mark.parametrize("name", ["models/model.pt", "configs/inference.json"])
def test_a_file_that_was_changed_after_it_was_added_is_not_run(tmp_path: Path, name: str) -> None:
    tool = expert_of(write_bundle(tmp_path / "a"), tmp_path)
    (path,) = (tmp_path / "home").rglob(f"files/{name}")
    path.write_bytes(path.read_bytes() + b" ")
    assert refused(tool.run(ToolRequest(study=scan(tmp_path), output=tmp_path))) == "BED-BUNDLE-006"


def test_bundles_are_listed_found_and_removed(tmp_path: Path) -> None:
    settings = settings_in(tmp_path)
    assert added_bundles(settings) == () and not (tmp_path / "home").exists()
    added(write_bundle(tmp_path / "a"), settings, name="Air")
    box = Toolbox(settings)
    first = box.get("bundle_air")
    assert box.get("bundle_air") is first
    assert "bundle_air" in [card.name for card in box.cards()]
    assert added_bundle("air", settings).name == "bundle_air"
    with pytest.raises(BedsideError) as caught:
        added(tmp_path / "a", settings, name="air")
    assert caught.value.code == "BED-BUNDLE-007"
    remove("air", settings)
    assert added_bundles(settings) == ()
    for missing in (lambda: box.get("bundle_air"), lambda: remove("air", settings)):
        with pytest.raises(BedsideError):
            missing()


def test_another_users_bundles_are_not_seen(tmp_path: Path) -> None:
    added(write_bundle(tmp_path / "a"), settings_in(tmp_path))
    assert added_bundles(settings_in(tmp_path, user="other")) == ()


def test_several_series_are_read_together_in_order_and_on_one_grid(tmp_path: Path) -> None:
    form = changed(METADATA)
    form["network_data_format"]["inputs"]["image"] |= {"num_channels": 2, "channel_def": {"0": "T1c", "1": "FLAIR"}}
    form["network_data_format"]["inputs"]["image"]["modality"] = "MR"
    config = changed(CONFIG, network_def={**NETWORK, "in_channels": 2})
    tool = expert_of(
        write_bundle(tmp_path / "a", config=config, metadata=form, state=unet(in_channels=2).state_dict()), tmp_path
    )
    one = scan(tmp_path, Modality.MR)
    assert tool.card.accepts.series == ("T1c", "FLAIR")
    assert refused(tool.run(ToolRequest(study=one, output=tmp_path))) == "BED-BUNDLE-009"
    two = replace(one, array=-one.array, info=one.info.model_copy(update={"sha256": "0" * 64}))
    assert tool.run(ToolRequest(study=one, further=(two,), output=tmp_path)).evidence
    turned = tool.segment((two, one)).masks.codes
    assert not np.array_equal(turned, tool.segment((one, two)).masks.codes)
    moved = replace(two, affine=np.asarray(two.affine) + np.eye(4)[3] * 0 + np.outer(np.eye(4)[0], np.eye(4)[3]) * 5)
    assert refused(tool.run(ToolRequest(study=one, further=(moved,), output=tmp_path))) == "BED-BUNDLE-009"


def test_a_trusted_bundle_runs_its_own_code_and_says_so(tmp_path: Path) -> None:
    config = changed(CONFIG)
    config["preprocessing"]["transforms"].append(
        {"_target_": "scripts.own_step.Darker", "keys": "image", "by": "$sum(x for x in (0.25, 0.25))"}
    )
    folder = write_bundle(tmp_path / "a", config=config)
    (folder / "scripts").mkdir()
    (folder / "scripts" / "__init__.py").write_text("")
    (folder / "scripts" / "own_step.py").write_text(
        "class Darker:\n    def __init__(self, keys, by):\n        self.by = by\n"
        "    def __call__(self, data):\n        data['image'] = data['image'] * self.by\n        return data\n"
    )
    tool = expert_of(folder, tmp_path, trust=open_bundle(folder, LIMIT).sha256)
    assert any("code of its own" in limit for limit in tool.card.limits)
    study = scan(tmp_path)
    plain = expert_of(write_bundle(tmp_path / "b"), tmp_path)
    assert not np.array_equal(tool.segment((study,)).masks.codes, plain.segment((study,)).masks.codes)


@pytest.mark.parametrize(
    ("question", "named"),
    [
        ("segment the spleen", ("spleen",)),
        ("how large are the kidneys?", ("kidney left", "kidney right")),
        ("volume of the left kidney", ("kidney left",)),
        ("segment this CT", ()),
        ("outline the liver", ("liver",)),
        ("outline the liver tumour", ("liver", "liver tumour")),
    ],
)
def test_a_question_names_labels_in_its_own_words(question: str, named: tuple[str, ...]) -> None:
    labels = ("spleen", "kidney left", "kidney right", "liver", "liver tumour")
    assert named_labels(question, labels) == named


def test_every_named_bundle_is_pinned_and_an_unknown_name_lists_them(tmp_path: Path) -> None:
    assert {"spleen_ct_segmentation", "vista3d", "brats_mri_segmentation"} <= set(named_bundles())
    for name in ("nonsense", "spleen_ct_segmentation@9.9.9"):
        with pytest.raises(BedsideError) as caught:
            fetch_named(name, settings_in(tmp_path))
        assert caught.value.code == "BED-BUNDLE-005" and "spleen_ct_segmentation@0.5.9" in str(caught.value)


def served(body: bytes, status: int = 200) -> httpx.MockTransport:
    return httpx.MockTransport(lambda request: httpx.Response(status, content=body))


def test_a_named_bundle_comes_from_its_publisher_once_and_only_as_published(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import hashlib

    from bedside.tools.bundles import names

    body = zipped(write_bundle(tmp_path / "a"), tmp_path / "a.zip").read_bytes()
    row = named_bundles()["spleen_ct_segmentation"]
    right = row.model_copy(update={"sha1": hashlib.sha1(body).hexdigest()})
    monkeypatch.setattr(names, "named_bundles", lambda: {"spleen_ct_segmentation": right})
    here, settings = {"resolve": lambda host, port: ["8.8.8.8"]}, settings_in(tmp_path)
    with pytest.raises(BedsideError) as caught:
        fetch_named("spleen_ct_segmentation", settings, served(b"other"), **here)
    assert caught.value.code == "BED-BUNDLE-006"
    with pytest.raises(BedsideError) as caught:
        fetch_named("spleen_ct_segmentation", settings, served(b"", 404), **here)
    assert caught.value.code == "BED-BUNDLE-005" and "yourself" in caught.value.do
    path = fetch_named("spleen_ct_segmentation", settings, served(body), **here)
    assert path.read_bytes() == body
    assert fetch_named("spleen_ct_segmentation", settings, served(b"", 500), **here) == path
    with pytest.raises(BedsideError) as caught:
        fetch_named("spleen_ct_segmentation", settings_in(tmp_path / "new", offline=True), served(body), **here)
    assert caught.value.code == "BED-NET-001"
    own = settings_in(tmp_path / "new", weights={"spleen_ct_segmentation": tmp_path / "a"})
    assert fetch_named("spleen_ct_segmentation", own) == tmp_path / "a"


def test_a_network_prompted_by_class_scores_what_was_asked_for(tmp_path: Path) -> None:
    """VISTA3D's way of being asked, on a network that lights up above the share of its class number."""
    import torch

    from bedside.tools.bundles.labelling import Deciding
    from bedside.tools.bundles.loaded import LoadedBundle
    from bedside.tools.bundles.sliding import Windowing

    class ByClass(torch.nn.Module):
        def forward(self, window: torch.Tensor, class_vector: torch.Tensor) -> torch.Tensor:
            return window - class_vector.view(-1, 1, 1, 1, 1) / 10

    labels = ((3, "spleen"), (5, "kidney right"), (14, "kidney left"), (2, "kidneys"))
    held = LoadedBundle(ByClass(), (), None, Windowing((8, 8, 8)), Deciding(), labels, {2: (14, 5)}, True)
    score, numbers = held.for_labels(("spleen", "kidneys"))
    assert numbers == {"spleen": (1,), "kidneys": (3, 2)}
    out = score(torch.tensor([0.2, 0.4]).view(1, 1, 2, 1, 1)).argmax(dim=1).flatten()
    assert out.tolist() == [0, 1]


@pytest.fixture(scope="module")
def trained(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A bundle that has learned air and bone of one real CT."""
    scan = data_folder() / "totalsegmentator_examples" / "example_ct.nii.gz"
    return train(tmp_path_factory.mktemp("bundle") / "air_bone", scan)


@pytest.mark.data
def test_a_bundle_made_here_segments_a_real_ct_series(trained: Path, tmp_path: Path) -> None:
    """The series is JPEG 2000 DICOM, 20 slices; truth is what the network was taught (thresholds in HU), at 3 mm."""
    series = data_folder() / "totalsegmentator_examples" / "example_ct_dicom"
    study = open_file(series, attachment_id="A1", limit_bytes=LIMIT)
    assert study.info.modality is Modality.CT and study.array.shape[2] == 20
    tool = expert_of(trained, tmp_path)
    found = tool.segment((study,))
    for label, truth, least in (("air", study.array < -300, 0.9), ("bone", study.array > 200, 0.5)):
        mask = found.masks[label]
        assert mask.shape == study.array.shape
        dice = 2 * (mask & truth).sum() / (mask.sum() + truth.sum())
        print(f"{label}: Dice {dice:.3f} against its threshold, {truth.sum():,} voxels")
        assert dice >= least
    result = tool.run(ToolRequest(study=study, output=tmp_path / "out", question="segment the bone"))
    (evidence,) = result.evidence
    assert evidence.statement.startswith("Bone outlined on this CT volume")
    mask = nib.load(evidence.region.mask_path)  # type: ignore[union-attr]
    assert np.allclose(np.abs(nib.affines.voxel_sizes(mask.affine)), sorted_like(mask, study))


def sorted_like(mask: Any, study: Study) -> tuple[float, ...]:
    """The Study's spacing in the order of the stored axes of a mask."""
    axes = nib.orientations.io_orientation(mask.affine)[:, 0].astype(int)
    assert study.info.spacing is not None
    return tuple(study.info.spacing[axis] for axis in axes)
