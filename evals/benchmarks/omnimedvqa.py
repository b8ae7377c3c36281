"""OmniMedVQA (https://huggingface.co/datasets/foreverbeliever/OmniMedVQA; each part has the licence of its source).

Hu 2024, arXiv:2402.09181. JSON lists in ``QA_information/Open-access`` (and ``Restricted-access``): ``question_id``,
``question``, ``gt_answer`` (the text of an option), ``option_A`` to ``option_D`` (some have fewer), ``image_path``
from the set's folder, ``modality_type``. Field names were checked in public descriptions; the set itself was not at
hand.
"""

from __future__ import annotations

from pathlib import Path

from bedside.evals.benchmarks.files import Record, json_records
from bedside.evals.benchmarks.forms import choice, letter_of, rows_of, shown
from bedside.evals.benchmarks.registry import benchmark
from bedside.evals.patients.case import Row

_DEPTH = 3


@benchmark("omnimedvqa", "questions with options on images of twelve modalities", "omnimedvqa", 0)
def load(path: Path) -> list[Row]:
    """The rows of a JSON file, or of every one of a folder.

    Raises:
        SettingsError: there is no such file, or it cannot be read.
    """
    records = json_records(path, "QA_information/Open-access/*.json", "QA_information/*/*.json", "*.json")
    return rows_of(records, _row, "OmniMedVQA")


def _row(record: Record) -> Row:
    raw = record.raw
    options = [str(raw[key]) for key in ("option_A", "option_B", "option_C", "option_D") if raw.get(key)]
    pictures = shown(_root(record.folder, raw["image_path"]), (raw["image_path"],))
    right = letter_of(options, str(raw["gt_answer"]))
    return choice(str(raw["question_id"]), raw["question"], options, right, pictures=pictures)


def _root(folder: Path, name: str) -> Path:
    """The folder of the set, from which image paths are given: the file's, or one above it that holds the image."""
    above = [folder, *folder.parents][:_DEPTH]
    return next((place for place in above if (place / name).is_file()), folder)
