"""What the shipped gate says of pictures that it was not trained on, by real files through the door."""

from __future__ import annotations

import time
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from support.data import data_folder
from support.ecg import sinus
from support.gate import with_trunk
from support.image_files import write_dicom, write_record

from bedside.core.settings import Settings
from bedside.core.study import Modality, Study
from bedside.tools.contract import ToolRequest
from bedside.tools.gate import drawn, run_gated, with_appearance
from bedside.tools.gate.augment import photographed
from bedside.tools.imaging.door import open_file
from bedside.tools.registry import Toolbox

LIMIT = 500_000_000


def seen(path: Path) -> Study:
    return with_appearance(open_file(path, attachment_id="A1", limit_bytes=LIMIT), with_trunk())


def saved(picture: np.ndarray, path: Path) -> Path:
    Image.fromarray(picture).save(path)
    return path


def read_as_film(path: Path, tmp_path: Path, question: str = "Is there pneumonia on this chest X-ray?"):
    settings = Settings(output=tmp_path / "out")
    request = ToolRequest(question=question, study=seen(path), output=tmp_path / "out")
    return run_gated(Toolbox(settings).get("cxr_pneumonia"), request)


def films() -> list[Path]:
    """Five films of Kermany's held-out persons."""
    from bedside.tools.experts.cxr_pneumonia import kermany

    held = [f.path for f in kermany.films(data_folder()) if kermany.part_of(f.person) == "held-out"]
    return held[:: len(held) // 5][:5]


@pytest.mark.parametrize("name", ["china.jpg", "flower.jpg"])
def test_photographs_are_no_medical_pictures_and_reach_no_expert(name, tmp_path):
    from sklearn.datasets import load_sample_image

    path = saved(load_sample_image(name), tmp_path / "chest_xray.png")
    assert seen(path).info.appearance.name == "not_medical"
    result = read_as_film(path, tmp_path)
    assert result.refusal is not None and result.refusal.code == "BED-GATE-001" and not result.evidence
    assert "looks like no medical picture" in result.refusal.why


@pytest.mark.data
def test_a_photograph_of_a_cat_is_refused(tmp_path):
    cats = list(data_folder().glob("gate/skimage/*chelsea.png"))
    if not cats:
        pytest.skip("the photograph of the cat (scikit-image's chelsea) is not in the data folder")
    assert seen(cats[0]).info.appearance.name == "not_medical"
    assert read_as_film(cats[0], tmp_path).refusal is not None


def test_drawn_ecg_paper_looks_like_a_tracing(tmp_path):
    signal = sinus(72, rate=250.0, seconds=60)[None].astype(np.float32)
    looks = [
        seen(
            saved(drawn.ecg_page(signal, 250.0, np.random.default_rng(seed)), tmp_path / f"{seed}.png")
        ).info.appearance
        for seed in range(100, 112)
    ]
    assert sum(one.name == "ecg_tracing" for one in looks) >= 11


@pytest.mark.data
def test_a_head_mr_slice_saved_as_png_is_not_read_as_a_chest_film(tmp_path):
    volume = open_file(data_folder() / "t1_head" / "t1_crop.nii.gz", attachment_id="A1", limit_bytes=LIMIT)
    middle = volume.array[:, :, volume.array.shape[2] // 2].T[::-1, ::-1]
    grey = np.clip(middle / np.percentile(middle, 99.5) * 255, 0, 255).astype(np.uint8)
    result = read_as_film(saved(grey, tmp_path / "chest X-ray.png"), tmp_path)
    assert result.refusal is not None and "looks like an MRI of the head" in result.refusal.why


@pytest.mark.data
def test_held_out_films_are_read_and_the_pixels_vouch_for_them(tmp_path):
    results = [read_as_film(path, tmp_path, question="") for path in films()]
    assert all(r.evidence and r.gate.basis == "content" for r in results)
    assert all("looks like a frontal chest X-ray" in r.evidence[0].limits[0] for r in results)


@pytest.mark.data
def test_films_photographed_off_a_screen_are_known_for_what_they_are(tmp_path):
    generator = np.random.default_rng(5)
    looks = []
    for number, path in enumerate(films()):
        taken = photographed(Image.open(path).convert("RGB").resize((480, 480)), generator)
        looks.append(seen(saved(np.asarray(taken), tmp_path / f"{number}.png")).info.appearance)
    assert sum(one.name == "chest_xray_frontal" for one in looks) >= 4


@pytest.mark.data
def test_tags_that_say_something_else_than_the_pixels_are_shown(tmp_path):
    film = np.asarray(Image.open(films()[0]).convert("L"))
    path = write_dicom(tmp_path / "a.dcm", film.astype(np.uint16) * 16, Modality="MR", BodyPartExamined="BRAIN")
    looks = seen(path).info.appearance
    assert looks.name == "chest_xray_frontal" and looks.disagreement == "MR BRAIN"


def test_a_signal_is_not_looked_at(tmp_path):
    study = open_file(write_record(tmp_path, sinus(70, rate=360.0)), attachment_id="A1", limit_bytes=LIMIT)
    assert study.info.modality is not Modality.UNKNOWN or study.info.kind == "signal"
    assert with_appearance(study, Settings(offline=True)) is study


def test_where_the_weights_cannot_be_had_the_study_stays_as_it_is_and_that_is_logged_once(tmp_path, caplog):
    settings = Settings(offline=True, cache=tmp_path / "empty")
    path = saved(np.eye(80, dtype=np.uint8) * 255, tmp_path / "x.png")
    study = open_file(path, attachment_id="A", limit_bytes=LIMIT)
    assert with_appearance(study, settings) is study and with_appearance(study, settings) is study
    assert [r.message.count("not looked at") for r in caplog.records if "efficientnet" in r.message] == [1]


def test_a_look_takes_a_tenth_of_a_second(tmp_path):
    settings, picture = with_trunk(), (np.random.default_rng(0).random((1500, 1500)) * 255).astype(np.uint8)
    study = open_file(saved(picture, tmp_path / "x.png"), attachment_id="A1", limit_bytes=LIMIT)
    with_appearance(study, settings)
    seconds = []
    for _ in range(7):
        began = time.process_time()
        with_appearance(study, settings)
        seconds.append(time.process_time() - began)
    assert min(seconds) < 0.2  # 0.1 alone on the machine; others may be running
