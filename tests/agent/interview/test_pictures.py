"""Pictures of a question: read by the experts that accept them, shown to a model that sees, and their names unread."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image
from support.chest_film import chest, write_picture
from support.finding_tool import FindingTool
from support.image_files import write_nifti
from support.scripted import ScriptedChat

from bedside.agent.interview.pictures import Pictures, ReadPicture, lines_of
from bedside.agent.services import Services
from bedside.core.answer import Refusal
from bedside.core.settings import Settings
from bedside.tools.contract import ToolRequest, ToolResult
from bedside.tools.registry import cards

QUESTION = "Does this chest X-ray show pneumonia?"
NAME = "CANARY-answer-is-B.png"


class _Counted(FindingTool):
    runs = 0

    def run(self, request: ToolRequest) -> ToolResult:
        self.runs += 1
        return super().run(request)


class _WithoutWeights:
    def __init__(self, name: str) -> None:
        self.card = next(card for card in cards() if card.name == name)
        self.runs = 0

    def run(self, request: ToolRequest) -> ToolResult:
        self.runs += 1
        refusal = Refusal(code="BED-WEIGHT-001", subject="weights", why="They are not there.", do="Fetch them.")
        return ToolResult(tool=self.card.name, version="1", refusal=refusal)


def _services(tmp_path: Path, *, sees: bool = False, **tools: Any) -> Services:
    services = Services(
        Settings(home=tmp_path / "home", output=tmp_path / "out", offline=True), ScriptedChat(sees=sees)
    )
    for name in ("cxr_pneumonia", "cxr_lungs", "cxr_pathology"):
        services.toolbox._made[name] = tools.get(name) or _WithoutWeights(name)
    return services


def _film(tmp_path: Path, name: str = NAME, seed: int = 0) -> str:
    return str(write_picture(tmp_path / name, chest(seed=seed)))


def test_each_picture_is_read_by_its_experts_under_its_number_and_never_by_its_name(tmp_path: Path) -> None:
    tool = FindingTool("cxr_pneumonia", "")
    paths = (_film(tmp_path), _film(tmp_path, "other.png", seed=1))
    read = Pictures(_services(tmp_path, cxr_pneumonia=tool)).read(paths, QUESTION)
    assert [p.place for p in read] == [1, 2]
    assert all("looks like pneumonia" in p.lines[1] for p in read)
    assert read[1].lines[1].startswith("Image 2: ")
    assert read[0].experts[0].startswith("expert cxr_pneumonia")
    assert "CANARY" not in str(read)


def test_on_how_many_of_several_each_thing_was_found_is_counted_and_a_measurement_is_not() -> None:
    ill, well = "This film looks like pneumonia: probability 0.9.", "Pneumonia is not called: probability 0.1."
    size = "Hippocampus 3,647 mm³ (3,349 to 3,826)."
    read = tuple(ReadPicture(place=n, title="a film", findings=(t, size)) for n, t in enumerate((ill, well, ill), 1))
    lines = lines_of(read)
    assert lines[:2] == (
        "This film looks like pneumonia: on 2 of 3 images (1, 3).",
        "Pneumonia is not called: on 1 of 3 images (2).",
    )
    assert not any("Hippocampus" in line and " of 3 images" in line for line in lines)
    assert lines_of(read[:1]) == read[0].lines


def test_what_was_read_once_is_kept_with_the_files_bytes(tmp_path: Path) -> None:
    tool = _Counted("cxr_pneumonia", "")
    services = _services(tmp_path, cxr_pneumonia=tool)
    first = Pictures(services).read((_film(tmp_path),), QUESTION)
    assert Pictures(services).read((_film(tmp_path),), QUESTION) == first
    assert tool.runs == 1
    Pictures(services).read((_film(tmp_path, seed=5),), QUESTION)
    assert tool.runs == 2


def test_an_expert_without_its_weights_is_asked_once_and_again_by_the_next_run(tmp_path: Path) -> None:
    absent = _WithoutWeights("cxr_pneumonia")
    services = _services(tmp_path, cxr_pneumonia=absent)
    paths = (_film(tmp_path), _film(tmp_path, "other.png", seed=1))
    pictures = Pictures(services)
    assert all(p.findings == () for p in pictures.read(paths, QUESTION))
    assert absent.runs == 1
    Pictures(services).read(paths, QUESTION)
    assert absent.runs == 2


def test_a_file_that_is_no_picture_is_said_and_ends_nothing(tmp_path: Path) -> None:
    broken = tmp_path / NAME
    broken.write_bytes(b"\x89PNG no more")
    pictures = Pictures(_services(tmp_path, sees=True, cxr_pneumonia=FindingTool("cxr_pneumonia", "")))
    paths = (str(broken), str(tmp_path / "gone.png"), _film(tmp_path, "good.png"))
    first, second, third = pictures.read(paths, QUESTION)
    assert "cannot be read" in first.title and "cannot be read" in second.title
    assert not first.findings and third.findings
    assert "CANARY" not in first.title
    assert [place for place, _ in pictures.shown(paths)] == [3]


def test_only_a_model_that_sees_is_shown_pictures(tmp_path: Path) -> None:
    path = _film(tmp_path)
    assert Pictures(_services(tmp_path)).shown((path,)) == ()
    ((place, png),) = Pictures(_services(tmp_path, sees=True)).shown((path,))
    assert place == 1
    assert png.startswith(b"\x89PNG")


def test_a_large_picture_is_made_smaller_and_a_volume_is_shown_by_its_middle_slice(tmp_path: Path) -> None:
    large = write_picture(tmp_path / "large.png", chest(rows=2000, columns=1800))
    volume = write_nifti(tmp_path / "v.nii.gz", np.random.default_rng(1).normal(size=(20, 24, 18)))
    shown = Pictures(_services(tmp_path, sees=True)).shown((str(large), str(volume)))
    sizes = [Image.open(io.BytesIO(png)).size for _, png in shown]
    assert max(sizes[0]) == 1536
    assert [place for place, _ in shown] == [1, 2]


def test_an_expert_that_fails_ends_nothing(tmp_path: Path) -> None:
    class Broken(FindingTool):
        def run(self, request: ToolRequest) -> ToolResult:
            raise RuntimeError("no such layer")

    services = _services(
        tmp_path, cxr_pneumonia=Broken("cxr_pneumonia", ""), cxr_pathology=FindingTool("cxr_pathology", "")
    )
    (read,) = Pictures(services).read((_film(tmp_path),), QUESTION)
    assert read.experts[0].startswith("expert cxr_pathology")
