"""The eighteen findings: the published network rebuilt, its scores never called probabilities, and what is refused."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from support.chest_film import chest, write_film_dicom, write_picture
from support.data import data_folder
from support.facts import fact
from support.weight_files import in_place_of, with_weights
from support.xrv_file import answered, published_names, write_published

from bedside.core.settings import Settings
from bedside.core.weights import weight_row
from bedside.core.weights.torch_file import tensors_of
from bedside.tools.contract import ToolRequest, ToolResult
from bedside.tools.experts.cxr_pathology import CxrPathology
from bedside.tools.experts.cxr_pathology.card import WEIGHT
from bedside.tools.experts.cxr_pathology.labels import LABELS, OPERATING_POINTS
from bedside.tools.experts.cxr_pathology.network import build, loaded
from bedside.tools.experts.cxr_pathology.scores import at_operating_points, views
from bedside.tools.imaging.door import open_file


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Iterator[CxrPathology]:
    """The tool with random weights in the published form."""
    folder = tmp_path_factory.mktemp("xrv")
    write_published(folder / "model.pt")
    with pytest.MonkeyPatch.context() as patch:
        yield CxrPathology(in_place_of(patch, folder, **{WEIGHT: folder / "model.pt"}))


@pytest.fixture(scope="module")
def real() -> CxrPathology:
    """The tool with the published weights; skipped where they are not there."""
    return CxrPathology(with_weights("TorchXRayVision's", WEIGHT))


def read(tool: CxrPathology, path: Path, question: str = "", **request: Any) -> ToolResult:
    study = open_file(path, attachment_id="A1", limit_bytes=10**9)
    return tool.run(ToolRequest(question=question, study=study, output=path.parent / "out", **request))


def refused(result: ToolResult) -> str:
    assert result.evidence == () and result.labels == ()
    assert result.refusal is not None and result.refusal.do
    assert result.gate is not None and not result.gate.accepted and result.gate.why
    return result.refusal.code


def test_the_network_has_the_names_and_the_size_of_the_published_file() -> None:
    names = published_names()
    state = build().state_dict()
    assert len(names) == 727 and list(state) == names
    assert sum(p.numel() for p in build().parameters()) == 6_966_034  # TorchXRayVision, BENCHMARKS.md
    bytes_of_tensors = sum(t.numel() * t.element_size() for t in state.values())
    assert 0 < weight_row(WEIGHT).size - bytes_of_tensors < 0.01 * bytes_of_tensors


@pytest.mark.parametrize("zipped", [False, True])
def test_a_file_in_the_published_form_is_read_and_answers_as_the_published_network(
    tmp_path: Path, zipped: bool
) -> None:
    state = write_published(tmp_path / "model.pt", seed=3, zipped=zipped)
    assert list(state) == published_names()
    network = loaded(tensors_of(tmp_path / "model.pt"))
    x = torch.randn(2, 1, 224, 224) * 500
    with torch.no_grad():
        assert torch.allclose(network(x), answered(state, x), atol=1e-4)


def test_weights_of_another_network_are_one_clear_refusal(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    torch.save({"features.conv0.weight": torch.zeros(64, 1, 7, 7)}, tmp_path / "model.pt")
    tool = CxrPathology(in_place_of(monkeypatch, tmp_path, **{WEIGHT: tmp_path / "model.pt"}))
    result = read(tool, write_film_dicom(tmp_path / "a.dcm", chest()))
    assert result.refusal is not None and result.refusal.code == "BED-WEIGHT-020"


def test_weights_that_are_not_there_say_how_to_get_them(tmp_path: Path) -> None:
    tool = CxrPathology(Settings(cache=tmp_path, offline=True))
    result = read(tool, write_film_dicom(tmp_path / "a.dcm", chest()))
    assert result.refusal is not None and result.refusal.code == "BED-WEIGHT-004"
    assert WEIGHT in result.refusal.do


def test_the_operating_point_is_one_half_and_order_is_kept() -> None:
    points = np.asarray(OPERATING_POINTS)
    assert at_operating_points(points) == pytest.approx(np.full(18, 0.5))
    assert at_operating_points(np.zeros(18)) == pytest.approx(np.zeros(18))
    assert at_operating_points(np.ones(18)) == pytest.approx(np.ones(18))
    assert at_operating_points(points / 2) == pytest.approx(np.full(18, 0.25))
    assert at_operating_points((1 + points) / 2) == pytest.approx(np.full(18, 0.75))


def test_the_network_sees_the_middle_square_from_black_to_white() -> None:
    film = np.zeros((100, 160), dtype=np.float32)
    film[:, 30:130] = 1.0
    whole, nearer = views(film)
    assert whole.shape == nearer.shape == (1, 224, 224)
    assert float(whole.min()) == pytest.approx(1024) and float(whole.max()) == pytest.approx(1024)
    assert float(views(np.zeros((50, 50), dtype=np.float32)).max()) == -1024


def test_every_label_has_a_score_that_is_no_probability(made: CxrPathology, tmp_path: Path) -> None:
    result = read(made, write_film_dicom(tmp_path / "a.dcm", chest(), PatientAge="064Y"))
    assert tuple(one.label for one in result.labels) == LABELS == made.card.labels
    assert all(0 <= one.low <= one.score <= one.high <= 1 for one in result.labels)
    assert all(one.kind == "score" and not one.calibrated for one in result.labels)
    said = {sign.name: sign.called for e in result.evidence for sign in e.signs}
    assert said == {one.label: one.score >= 0.5 for one in result.labels}
    for e in result.evidence:
        assert e.never_reassures and e.confidence is None and e.value is None
        assert any("are no probabilities" in limit for limit in e.limits)
    called = [e for e in result.evidence if e.signs[0].called]
    assert all("no probabilities" in e.statement for e in called)
    for e in result.evidence:
        if not e.signs[0].called:
            assert "rules none of them out" in e.statement


def test_all_formats_of_a_film_score_alike(made: CxrPathology, tmp_path: Path) -> None:
    film = chest(opacity=0.5)
    files = [
        write_picture(tmp_path / "a.png", film),
        write_film_dicom(tmp_path / "2.dcm", film),
        write_film_dicom(tmp_path / "1.dcm", film, inverted=True),
    ]
    scores = np.array([[one.score for one in read(made, path).labels] for path in files])
    assert np.ptp(scores, axis=0).max() <= 0.01


def test_a_child_and_an_unknown_age_are_told(made: CxrPathology, tmp_path: Path) -> None:
    path = write_picture(tmp_path / "a.png", chest())
    child = read(made, path, "Is there a pneumothorax?", facts=(fact("age", 4.0),))
    assert any("4 years old" in limit for limit in child.evidence[0].limits)
    assert any("age is not known" in limit for limit in read(made, path).evidence[0].limits)


def test_a_picture_is_read_on_the_callers_word_only(made: CxrPathology, tmp_path: Path) -> None:
    path = write_picture(tmp_path / "a.png", chest())
    told = read(made, path, "Is there a pleural effusion?")
    assert told.gate is not None and told.gate.basis == "caller's word"
    assert any("caller's word" in limit for limit in told.evidence[0].limits)
    assert refused(read(made, path, "What is this rash?")) == "BED-TOOL-044"


@pytest.mark.parametrize(
    ("tags", "code"),
    [({"Modality": "MR", "BodyPartExamined": "HEAD"}, "BED-TOOL-011"), ({"BodyPartExamined": "HAND"}, "BED-TOOL-011"),
     ({"ViewPosition": "LL"}, "BED-TOOL-011")],
)  # fmt: skip
def test_tags_of_another_image_are_refused(made: CxrPathology, tmp_path: Path, tags: dict[str, str], code: str) -> None:
    assert refused(read(made, write_film_dicom(tmp_path / "a.dcm", chest(), **tags), "Pneumonia?")) == code


@pytest.mark.parametrize(
    ("why", "change"),
    [
        ("colours", lambda film: np.stack([film, film // 2, 255 - film], axis=2)),
        ("too few", lambda film: film[::4, ::4]),
        ("shape", lambda film: film[:100]),
        ("blank", lambda film: np.full_like(film, 90)),
    ],
)
def test_pixels_that_cannot_be_a_film_are_refused(made: CxrPathology, tmp_path: Path, why: str, change: Any) -> None:
    result = read(made, write_picture(tmp_path / "a.png", change(chest())))
    assert refused(result) == "BED-TOOL-044"
    assert result.refusal is not None and why in result.refusal.why


def test_a_film_takes_less_than_half_a_second(made: CxrPathology, tmp_path: Path) -> None:
    path = write_film_dicom(tmp_path / "a.dcm", chest(1024, 1024))
    study = open_file(path, attachment_id="A1", limit_bytes=10**9)
    made.run(ToolRequest(study=study))
    began = time.process_time()
    made.run(ToolRequest(study=study))
    assert time.process_time() - began < 1.0  # CPU seconds of two threads


@pytest.mark.data
def test_the_published_weights_call_more_opacity_on_ill_children_than_on_well_ones(real: CxrPathology) -> None:
    from bedside.tools.experts.cxr_pneumonia.kermany import films

    every = [f for f in films(data_folder()) if f.folder == "train"]
    ill, well = [f for f in every if f.label][::200], [f for f in every if not f.label][::80]

    def opacity(film: Any) -> float:
        return next(one.score for one in read(real, film.path).labels if one.label == "lung opacity")

    assert np.mean([opacity(f) for f in ill]) > np.mean([opacity(f) for f in well])
