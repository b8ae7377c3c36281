"""Text burned into pictures: looked for only where it is suspected, found, and never read out."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFont
from rich.console import Console
from support.image_files import write_dicom

from bedside.core.settings import Settings
from bedside.core.study import Study
from bedside.tools.imaging import burned_in
from bedside.tools.imaging.burned_in import suspected, text_lines
from bedside.tools.imaging.door import open_file

CAPTURE = "1.2.840.10008.5.1.4.1.1.7"
needs_ocr = pytest.mark.skipif(not burned_in.available(), reason=f"no text reader: {burned_in.HOW_TO_GET}")


def screen(*lines: str, side: str = "") -> np.ndarray:
    """A speckled picture of 12 bits with lines of white text, and perhaps a side marker."""
    speckle = np.random.default_rng(3).normal(90, 25, (300, 420)).clip(0, 255).astype(np.uint8)
    picture = Image.fromarray(speckle)
    pen = ImageDraw.Draw(picture)
    for number, line in enumerate(lines):
        pen.text((15, 15 + 30 * number), line, fill=255, font=ImageFont.load_default(size=20))
    pen.text((380, 250), side, fill=255, font=ImageFont.load_default(size=30))
    return np.asarray(picture).astype(np.uint16) * 16


def read(path: Path) -> Study:
    return open_file(path, attachment_id="A1", limit_bytes=10_000_000)


@needs_ocr
@pytest.mark.parametrize("tags", [{"SOPClassUID": CAPTURE}, {"Modality": "US"}, {"BurnedInAnnotation": "YES"}])
def test_text_on_a_capture_is_flagged_with_its_place_and_not_read_out(tmp_path: Path, tags: dict[str, str]) -> None:
    study = read(write_dicom(tmp_path / "a.dcm", screen("DOE^JANE 12.03.1961", "ID 44871523"), **tags))
    assert "burned-in text" in study.info.flags
    assert any("2 lines of text" in note for note in study.info.notes)
    assert "JANE" not in study.info.model_dump_json()
    assert "44871523" not in study.info.model_dump_json()
    first, second = text_lines(study)
    assert first.box[0] < second.box[0] < 80
    assert first.box[1] < 40
    assert not study.array.flags.writeable


@needs_ocr
def test_a_screen_without_text_and_one_with_a_side_marker_are_not_flagged(tmp_path: Path) -> None:
    for name, side in (("plain", ""), ("marked", "R")):
        study = read(write_dicom(tmp_path / f"{name}.dcm", screen(side=side), Modality="US"))
        assert study.info.flags == ()
        assert "No text was found burned into it." in study.info.notes


def test_an_ordinary_film_is_not_searched(tmp_path: Path) -> None:
    study = read(write_dicom(tmp_path / "a.dcm", screen("DOE^JANE 12.03.1961")))
    assert not suspected(study.info)
    assert not any("burned" in note for note in study.info.notes)


def test_without_the_packages_it_is_said_that_nothing_was_checked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(burned_in, "PACKAGES", ("no_such_package",))
    study = read(write_dicom(tmp_path / "a.dcm", screen(), Modality="US"))
    assert any("was not checked" in note and "bedside[ocr]" in note for note in study.info.notes)
    assert study.info.flags == ()


@pytest.mark.parametrize(("packages", "said"), [(("numpy",), "ready"), (("no_such_package",), "bedside[ocr]")])
def test_doctor_says_whether_text_can_be_found(
    packages: tuple[str, ...], said: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    from bedside.cli.doctor import services_table

    monkeypatch.setattr(burned_in, "PACKAGES", packages)
    console = Console(width=200, record=True)
    console.print(services_table(Settings(offline=True)))
    row = next(line for line in console.export_text().splitlines() if "burned-in text" in line)
    assert said in row
