"""MedQA (https://github.com/jind11/MedQA, MIT): questions of the US licensing examination.

Jin 2021, doi:10.3390/app11146421. JSON lines: ``question`` (vignette and question), ``options`` by letter,
``answer_idx``.
"""

from __future__ import annotations

from pathlib import Path

from bedside.evals.benchmarks.files import Record, json_records
from bedside.evals.benchmarks.forms import choice, rows_of, vignette_and_question
from bedside.evals.benchmarks.registry import benchmark
from bedside.evals.patients.case import Row


@benchmark("medqa", "questions of the US licensing examination, with options", "mcq", 0)
def load(path: Path) -> list[Row]:
    """The rows of a JSON lines file, or of a folder's files that are named after MedQA, else of all of them.

    Raises:
        SettingsError: there is no such file, or it cannot be read.
    """
    return rows_of(json_records(path, "*medqa*.jsonl", "*test*.jsonl", "*.jsonl"), _row, "MedQA")


def _row(record: Record) -> Row:
    context, question = vignette_and_question(record.raw["question"])
    return choice(record.place, question, record.raw["options"], record.raw["answer_idx"], context=context)
