"""ChestAgentBench (https://github.com/bowang-lab/MedRAX; its cases are Eurorad's, CC BY-NC-SA 4.0).

Fallahpour 2025, arXiv:2502.02673. JSON lines (``metadata.jsonl``): ``question_id`` (or ``full_question_id``),
``question`` with six options written behind it ("A) ..."), ``answer`` (a letter), ``images`` (names, at times as lists
of lists, below ``figures``). ``explanation`` is never read. Field names were checked in the code of MedRAX; the set
itself was not at hand.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from bedside.evals.benchmarks.files import Record, json_records
from bedside.evals.benchmarks.forms import choice, options_in, rows_of, shown
from bedside.evals.benchmarks.registry import benchmark
from bedside.evals.patients.case import Row


@benchmark("chestagentbench", "six-option questions on chest X-rays and CT of published cases", "chestagentbench", 0)
def load(path: Path) -> list[Row]:
    """The rows of a JSON lines file, or of a folder's.

    Raises:
        SettingsError: there is no such file, or it cannot be read.
    """
    return rows_of(json_records(path, "metadata.jsonl", "*.jsonl"), _row, "ChestAgentBench")


def _row(record: Record) -> Row:
    raw = record.raw
    question, options = options_in(raw["question"])
    names = [name.removeprefix("figures/") for name in _flat(raw["images"])]
    pictures = shown(record.folder, names, "figures", "../figures")
    name = str(raw.get("full_question_id") or raw["question_id"])
    row = choice(name, question, options, str(raw["answer"]).strip()[:1], pictures=pictures)
    return row if names or row.fault else row._replace(fault="no image")


def _flat(value: Any) -> list[str]:
    if isinstance(value, list):
        return [name for item in value for name in _flat(item)]
    return [value] if isinstance(value, str) and value else []
