"""The marks of our own runs that the repository holds for others to compare with."""

from __future__ import annotations

from pathlib import Path

import pytest

from bedside import evals
from bedside.evals.benchmarks.registry import benchmarks
from bedside.evals.reports.compared import compare
from bedside.evals.reports.sides import read_side

PUBLISHED = sorted((Path(evals.__file__).parent / "published").glob("*.json"))


@pytest.mark.parametrize("path", PUBLISHED, ids=lambda path: path.stem)
def test_a_published_file_is_of_a_benchmark_and_says_how_many_cases(path: Path) -> None:
    side = read_side(path)
    benchmark, cases, _ = path.stem.split("-", 2)
    assert benchmark == side.about.benchmark in benchmarks()
    assert int(cases) == len(side.about.cases) == len(set(side.about.cases))
    assert side.about.begun


def test_ours_of_the_same_benchmark_and_number_are_over_the_same_cases() -> None:
    assert PUBLISHED
    groups: dict[str, list[Path]] = {}
    for path in PUBLISHED:
        groups.setdefault("-".join(path.stem.split("-")[:2]), []).append(path)
    for paths in groups.values():
        found = compare([read_side(path) for path in paths])
        assert len(found.systems) == len(paths)
