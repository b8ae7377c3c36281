from __future__ import annotations

import json
import re
from collections import Counter
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image
from support.benchmark_rows import check
from support.data import data_folder
from support.outlined_sets import hannover_set, msd_set

from bedside.core.errors import SettingsError
from bedside.evals.benchmarks.image_questions import QUESTIONS, load, main, make
from bedside.tools.experts.cxr_lungs import hannover
from bedside.tools.experts.cxr_pneumonia import kermany
from bedside.tools.experts.hippocampus import msd


@pytest.fixture(scope="module")
def sets(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("sets")
    hannover_set(root / "hannover_cxr_lungs")
    msd_set(root / "msd_hippocampus")
    for number in range(1, 100):
        _film(root, "NORMAL", f"IM-{10 * number:04d}-0001.jpeg", number)
        _film(root, "PNEUMONIA", f"person{number}_virus_{number}.jpeg", number + 100)
    return root


def _film(root: Path, kind: str, name: str, grey: int) -> None:
    path = root / "kermany_cxr_224" / "train" / kind / name
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.new("L", (32, 32), grey).save(path)


def _made(out: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (out / QUESTIONS).read_text(encoding="utf-8").splitlines()]


def _of(out: Path, kind: str) -> list[dict[str, Any]]:
    return [one for one in _made(out) if one["kind"] == kind]


@pytest.fixture(scope="module")
def made(sets: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("made")
    make(sets, out, each=10, seed=3)
    return out


def test_every_kind_is_made_and_can_be_asked(made: Path) -> None:
    rows = load(made)
    check(rows)
    kinds = Counter(row.case.id.rpartition("-")[0] for row in rows)
    assert set(kinds) == {"modality", "finding", "count", "point", "volume", "side"}
    assert kinds["finding"] == 10
    assert all(p.given for row in rows for p in row.case.pictures)


def test_answers_are_balanced(made: Path) -> None:
    def answers(kind: str) -> list[int]:
        said = Counter(one["options"]["ABCDE".index(one["answer"])] for one in _of(made, kind))
        return sorted(said.values())

    assert answers("finding") == [5, 5]
    assert answers("point") == [5, 5]
    assert answers("count") == [2, 2, 2, 2, 2]
    low, high = answers("modality")
    assert low == high
    places = Counter(one["answer"] for one in _of(made, "volume"))
    assert max(places.values()) - min(places.values()) <= 1


def test_the_same_seed_makes_the_same_and_another_makes_others(sets: Path, made: Path, tmp_path: Path) -> None:
    make(sets, tmp_path / "again", each=10, seed=3)
    make(sets, tmp_path / "other", each=10, seed=4)
    files = sorted(p.relative_to(made) for p in made.rglob("*") if p.is_file())
    assert files == sorted(p.relative_to(tmp_path / "again") for p in (tmp_path / "again").rglob("*") if p.is_file())
    assert all((made / f).read_bytes() == (tmp_path / "again" / f).read_bytes() for f in files)
    assert (tmp_path / "other" / QUESTIONS).read_text() != (made / QUESTIONS).read_text()


def test_neither_name_nor_case_tells_the_source(made: Path) -> None:
    for row, one in zip(load(made), _made(made), strict=True):
        names = [Path(source).stem.lower() for source in one["sources"]]
        dumped = row.case.model_dump_json().replace(str(made), "").lower()
        assert not any(name in dumped for name in names)
        assert not any(word in " ".join(one["images"]).lower() for word in ("pneumonia", "normal", "virus", "bacteria"))


def test_only_held_out_persons_are_asked_about(sets: Path, made: Path) -> None:
    children = {f.path.name: kermany.part_of(f.person) for f in kermany.films(sets)}
    adults = {f.path.name: hannover.part_of(f.person) for f in hannover.films(sets)}
    brains = {c.path.name: msd.part_of(c.person) for c in msd.crops(sets)}
    parts = children | adults | brains
    assert {parts[Path(source).name] for one in _made(made) for source in one["sources"]} == {"held-out"}


def test_points_are_where_their_answers_say(sets: Path, made: Path) -> None:
    films = {f.path.name: f for f in hannover.films(sets)}
    for one in [*_of(made, "point"), *(q for q in _of(made, "side") if "point" in q["question"])]:
        labels = hannover.read(films[Path(one["sources"][0]).name])[1]
        column, row = (int(n) for n in re.findall(r"column (\d+) and row (\d+)", one["question"])[0])
        right = one["options"]["AB".index(one["answer"])]
        label = int(labels[row, column])
        expected = {"yes": {1, 2}, "no": {0}, "the right lung": {1}, "the left lung": {2}}[right]
        assert label in expected


def test_volumes_and_counts_are_those_of_the_labels(sets: Path, made: Path) -> None:
    crops = {c.path.name: c for c in msd.crops(sets)}
    for one in _of(made, "volume"):
        study, labels = msd.read(crops[Path(one["sources"][0]).name])
        traced = float((labels > 0).sum()) * float(np.prod(study.info.spacing or (1, 1, 1))) / 1000
        assert one["options"]["ABCD".index(one["answer"])] == f"{traced:.2f} mL"
        assert len(set(one["options"])) == 4
    for one in _of(made, "count"):
        ill = sum("PNEUMONIA" in source for source in one["sources"])
        assert one["options"]["ABCDE".index(one["answer"])] == str(ill)


def test_a_set_that_is_not_there_leaves_its_kinds_out(
    sets: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "msd_hippocampus").symlink_to(sets / "msd_hippocampus")
    main(["--data", str(tmp_path / "data"), "--out", str(tmp_path / "out"), "--each", "2"])
    printed = dict(line.split() for line in capsys.readouterr().out.splitlines())
    assert printed["volume"] == "2"
    assert {printed[kind] for kind in ("modality", "finding", "count", "point", "side")} == {"0"}


def test_what_cannot_be_made_is_refused(sets: Path, tmp_path: Path) -> None:
    with pytest.raises(SettingsError) as caught:
        make(tmp_path, tmp_path / "out", 4, 1)
    assert caught.value.code == "BED-EVAL-005"
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "note.txt").write_text("kept", encoding="utf-8")
    (tmp_path / "file").write_text("kept", encoding="utf-8")
    for out in (tmp_path / "full", tmp_path / "file"):
        with pytest.raises(SettingsError) as caught:
            make(sets, out, 4, 1)
        assert caught.value.code == "BED-EVAL-004"


@pytest.mark.data
def test_the_published_sets_give_each_kind(tmp_path: Path) -> None:
    data = data_folder()
    if not all((data / name).is_dir() for name in ("kermany_cxr_224", "hannover_cxr_lungs", "msd_hippocampus")):
        pytest.skip("not all three labelled sets are in the data folder")
    assert set(make(data, tmp_path, each=8, seed=1).values()) == {8}
    check(load(tmp_path))
