"""The published files, where they are: how many rows, how many faults, and nothing of what is right in a case."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest
from support.benchmark_rows import check
from support.data import data_folder

from bedside.evals.benchmarks.registry import benchmarks
from bedside.evals.patients.case import Row

pytestmark = pytest.mark.data

SETS = [
    ("agentclinic", "agentclinic", 107, 0),
    ("mediq", "mediq", 666, 1),
    ("medqa", "mcq", 632, 0),
    ("medmcqa", "mcq", 2069, 0),
    ("mmlu", "mcq", 417, 0),
    ("pubmedqa", "pubmedqa", 500, 0),
    ("pubmedqa-no-abstract", "pubmedqa", 500, 0),
    ("medec", "medec-ms", 574, 0),
    ("aci-bench", "aci-bench", 20, 0),
    ("aci-bench", "aci-bench/train.csv", 67, 0),
    ("mts-dialog", "mts-dialog", 100, 0),
    ("mts-dialog", "mts-dialog/MTS-Dialog-TrainingSet.csv", 1201, 0),
    ("craft-md-vignette-choices", "mcq", 70, 0),
    ("craft-md-vignette-free", "mcq", 70, 0),
    ("craft-md-conversation-choices", "mcq", 70, 0),
    ("craft-md-conversation-free", "mcq", 70, 0),
]


def _rows(name: str, folder: str) -> list[Row]:
    path = data_folder() / folder
    if not path.exists():
        pytest.skip(f"{folder} is not in the data folder")
    return benchmarks()[name].load(path)


@pytest.mark.parametrize(("name", "folder", "count", "faults"), SETS)
def test_a_published_file_is_read_whole(name: str, folder: str, count: int, faults: int) -> None:
    rows = _rows(name, folder)
    assert len(rows) == count
    check(rows, faults=faults)


def _explained() -> Iterator[tuple[Row, str]]:
    """Rows, each with a text that explains, corrects or answers it."""
    by_id = {
        row.case.id: row for name, below in (("medmcqa", "mcq"), ("pubmedqa", "pubmedqa")) for row in _rows(name, below)
    }
    folder = data_folder()
    for line in (folder / "mcq" / "medmcqa_dev_a.json").read_text(encoding="utf-8").splitlines():
        raw = json.loads(line)
        yield by_id[raw["id"]], raw.get("exp") or ""
    for key, item in json.loads((folder / "pubmedqa" / "pqal_dev.json").read_text(encoding="utf-8")).items():
        yield by_id[key], item["LONG_ANSWER"]
    for name, below in (("medec", "medec-ms"), ("aci-bench", "aci-bench"), ("mts-dialog", "mts-dialog")):
        yield from ((row, text) for row in _rows(name, below) for text in row.gold.texts)


def test_no_case_holds_what_explains_corrects_or_answers_it() -> None:
    told = 0
    for row, text in _explained():
        if len(text) > 60:
            told += 1
            assert text not in "\n".join((row.case.question, row.case.context, *(o.text for o in row.case.options)))
    assert told > 1500
