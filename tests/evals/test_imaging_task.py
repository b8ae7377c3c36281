"""The imaging evaluation on small drawn sets in the published form."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from support.chest_film import chest, kermany_set, write_picture

from bedside.core.errors import SettingsError
from bedside.core.settings import Settings
from bedside.evals.imaging import cxr_pneumonia
from bedside.evals.imaging.cxr_pneumonia import logistic, measured
from bedside.evals.imaging.part import parts
from bedside.evals.registry import Report, run
from bedside.evals.tasks.imaging import imaging
from bedside.tools.experts.cxr_pneumonia.kermany import PARTS, films, part_of
from bedside.tools.experts.cxr_pneumonia.weights import load


@pytest.fixture
def distinct(monkeypatch: pytest.MonkeyPatch) -> None:
    """Drawn films are alike by construction: none is taken for a copy of another."""
    monkeypatch.setattr(cxr_pneumonia, "without_copies", lambda found, squares: list(range(len(found))))


def figures(report: Report) -> dict[tuple[str, str], tuple[float, int]]:
    named = [(s.metric.removeprefix("cxr_pneumonia, "), s) for s in report.scores]
    return {(metric, s.system): (s.estimate.value, s.estimate.n) for metric, s in named}


@pytest.mark.usefixtures("distinct")
def test_only_held_out_persons_and_other_folders_are_scored_beside_baselines(tmp_path: Path) -> None:
    root = kermany_set(kermany_set(tmp_path, persons=24), persons=5, folder="test")
    found = figures(imaging(Settings(), root, only=["cxr_pneumonia"]))
    held = sum(f.folder == "train" and part_of(f.person) == PARTS[2] for f in films(root))
    assert found["held-out persons: AUC", "cxr_pneumonia"][1] == held > 3
    assert found["folder test: AUC", "cxr_pneumonia"][1] == 15
    # The drawn opacity is plain, so the cells tell it; a baseline that could not would be no baseline.
    assert found["folder test: AUC", "regression on 16 x 16 cells"][0] > 0.9
    assert {m for m, _ in found} >= {"held-out persons: ECE", "folder test: sensitivity", "folder test: specificity"}


@pytest.mark.usefixtures("distinct")
def test_a_film_that_the_gate_refuses_counts_as_wrong(tmp_path: Path) -> None:
    write_picture(tmp_path / "ward/NORMAL/1.png", 255 - chest())
    write_picture(tmp_path / "ward/PNEUMONIA/2.png", 255 - chest(seed=5))
    scores, notes = measured(tmp_path, load())
    found = {s.metric: s.estimate.value for s in scores}
    assert (found["folder ward: sensitivity"], found["folder ward: specificity"], found["folder ward: AUC"]) == (
        0,
        0,
        0,
    )
    assert any("2 refused" in note for note in notes) and any("no baseline" in note for note in notes)


def test_a_copy_of_a_training_film_is_not_scored_again(tmp_path: Path) -> None:
    write_picture(tmp_path / "train/NORMAL/IM-0115-0001.jpeg", chest(), quality=95)
    write_picture(tmp_path / "test/NORMAL/IM-0001-0001.jpeg", chest(), quality=80)
    write_picture(tmp_path / "test/PNEUMONIA/person1_virus_1.jpeg", 255 - chest())
    _, notes = measured(tmp_path, load())
    assert any("folder test: 1 films" in note for note in notes)


def test_a_limit_takes_films_of_every_kind(tmp_path: Path) -> None:
    root = kermany_set(tmp_path, persons=5, folder="test")
    _, notes = measured(root, load(), limit=4)
    assert any("1 with pneumonia" in n or "2 with pneumonia" in n or "3 with pneumonia" in n for n in notes)


def test_regression_finds_the_side_on_which_the_ill_lie() -> None:
    rng = np.random.default_rng(1)
    inputs = rng.normal(0, 1, (400, 3)) * [1, 100, 0.01] + [0, 5000, 0]
    ill = inputs[:, 1] + rng.normal(0, 20, 400) > 5000
    predict = logistic(inputs, ill)
    assert ((predict(inputs) > 0.5) == ill).mean() > 0.9


def test_no_data_and_no_set_say_what_to_give(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("BEDSIDE_DATA", raising=False)
    with pytest.raises(SettingsError, match="needs its data"):
        imaging(Settings(data=None))
    with pytest.raises(SettingsError, match="holds no films"):
        imaging(Settings(), tmp_path, only=["cxr_pneumonia"])


def test_every_part_says_what_data_it_needs_and_bears_the_name_of_its_module() -> None:
    assert "cxr_pneumonia" in [part.name for part in parts()]
    for part in parts():
        assert part.needs and part.run.__module__ == f"bedside.evals.imaging.{part.name}"


def test_a_part_that_is_not_there_lists_those_that_are() -> None:
    with pytest.raises(SettingsError, match="no part 'x'") as error:
        run("imaging", Settings(), None, None, json=False, only=["cxr_pneumonia", "x"])
    assert "cxr_pneumonia" in error.value.do and error.value.code == "BED-EVAL-001"
    with pytest.raises(SettingsError, match="no part") as error:
        run("relevance", Settings(), None, None, json=False, only=["cxr_pneumonia"])
    assert "no parts" in error.value.do
