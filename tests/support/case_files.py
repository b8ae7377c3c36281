"""Made pictures and lists of cases: a bright blot somewhere on noise, so that what is alike is known."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from bedside.core.settings import Settings
from support.image_files import write_dicom

SIDE = 64


def blot(row: int, column: int, seed: int = 0) -> NDArray[np.uint8]:
    """A grey picture with a bright square of 24 pixels there; the seed is for the noise."""
    picture = np.random.default_rng(seed).integers(0, 40, (SIDE, SIDE))
    picture[row : row + 24, column : column + 24] += 200
    return picture.astype(np.uint8)


def write_png(path: Path, picture: NDArray[np.uint8]) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.fromarray(picture).save(path)
    return path


def write_film(path: Path, picture: NDArray[np.uint8], patient: str) -> Path:
    """The picture as DICOM, tagged with the patient's identifier."""
    path.parent.mkdir(parents=True, exist_ok=True)
    return write_dicom(path, picture.astype(np.uint16) * 16, PatientID=patient, BodyPartExamined="CHEST")


def write_list(path: Path, rows: Sequence[Sequence[str]], header: Sequence[str] = ("file", "patient", "label")) -> Path:
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow(header)
        writer.writerows(rows)
    return path


def write_corners(folder: Path, patients: int = 6, prefix: str = "MRN-40") -> Path:
    """A folder with a list: even patients have a blot at the upper left ("upper"), odd ones at the lower right."""
    rows = []
    for number in range(patients):
        place = (4, 4) if number % 2 == 0 else (36, 36)
        write_png(folder / f"{number}.png", blot(*place, seed=number))
        rows.append((f"{number}.png", f"{prefix}{number:03d}", "upper" if number % 2 == 0 else "lower"))
    return write_list(folder / "labels.csv", rows)


def settings_in(folder: Path) -> Settings:
    """Settings whose user folder is below `folder`; nothing may be downloaded."""
    return Settings(home=folder / "home", output=folder / "output", offline=True)
