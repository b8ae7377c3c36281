"""VQA-RAD (https://osf.io/89kps, CC0): questions on radiological images.

Lau 2018, doi:10.1038/sdata.2018.251. A JSON list (``VQA_RAD Dataset Public.json``): ``image_name``, ``question``,
``answer``, ``answer_type``, ``qid``, ``phrase_type``; images beside it or in ``VQA_RAD Image Folder`` or ``images``.
Where rows say that they are of the test set (``phrase_type`` begins with "test") only those are asked. Field names
were checked in public code that reads the set; the set itself was not at hand.
"""

from __future__ import annotations

from pathlib import Path

from bedside.evals.benchmarks.files import Record, json_records
from bedside.evals.benchmarks.forms import answered, rows_of, shown
from bedside.evals.benchmarks.registry import benchmark
from bedside.evals.patients.case import Row


@benchmark("vqa-rad", "questions on radiological images", "vqa-rad", 0)
def load(path: Path) -> list[Row]:
    """The rows of a JSON file, or of a folder's.

    Raises:
        SettingsError: there is no such file, or it cannot be read.
    """
    records = json_records(path, "VQA_RAD*.json", "test*.json", "*.json")
    tests = any(_is_test(record) for record in records)
    return rows_of((r for r in records if not tests or r.fault or _is_test(r)), _row, "VQA-RAD")


def _is_test(record: Record) -> bool:
    return isinstance(record.raw, dict) and str(record.raw.get("phrase_type", "")).startswith("test")


def _row(record: Record) -> Row:
    raw = record.raw
    pictures = shown(record.folder, (raw["image_name"],), "VQA_RAD Image Folder", "images")
    return answered(f"qid {raw['qid']}", raw["question"], str(raw["answer"]), pictures=pictures)
