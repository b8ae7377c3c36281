"""The chest X-ray expert: what it says, of whom it says that it does not know, and what it refuses."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from support.chest_film import chest, write_film_dicom, write_picture
from support.data import data_folder
from support.facts import fact
from support.image_files import write_dicom, write_nifti

from bedside.core.evidence import EvidenceKind
from bedside.core.settings import Settings
from bedside.tools.contract import ToolRequest, ToolResult
from bedside.tools.experts.cxr_pneumonia import CxrPneumonia
from bedside.tools.experts.cxr_pneumonia.kermany import PARTS, Film, films, part_of
from bedside.tools.experts.cxr_pneumonia.weights import FOLDER
from bedside.tools.imaging.door import open_file
from bedside.tools.shipped import FACTS, WEIGHT


@pytest.fixture(scope="module")
def tool() -> CxrPneumonia:
    return CxrPneumonia(Settings())


@pytest.fixture(scope="module")
def held_out() -> list[Film]:
    """Films of persons that the model has not seen."""
    return [f for f in films(data_folder()) if f.folder == "train" and part_of(f.person) == PARTS[2]]


def read(tool: CxrPneumonia, path: Path, question: str = "", output: Path | None = None, **request: Any) -> ToolResult:
    study = open_file(path, attachment_id="A1", limit_bytes=10**9)
    return tool.run(ToolRequest(question=question, study=study, output=output or path.parent / "out", **request))


def refused(result: ToolResult) -> str:
    assert result.evidence == () and result.labels == ()
    assert result.refusal is not None and result.refusal.do
    assert result.gate is not None and not result.gate.accepted and result.gate.why
    return result.refusal.code


def test_a_film_gets_calibrated_scores_a_heat_map_and_its_limits(tool: CxrPneumonia, tmp_path: Path) -> None:
    result = read(tool, write_film_dicom(tmp_path / "a.dcm", chest(), PatientAge="003Y"))
    normal, bacterial, viral, pneumonia = result.labels
    assert normal.score + bacterial.score + viral.score == pytest.approx(1, abs=1e-3)
    assert pneumonia.score == pytest.approx(1 - normal.score, abs=1e-3)
    assert all(0 <= one.low <= one.score <= one.high <= 1 and one.calibrated for one in result.labels)
    evidence = result.evidence[0]
    assert (evidence.kind, evidence.value, evidence.calibrated) == (EvidenceKind.FINDING, pneumonia.score, True)
    assert f"calibrated probability {pneumonia.score:.2f}" in evidence.statement and "four views" in evidence.statement
    assert evidence.region is not None and Path(evidence.region.overlay_path).read_bytes().startswith(b"\x89PNG")
    assert any("rule pneumonia out" in limit for limit in evidence.limits)
    assert result.gate is not None and (result.gate.accepted, result.gate.basis) == (True, "tags")


@pytest.mark.parametrize(("age", "words"), [("064Y", "an adult (64 years)"), ("011Y", "older than that (11 years)")])
def test_who_is_older_than_the_training_films_is_said_in_the_finding(
    tool: CxrPneumonia, tmp_path: Path, age: str, words: str
) -> None:
    result = read(tool, write_film_dicom(tmp_path / "a.dcm", chest(), PatientAge=age))
    statement = result.evidence[0].statement
    assert "trained on chest X-rays of children" in statement and words in statement
    assert "uncalibrated score" in statement and not result.evidence[0].calibrated


def test_an_adult_of_the_record_is_told_as_one_of_the_tags_is(tool: CxrPneumonia, tmp_path: Path) -> None:
    path = write_picture(tmp_path / "a.png", chest())
    adult = read(tool, path, "Is there pneumonia?", facts=(fact("age", 70.0),))
    assert "an adult (70 years)" in adult.evidence[0].statement
    unknown = read(tool, path, "Is there pneumonia?")
    assert "children" in unknown.evidence[0].statement and "age is not known" in unknown.evidence[0].statement


def test_png_jpeg_and_both_kinds_of_dicom_score_alike(tool: CxrPneumonia, tmp_path: Path) -> None:
    film = chest(opacity=0.5)
    files = [
        write_picture(tmp_path / "a.png", film),
        write_picture(tmp_path / "a.jpeg", film, quality=95),
        write_film_dicom(tmp_path / "2.dcm", film),
        write_film_dicom(tmp_path / "1.dcm", film, inverted=True),
    ]
    scores = [read(tool, path).labels[-1].score for path in files]
    assert max(scores) - min(scores) <= 0.01, scores


@pytest.mark.parametrize("question", ["Is there pneumonia?", "What does this chest X-ray show?", ""])
def test_a_picture_is_read_on_the_callers_word_and_says_so(tool: CxrPneumonia, tmp_path: Path, question: str) -> None:
    result = read(tool, write_picture(tmp_path / "a.png", chest()), question)
    assert result.gate is not None and result.gate.basis == "caller's word"
    assert any("caller's word" in limit for limit in result.evidence[0].limits)


def test_a_picture_that_nobody_calls_a_chest_film_is_refused(tool: CxrPneumonia, tmp_path: Path) -> None:
    path = write_picture(tmp_path / "a.png", chest())
    assert refused(read(tool, path, "What is this rash?")) == "BED-TOOL-044"
    untagged = write_film_dicom(tmp_path / "a.dcm", chest(), BodyPartExamined=None)
    assert refused(read(tool, untagged, "Is the wrist broken?")) == "BED-TOOL-044"


@pytest.mark.parametrize(
    ("tags", "code"),
    [
        ({"Modality": "MR", "BodyPartExamined": "HEAD"}, "BED-TOOL-011"),
        ({"Modality": "CT"}, "BED-TOOL-011"),
        ({"BodyPartExamined": "HAND"}, "BED-TOOL-011"),
        ({"ViewPosition": "LL"}, "BED-TOOL-011"),
    ],
)
def test_tags_of_another_image_are_refused(tool: CxrPneumonia, tmp_path: Path, tags: dict[str, str], code: str) -> None:
    path = write_film_dicom(tmp_path / "a.dcm", chest(), **tags)
    assert refused(read(tool, path, "Is there pneumonia?")) == code


@pytest.mark.parametrize(
    ("why", "change"),
    [
        ("colours", lambda film: np.stack([film, film // 2, 255 - film], axis=2)),
        ("too few", lambda film: film[::4, ::4]),
        ("shape", lambda film: film[:100]),
        ("blank", lambda film: np.full_like(film, 90)),
        ("does not look like", lambda film: 255 - film),
        ("does not look like", lambda film: np.ascontiguousarray(np.rot90(film))),
        ("does not look like", lambda film: np.random.default_rng(0).integers(0, 256, film.shape, dtype=np.uint8)),
    ],
)
def test_pixels_that_cannot_be_an_upright_film_are_refused(
    tool: CxrPneumonia, tmp_path: Path, why: str, change: Any
) -> None:
    result = read(tool, write_picture(tmp_path / "a.png", change(chest())))
    assert refused(result) == "BED-TOOL-044"
    assert result.refusal is not None and why in result.refusal.why


def test_a_flag_of_the_door_and_an_unstated_view_are_told(tool: CxrPneumonia, tmp_path: Path) -> None:
    path = write_film_dicom(tmp_path / "a.dcm", chest(), ViewPosition=None, ConversionType="DF")
    limits = read(tool, path).evidence[0].limits
    assert any("secondary capture" in limit for limit in limits) and any("view" in limit for limit in limits)


def test_a_volume_and_no_file_are_refused(tool: CxrPneumonia, tmp_path: Path) -> None:
    head = write_nifti(tmp_path / "head.nii", np.random.default_rng(0).random((40, 40, 40)).astype(np.float32))
    assert refused(read(tool, head, "Is there pneumonia?")) == "BED-TOOL-011"
    assert refused(tool.run(ToolRequest(question="Is there pneumonia?"))) == "BED-TOOL-010"


def test_the_weights_are_small_and_those_of_the_card(tool: CxrPneumonia) -> None:
    assert (FOLDER / WEIGHT).stat().st_size <= 12_000_000
    assert (FOLDER / FACTS).is_file() and "sha256" in (FOLDER / FACTS).read_text(encoding="utf-8")
    assert tool.card.performance and all(figure.n and figure.low is not None for figure in tool.card.performance)


@pytest.mark.data
def test_held_out_children_are_read_as_the_card_claims(
    tool: CxrPneumonia, held_out: list[Film], tmp_path: Path
) -> None:
    ill = [f for f in held_out if f.label][::40]
    well = [f for f in held_out if not f.label][::20]
    results = [read(tool, f.path, output=tmp_path) for f in (*ill, *well)]
    called = [len(result.evidence) == 2 for result in results]
    assert [bool(result.follow_up) for result in results] == called
    assert sum(called[: len(ill)]) >= 0.85 * len(ill)
    assert sum(called[len(ill) :]) <= 0.3 * len(well)


@pytest.mark.data
def test_a_real_film_scores_alike_in_every_format_and_in_half_a_second(
    tool: CxrPneumonia, held_out: list[Film], tmp_path: Path
) -> None:
    from PIL import Image

    for index, film in enumerate([*held_out[:3], *held_out[-3:]]):
        grey = np.asarray(Image.open(film.path).convert("L"))
        files = [
            write_picture(tmp_path / f"{index}.png", grey),
            write_film_dicom(tmp_path / f"{index}-2.dcm", grey),
            write_film_dicom(tmp_path / f"{index}-1.dcm", grey, inverted=True),
        ]
        began = time.process_time()
        scores = [read(tool, path).labels[-1].score for path in (film.path, *files)]
        # CPU seconds of at most two threads, on a machine that may be busy.
        assert (time.process_time() - began) / len(scores) < 1.0
        assert max(scores) - min(scores) <= 0.01, (film.path.name, scores)


def test_an_mr_plane_is_refused_whatever_is_asked(tool: CxrPneumonia, tmp_path: Path) -> None:
    path = write_dicom(tmp_path / "mr.dcm", chest().astype(np.uint16), Modality="MR", BodyPartExamined="HEAD")
    result = read(tool, path, "Is there pneumonia on this chest X-ray?")
    assert refused(result) == "BED-TOOL-011"
    assert result.refusal is not None and "MR image" in result.refusal.why
