"""MedMCQA (https://github.com/medmcqa/medmcqa, MIT): questions of the Indian entrance examinations.

Pal 2022, PMLR 174:248. JSON lines: ``id``, ``question``, ``opa`` to ``opd``, ``cop`` (1 to 4: the right one); its test
split has no answers. ``exp``, which explains the answer, is never read.
"""

from __future__ import annotations

from pathlib import Path

from bedside.evals.benchmarks.files import Record, json_records
from bedside.evals.benchmarks.forms import choice, rows_of
from bedside.evals.benchmarks.registry import benchmark
from bedside.evals.patients.case import Row

_OPTIONS = ("opa", "opb", "opc", "opd")


@benchmark("medmcqa", "questions of the Indian entrance examinations, with options", "mcq", 0)
def load(path: Path) -> list[Row]:
    """The rows of a JSON lines file, or of a folder's files that are named after MedMCQA, else of its dev split.

    Raises:
        SettingsError: there is no such file, or it cannot be read.
    """
    return rows_of(json_records(path, "*medmcqa*.json", "dev*.json", "*.json"), _row, "MedMCQA")


def _row(record: Record) -> Row:
    raw = record.raw
    options = [raw[key] for key in _OPTIONS]
    right = "ABCD"[int(raw["cop"]) - 1] if int(raw["cop"]) > 0 else ""
    return choice(str(raw["id"]), raw["question"], options, right)
