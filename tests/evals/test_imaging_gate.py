"""The gate's evaluation: what counts as right, as let through and as kept out, on made pictures with known scores."""

from __future__ import annotations

import numpy as np
import pytest
from PIL import Image
from support.gate import with_trunk

from bedside.core.errors import SettingsError
from bedside.evals.imaging import gate
from bedside.evals.imaging.gate import PART, Told, measured, nearest_means, off_a_screen, scored, unknown
from bedside.tools.gate import sources
from bedside.tools.gate.classes import BY_NAME, CLASSES
from bedside.tools.gate.picture import thumbnails
from bedside.tools.gate.sources import Sample, Source
from bedside.tools.gate.weights import load

FILM, HEAD, OTHER, NONE = (
    CLASSES.index(BY_NAME[name]) for name in ("chest_xray_frontal", "head_mr", "other_medical", "not_medical")
)


def _sample(label: int, patient: str, shade: int = 0) -> Sample:
    return Sample(np.full((160, 160, 3), shade, dtype=np.uint8), label, "test", "made", patient)


def _values(scores):
    return {score.metric: score.estimate.value for score in scores}


def test_each_figure_counts_what_it_says():
    found = [_sample(label, f"p{n}") for n, label in enumerate([FILM, FILM, HEAD, HEAD, NONE, NONE, NONE, OTHER])]
    told = Told(
        "made",
        np.asarray([FILM, FILM, HEAD, FILM, NONE, FILM, FILM, OTHER]),
        np.asarray([True, False, True, True, True, False, True, True]),
        np.asarray([True, True, True, True, True, True, False, True]),
    )
    values = _values(scored(found, told))
    assert values["right of classes"] == pytest.approx(5 / 8)
    assert values["chest_xray_frontal: right"] == 1 and values["head_mr: right"] == 0.5
    assert values["read by experts: let through as their class"] == pytest.approx(2 / 4)
    assert values["not medical: kept from every expert"] == pytest.approx(2 / 3)
    assert values["other medical: kept from every expert"] == 1
    assert values["not medical: kept from a film's expert though called one"] == pytest.approx(1 / 3)
    assert values["chest_xray_frontal: read where called a chest X-ray"] == 1


def test_a_kind_that_was_not_learnt_must_not_surely_be_called_frontal():
    found = [_sample(FILM, f"p{n}") for n in range(4)]
    every = np.ones(4, dtype=bool)
    told = Told("made", np.asarray([FILM, FILM, HEAD, FILM]), every, np.asarray([True, False, True, True]))
    surely, kept = (score.estimate.value for score in unknown(found, told))
    assert (surely, kept) == (0.5, 0)


def test_pictures_of_one_patient_are_drawn_together_so_that_the_interval_is_wide():
    labels, right = [HEAD] * 40, np.asarray([HEAD] * 20 + [FILM] * 20)
    familiar = np.ones(40, dtype=bool)
    alone = [_sample(HEAD, str(n)) for n in range(40)]
    two = [_sample(HEAD, str(n // 20)) for n in range(40)]
    wide, narrow = (
        next(s.estimate for s in scored(found, Told("x", right, familiar, familiar)) if s.metric == "right of classes")
        for found in (two, alone)
    )
    assert (wide.low, wide.high) == (0, 1) and narrow.low > 0.3 and len(labels) == narrow.n


def test_the_baseline_takes_the_nearest_mean_thumbnail():
    shades = np.stack([np.full((96, 96, 3), shade, dtype=np.uint8) for shade in (10, 90, 240)])
    told = nearest_means(thumbnails(shades), np.stack([shades[2] - 20, shades[0] + 15]))
    assert told.labels.tolist() == [2, 0] and told.familiar.all()


def test_a_screen_photograph_is_the_same_in_every_run():
    found = [_sample(HEAD, "p", 120)]
    assert (off_a_screen(found) == off_a_screen(found)).all()
    assert (off_a_screen(found)[0] != 120).any()


def test_the_report_has_both_systems_the_sets_and_what_was_taken_for_what(tmp_path, monkeypatch):
    rng = np.random.default_rng(0)
    (tmp_path / "photos").mkdir()
    for n in range(4):
        Image.fromarray(rng.integers(0, 255, (60, 60, 3), dtype=np.uint8)).save(tmp_path / "photos" / f"{n}.png")
    rows = (
        Source(name="photos", files=("photos/*.png",), label="not_medical", part="test", licence="x", address="y"),
        Source(name="gone", files=("gone/*.png",), label="head_mr", part="test", licence="x", address="y"),
    )
    monkeypatch.setattr(sources, "sources", lambda: rows)
    scores, notes = measured(tmp_path, load(with_trunk()), limit=3)
    assert {s.system for s in scores} == {"gate", "nearest mean thumbnail"}
    assert scores and all(s.estimate.n == 3 for s in scores)
    assert notes[0].startswith("no test pictures here of: chest_xray_frontal, head_mr")
    assert any(note.startswith("photos (not_medical): 3 of 3") for note in notes)
    assert any(note.startswith("not_medical taken for: ") for note in notes)
    assert not any("gone" in note for note in notes)
    with pytest.raises(SettingsError):
        measured(tmp_path / "photos", load(with_trunk()))


def test_it_is_a_part_of_the_imaging_evaluation():
    assert PART.name == "gate" and gate.measured is measured
