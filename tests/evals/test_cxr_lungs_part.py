"""The lungs' part of the imaging evaluation on a small drawn set in the published form, and what segmenters share."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from support.outlined_sets import hannover_set

from bedside.core.errors import SettingsError
from bedside.core.settings import Settings
from bedside.evals.imaging import cxr_lungs
from bedside.evals.imaging.overlaps import dice_scores, mean_labels, mean_of, spread
from bedside.evals.tasks.imaging import imaging
from bedside.tools.experts.cxr_lungs.hannover import films, part_of
from bedside.tools.experts.segmentation.split import PARTS


def test_lungs_are_scored_on_held_out_persons_beside_the_mean_mask(tmp_path: Path) -> None:
    root = hannover_set(tmp_path, persons=14)
    scores, notes = cxr_lungs.PART.run(Settings(), root, None)
    found = {(s.metric, s.system): (s.estimate.value, s.estimate.n) for s in scores}
    held = sum(part_of(film.person) == PARTS[2] for film in films(root))
    assert found["Dice of the lungs", "cxr_lungs"][1] == held > 1
    # The drawn lungs hardly move, so the mean mask is nearly right; a mean that was not would be no mean.
    assert found["Dice of the right lung", "mean mask"][0] > 0.95
    assert found["Dice of the left lung", "cxr_lungs"][0] > 0.6
    assert any(f"{held} films" in note for note in notes) and any(note.startswith("PA: ") for note in notes)
    assert 0 < found["seconds a film", "cxr_lungs"][0] < 60


def test_the_part_says_what_it_needs(tmp_path: Path) -> None:
    with pytest.raises(SettingsError) as caught:
        imaging(Settings(), tmp_path, only=["cxr_lungs"])
    assert caught.value.code == "BED-EVAL-005"


def test_the_mean_is_the_most_frequent_label_and_persons_are_drawn_whole() -> None:
    one = np.array([[0, 1, 1]], np.uint8)
    assert mean_labels([one, one, np.array([[2, 2, 1]], np.uint8)], 3).tolist() == [[0, 1, 1]]
    alone = mean_of([0.0, 1.0, 0.0, 1.0], ["a", "b", "c", "d"])
    together = mean_of([0.0, 1.0, 0.0, 1.0], ["a", "a", "b", "b"])
    assert alone.value == together.value == 0.5
    assert (together.low, together.high) == (0.5, 0.5) and alone.low < 0.2 < 0.8 < alone.high
    assert dice_scores("s", {"x": [0.25]}, ["a"])[0].metric == "Dice of the x"
    assert spread(range(9), 3) == [0, 4, 8] and spread(range(2), None) == [0, 1]
