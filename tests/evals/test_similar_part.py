"""The part of the imaging evaluation on similar cases, on a small drawn set in the published form."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from support.cell_embedder import SHELVES
from support.chest_film import kermany_set

from bedside.core.errors import SettingsError
from bedside.core.settings import Settings
from bedside.evals.imaging import similar_cases
from bedside.evals.imaging.part import parts
from bedside.evals.imaging.similar_cases import PIXELS, SYSTEM, Sets, measured, nearest, run, sets
from bedside.tools.experts.cxr_pneumonia.kermany import PARTS, Film, films, part_of
from bedside.tools.similar import cases as module


@pytest.fixture(autouse=True)
def drawn(monkeypatch: pytest.MonkeyPatch) -> None:
    """Drawn films are alike by construction: none is taken for a copy; the embedder needs no weights."""
    monkeypatch.setattr(similar_cases, "without_copies", lambda found, squares: list(range(len(found))))
    monkeypatch.setattr(module, "SHELVES", SHELVES)


def test_no_person_is_held_and_asked_about(tmp_path: Path) -> None:
    root = kermany_set(kermany_set(tmp_path, persons=24), persons=3, folder="test")
    chosen = sets(root)
    assert {part_of(film.person) for film in chosen.held} == {PARTS[0]}
    assert {part_of(film.person) for film in chosen.asked["held-out persons"]} == {PARTS[2]}
    assert len(chosen.asked["folder test"]) == 9
    assert not {film.path for film in chosen.held} & {film.path for some in chosen.asked.values() for film in some}


def test_films_that_differ_plainly_are_found_by_their_label_beside_chance(tmp_path: Path) -> None:
    scores, notes = run(Settings(), kermany_set(kermany_set(tmp_path, persons=40), persons=4, folder="test"))
    found = {(s.metric, s.system): s.estimate for s in scores}
    own, chance = (found["folder test: precision@5, normal", s] for s in (SYSTEM, "drawn at random"))
    assert own.n == chance.n == 4 and own.value > 0.8 > 0.5 > chance.value > 0.2
    assert found["folder test: precision@5", PIXELS].n == 12
    assert found["folder test: seconds a lookup", SYSTEM].value < 1
    assert any("training persons held; 0 copies removed" in note for note in notes)


def test_a_film_that_finds_fewer_than_five_counts_the_empty_places_as_wrong(tmp_path: Path) -> None:
    held = [film for film in films(kermany_set(tmp_path, persons=3)) if film.label == 0][:2]
    scores, notes = measured(Settings(), Sets(tuple(held), {"all": (held[0]._replace(person="other"),)}, 0))
    (found,) = [s.estimate.value for s in scores if (s.metric, s.system) == ("all: precision@5", SYSTEM)]
    assert found == pytest.approx(0.4)
    assert any("no measurement" in note for note in notes)


def test_the_baseline_takes_one_film_of_each_person() -> None:
    held = np.eye(3, dtype=np.float32)[[0, 0, 1]]
    some = [Film(Path(), label, person, "train") for label, person in ((0, "a"), (1, "a"), (2, "b"))]
    near = nearest(held, np.asarray([1, 0.5, 0], dtype=np.float32), some, 5)
    assert [(film.label, film.person) for film in near] == [(0, "a"), (2, "b")]


def test_without_its_data_it_says_so_and_it_is_a_part(tmp_path: Path) -> None:
    with pytest.raises(SettingsError):
        run(Settings(), tmp_path)
    assert "similar_cases" in {part.name for part in parts()}
