"""PathVQA (https://github.com/UCSD-AI4H/PathVQA, MIT): questions on pathology images.

He 2020, arXiv:2003.10286. Published as pickles of lists of ``image``, ``question``, ``answer``. A pickle can run
whatever it holds, so none is opened: give the same lists as JSON, JSON lines or CSV. ``image`` is the name of the file
with or without its suffix; images beside the file, in ``images``, ``images/test`` or ``images/val``. The field names
are from memory and from public code; the set itself was not at hand.
"""

from __future__ import annotations

from pathlib import Path

from bedside.evals.benchmarks.files import Record, records_of
from bedside.evals.benchmarks.forms import answered, rows_of, shown
from bedside.evals.benchmarks.registry import benchmark
from bedside.evals.patients.case import Row

_PATTERNS = ("*test*.json", "*test*.jsonl", "*test*.csv", "*.json", "*.jsonl", "*.csv")


@benchmark("pathvqa", "questions on pathology images", "pathvqa", 0)
def load(path: Path) -> list[Row]:
    """The rows of a JSON or CSV file, or of a folder's test set, else of all its files.

    Raises:
        SettingsError: there is no such file, or it cannot be read.
    """
    return rows_of(records_of(path, *_PATTERNS), _row, "PathVQA")


def _row(record: Record) -> Row:
    raw = record.raw
    pictures = shown(record.folder, (str(raw["image"]),), "images", "images/test", "images/val")
    return answered(record.place, raw["question"], str(raw["answer"]), pictures=pictures)
