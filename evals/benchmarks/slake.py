"""SLAKE (https://www.med-vqa.com/slake, CC BY 4.0): questions on CT, MRI and X-ray images.

Liu 2021, doi:10.1109/ISBI48211.2021.9434010. A JSON list (``test.json``): ``img_name``, ``question``, ``answer``,
``q_lang``, ``answer_type``, ``qid``; images in ``imgs``. The questions in English are asked; those in Chinese are not
of this benchmark. Field names were checked in public code that reads the set; the set itself was not at hand.
"""

from __future__ import annotations

from pathlib import Path

from bedside.evals.benchmarks.files import Record, json_records
from bedside.evals.benchmarks.forms import answered, rows_of, shown
from bedside.evals.benchmarks.registry import benchmark
from bedside.evals.patients.case import Row


@benchmark("slake", "questions on CT, MRI and X-ray images, in English", "slake", 0)
def load(path: Path) -> list[Row]:
    """The rows of a JSON file, or of a folder's test set, else of all its files.

    Raises:
        SettingsError: there is no such file, or it cannot be read.
    """
    return rows_of((r for r in json_records(path, "test.json", "*.json") if not _is_other(r)), _row, "SLAKE")


def _is_other(record: Record) -> bool:
    return isinstance(record.raw, dict) and record.raw.get("q_lang", "en") != "en"


def _row(record: Record) -> Row:
    raw = record.raw
    pictures = shown(record.folder, (raw["img_name"],), "imgs", "images")
    return answered(f"qid {raw['qid']}", raw["question"], str(raw["answer"]), pictures=pictures)
