"""Kermany's films: names, persons, copies, the split, and what preprocessing and augmentation do to a film."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from support.chest_film import chest, kermany_set, write_picture

from bedside.core.errors import SettingsError
from bedside.tools.experts.cxr_pneumonia.augment import augmented
from bedside.tools.experts.cxr_pneumonia.kermany import PARTS, UNTOLD, films, part_of, without_copies
from bedside.tools.experts.cxr_pneumonia.preprocess import SIDE, SQUARE, square
from bedside.tools.experts.cxr_pneumonia.train import parts


@pytest.mark.parametrize(
    ("name", "label", "person"),
    [
        ("NORMAL/IM-0115-0001.jpeg", 0, "IM-11x"),
        ("NORMAL/IM-0119-0001.jpeg", 0, "IM-11x"),
        ("NORMAL/NORMAL2-IM-1423-0001.jpeg", 0, "NORMAL2-IM-142x"),
        ("NORMAL/IM-0429-0001-0002.jpeg", 0, "IM-42x"),
        ("PNEUMONIA/person1000_bacteria_2931.jpeg", 1, "person1000"),
        ("PNEUMONIA/person1000_virus_1681.jpeg", 2, "person1000"),
        ("PNEUMONIA/person447_virus_921_1.jpeg", 2, "person447"),
    ],
)
def test_a_name_tells_class_and_person(tmp_path: Path, name: str, label: int, person: str) -> None:
    write_picture(tmp_path / "train" / name, chest())
    (film,) = films(tmp_path)
    assert (film.label, film.person, film.folder) == (label, person, "train")


def test_a_name_that_tells_no_person_counts_only_outside_the_training_folder(tmp_path: Path) -> None:
    for folder in ("train", "ward"):
        write_picture(tmp_path / folder / "PNEUMONIA" / "0001.png", chest())
        write_picture(tmp_path / folder / "NORMAL" / "0002.png", chest())
    assert [(f.folder, f.label, f.person) for f in films(tmp_path)] == [("ward", 0, "0002"), ("ward", UNTOLD, "0001")]


def test_the_set_is_found_from_its_parent_from_itself_and_from_one_of_its_folders(tmp_path: Path) -> None:
    kermany_set(tmp_path / "kermany_cxr_224", persons=2, folder="test")
    for place in (tmp_path, tmp_path / "kermany_cxr_224", tmp_path / "kermany_cxr_224" / "test"):
        assert [f.folder for f in films(place)] == ["test"] * 6


def test_a_folder_without_films_says_where_to_get_them(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="holds no films") as caught:
        films(tmp_path)
    assert "doi.org" in caught.value.do and caught.value.code == "BED-EVAL-005"


def test_copies_are_kept_once_and_not_at_all_where_their_labels_differ(tmp_path: Path) -> None:
    root = kermany_set(tmp_path, persons=3)
    write_picture(root / "train/NORMAL/IM-0900-0001.jpeg", chest(seed=1), quality=60)
    write_picture(root / "train/NORMAL/IM-0901-0001.jpeg", chest(seed=1002, opacity=0.9), quality=90)
    found = films(root)
    squares = np.stack([square(np.asarray(_grey(f.path))) for f in found])
    # The drawn films are alike by construction, so distinct ones are told apart by shifting each by its own amount.
    kept = [found[i].path.name for i in without_copies(found, _spread_out(found, squares))]
    assert "IM-0010-0001.jpeg" in kept and "IM-0900-0001.jpeg" not in kept
    assert not {"IM-0901-0001.jpeg", "person2_bacteria_2.jpeg"} & set(kept)
    assert len(kept) == 9 - 1


def _grey(path: Path) -> np.ndarray:
    from PIL import Image

    return np.asarray(Image.open(path).convert("L"), dtype=np.float32)


def _spread_out(found: list, squares: np.ndarray) -> np.ndarray:  # type: ignore[type-arg]
    """The squares, each rolled sideways by an amount that films of one drawing share."""
    drawing = {"IM-0900-0001.jpeg": "IM-0010-0001.jpeg", "IM-0901-0001.jpeg": "person2_bacteria_2.jpeg"}
    names = [drawing.get(f.path.name, f.path.name) for f in found]
    order = sorted(set(names))
    return np.stack([np.roll(s, 13 * order.index(n), axis=1) for s, n in zip(squares, names, strict=True)])


def test_no_person_is_in_two_parts_and_every_part_is_filled() -> None:
    persons = [f"person{n}" for n in range(2000)]
    shares = [sum(part_of(p) == part for p in persons) / 2000 for part in PARTS]
    assert shares == pytest.approx([0.70, 0.15, 0.15], abs=0.03)
    assert [part_of(p) for p in persons] == [part_of(p) for p in persons]


def test_the_parts_of_a_set_share_no_person(tmp_path: Path) -> None:
    split = parts(films(kermany_set(tmp_path, persons=12)))
    persons = [{f.person for f in part.films} for part in split.values()]
    assert not (persons[0] & persons[1] or persons[0] & persons[2] or persons[1] & persons[2])
    assert all(part.squares.shape[1:] == (SQUARE, SQUARE) or not part.films for part in split.values())


@pytest.mark.parametrize(
    "changed",
    [
        lambda film: film * 16,
        lambda film: film * 0.3 + 700,
        lambda film: 4000 * (film / 255) ** 0.6,
        lambda film: np.repeat(film[..., None], 3, axis=2),
    ],
    ids=["12 bits", "another window", "another gamma", "three equal channels"],
)
def test_depth_window_gamma_and_channels_leave_no_trace(changed) -> None:  # type: ignore[no-untyped-def]
    film = chest().astype(np.float32)
    apart = np.abs(square(film).astype(int) - square(changed(film).astype(np.float32)).astype(int))
    assert np.percentile(apart, 99) <= 6


def test_a_film_becomes_a_square_with_row_0_on_top_and_a_blank_one_black() -> None:
    film = np.zeros((300, 500), dtype=np.float32)
    film[:100] = np.linspace(50, 90, 500)
    out = square(film)
    assert out.shape == (SQUARE, SQUARE) and out[:40].mean() > out[60:].mean()
    assert not square(np.full((200, 200), 7.0, dtype=np.float32)).any()


def test_augmentation_repeats_with_its_seed_and_standardises() -> None:
    squares = np.stack([square(chest(seed=n).astype(np.float32)) for n in range(6)])
    first, again = (augmented(squares, SIDE, np.random.default_rng(3)) for _ in range(2))
    other = augmented(squares, SIDE, np.random.default_rng(4))
    assert first.shape == (6, 1, SIDE, SIDE) and bool((first == again).all()) and not bool((first == other).all())
    assert first.mean(dim=(1, 2, 3)).abs().max() < 1e-4
    assert (first.std(dim=(1, 2, 3)) - 1).abs().max() < 1e-3
