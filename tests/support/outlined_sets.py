"""Small drawn sets in the published forms of the segmenters' data: films with lung outlines, crops with two parts."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from support.chest_film import chest, write_picture
from support.image_files import write_nifti

SHAPE = (36, 50, 34)


def lungs(rows: int = 240, columns: int = 260) -> NDArray[np.bool_]:
    """The outline of both lungs of `chest`, (row, column)."""
    y, x = np.mgrid[0:rows, 0:columns].astype(np.float64)
    y, x = y / rows, x / columns
    both = [((x - middle) / 0.14) ** 2 + ((y - 0.45) / 0.30) ** 2 < 1 for middle in (0.31, 0.69)]
    return (both[0] | both[1]) & (y < 0.76) & (np.abs(x - 0.5) > 0.045)


def hannover_set(root: Path, persons: int = 12) -> Path:
    """Writes films and outlines with their table: two films of each person, one PA, one AP."""
    lines = ["patient_id,image_id,projection"]
    for number in range(persons):
        for view in ("pa", "ap"):
            name = f"{number:04d}{view}"
            write_picture(root / "images" / f"{name}.png", chest(seed=2 * number + (view == "ap")))
            write_picture(root / "lung_masks" / f"{name}.png", lungs().astype(np.uint8) * 255)
            lines.append(f"person{number},{name},{view}")
    (root / "data.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    return root


def crop(seed: int = 0, shape: tuple[int, int, int] = SHAPE) -> tuple[NDArray[np.float32], NDArray[np.uint8]]:
    """A grey sausage along A in brighter and darker surroundings, (R, A, S), and its labels: 1 in front, 2 behind."""
    rng = np.random.default_rng(seed)
    x, y, z = np.meshgrid(*(np.arange(n) - (n - 1) / 2 for n in shape), indexing="ij")
    bent = z - 4 * np.cos(y / 12) + rng.normal(0, 0.5)
    inside = (x / 7) ** 2 + (y / 18) ** 2 + (bent / 6) ** 2 < 1
    around = 140 + 30 * np.sin(x / 6) * np.cos(z / 7)
    volume = np.where(inside, 95.0, around) + rng.normal(0, 4, shape)
    return volume.astype(np.float32), (inside * np.where(y > 3, 1, 2)).astype(np.uint8)


def msd_set(root: Path, count: int = 24) -> Path:
    """Writes crops and labels as the Decathlon does, each in a ten of numbers of its own."""
    for kind in ("imagesTr", "labelsTr"):
        (root / kind).mkdir(parents=True, exist_ok=True)
    for number in range(count):
        volume, labels = crop(seed=number)
        name = f"hippocampus_{10 * number + 1:03d}.nii.gz"
        write_nifti(root / "imagesTr" / name, volume, np.eye(4))
        write_nifti(root / "labelsTr" / name, labels, np.eye(4))
    return root
