"""SMMILE (https://huggingface.co/datasets/smmile/SMMILE, CC BY 4.0): learn from a few examples.

Rieff 2025, arXiv:2506.21355. JSON lines or CSV: ``problem_id``, ``order``, ``question``, ``answer`` and ``image``
(here the name of the file, beside it or in ``images``). Rows of one ``problem_id`` are one problem: the first are
examples, which are shown with their answers, and the last is asked. Field names were checked in the code of its
authors; the set itself was not at hand.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from bedside.evals.benchmarks.files import Record, records_of
from bedside.evals.benchmarks.forms import rows_of, shown, written
from bedside.evals.benchmarks.registry import benchmark
from bedside.evals.patients.case import Row


@benchmark("smmile", "learn from a few examples with images, then answer on the last image", "smmile", 0)
def load(path: Path) -> list[Row]:
    """The problems of a JSON lines or CSV file, or of a folder's.

    Raises:
        SettingsError: there is no such file, or it cannot be read.
    """
    return rows_of(_problems(records_of(path, "*.jsonl", "*.csv")), _row, "SMMILE")


def _problems(records: list[Record]) -> list[Record]:
    """One record for each problem, its rows in their order; a row that names no problem stays one of its own."""
    problems: dict[str, list[Any]] = {}
    out: list[Record] = []
    for record in records:
        name = record.raw.get("problem_id") if isinstance(record.raw, dict) else None
        if record.fault or name in (None, ""):
            out.append(record)
            continue
        if str(name) not in problems:
            problems[str(name)] = []
            out.append(Record(problems[str(name)], "", str(name), record.folder))
        problems[str(name)].append(record.raw)
    return out


def _row(record: Record) -> Row:
    rows = sorted(record.raw, key=lambda raw: int(raw["order"]))
    *examples, asked = rows
    told = [f"Example {n} (image {n}): {raw['question']}\nAnswer: {raw['answer']}" for n, raw in enumerate(examples, 1)]
    question = f"{str(asked['question']).strip()} (image {len(rows)})"
    pictures = shown(record.folder, [str(raw["image"]) for raw in rows], "images")
    return written(
        f"problem {record.place}", question, (str(asked["answer"]),), context="\n\n".join(told), pictures=pictures
    )
