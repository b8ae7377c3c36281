"""PubMedQA (https://github.com/pubmedqa/pubmedqa, MIT): a question answered by yes, no or maybe.

Jin 2019, doi:10.18653/v1/D19-1259. One JSON object: for each PubMed id ``QUESTION``, ``CONTEXTS`` (the abstract
without its conclusion), ``final_decision``. ``LONG_ANSWER``, the conclusion, is never read. Where
``test_ground_truth.json`` lies beside the questions it says which of them are asked.
"""

from __future__ import annotations

import json
from pathlib import Path

from bedside.core.errors import SettingsError
from bedside.evals.benchmarks.files import Record, keyed_records
from bedside.evals.benchmarks.forms import choice, letter_of, rows_of
from bedside.evals.benchmarks.registry import benchmark
from bedside.evals.patients.case import Row

_ANSWERS = ("yes", "no", "maybe")
_FILES = ("*pqal*.json", "*pqa*.json")


@benchmark("pubmedqa", "yes, no or maybe, with the abstract that the question was made from", "pubmedqa", 0)
def load(path: Path) -> list[Row]:
    """The rows of a file of questions, or of a folder with it.

    Raises:
        SettingsError: there is no such file, or it cannot be read.
    """
    return _load(path, abstract=True)


@benchmark("pubmedqa-no-abstract", "yes, no or maybe, without the abstract: from what is held or known", "pubmedqa", 0)
def load_without(path: Path) -> list[Row]:
    """The same questions without their abstracts.

    Raises:
        SettingsError: there is no such file, or it cannot be read.
    """
    return _load(path, abstract=False)


def _load(path: Path, *, abstract: bool) -> list[Row]:
    records = keyed_records(path, *_FILES)
    asked = _asked(path)

    def row(record: Record) -> Row:
        name, raw = record.raw
        context = "\n".join(str(part) for part in raw["CONTEXTS"]) if abstract else ""
        right = letter_of(_ANSWERS, str(raw["final_decision"]))
        return choice(name, raw["QUESTION"], _ANSWERS, right, context=context)

    return rows_of([r for r in records if asked is None or r.raw[0] in asked], row, "PubMedQA")


def _asked(path: Path) -> set[str] | None:
    file = (path if path.is_dir() else path.parent) / "test_ground_truth.json"
    if not file.is_file():
        return None
    try:
        return set(json.loads(file.read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError) as error:
        raise SettingsError(
            f"{file.name} cannot be read: {error}", "Give it as published, or take it away.", code="BED-EVAL-005"
        ) from error
