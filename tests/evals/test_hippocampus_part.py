"""The hippocampus' part of the imaging evaluation on a small drawn set in the published form."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from support.image_files import write_nifti
from support.outlined_sets import msd_set

from bedside.core.errors import SettingsError
from bedside.core.settings import Settings
from bedside.evals.imaging import hippocampus
from bedside.evals.imaging.hippocampus import centred
from bedside.evals.registry import Score
from bedside.evals.tasks.imaging import imaging
from bedside.tools.experts.hippocampus.msd import crops, part_of
from bedside.tools.experts.segmentation.split import PARTS


def figures(scores: list[Score]) -> dict[tuple[str, str], tuple[float, int]]:
    return {(s.metric, s.system): (s.estimate.value, s.estimate.n) for s in scores}


def test_crops_are_scored_on_those_held_out_beside_the_mean_atlas(tmp_path: Path) -> None:
    root = msd_set(tmp_path, count=16)
    scores, notes = hippocampus.PART.run(Settings(), root, None)
    found = figures(scores)
    held = sum(part_of(crop.person) == PARTS[2] for crop in crops(root))
    assert found["Dice of the hippocampus", "hippocampus"][1] == held > 1
    assert found["Dice of the anterior hippocampus", "mean atlas"][0] > 0.85
    assert any("centre on centre" in note for note in notes)


def test_a_crop_that_the_expert_refuses_counts_as_nothing_found(tmp_path: Path) -> None:
    root = msd_set(tmp_path, count=16)
    for crop in crops(root):
        if part_of(crop.person) == PARTS[2]:
            noise = np.random.default_rng(1).normal(100, 20, (36, 50, 34)).astype(np.float32)
            write_nifti(crop.path, noise, np.eye(4))
    scores, notes = hippocampus.PART.run(Settings(), root, None)
    assert figures(scores)["Dice of the hippocampus", "hippocampus"][0] == 0
    assert any("refused, which count as Dice 0" in note and "; 0 refused" not in note for note in notes)


def test_the_part_says_what_it_needs(tmp_path: Path) -> None:
    with pytest.raises(SettingsError) as caught:
        imaging(Settings(), tmp_path, only=["hippocampus"])
    assert caught.value.code == "BED-EVAL-005"


def test_labels_are_laid_centre_on_centre() -> None:
    labels = np.zeros((4, 6, 5), np.uint8)
    labels[2, 3, 2] = 2
    wide = centred(labels, (8, 8, 9))
    assert wide[4, 4, 4] == 2 and int(wide.sum()) == 2
    assert np.array_equal(centred(wide, labels.shape), labels)
