"""DeepTumorVQA (https://github.com/Schuture/DeepTumorVQA, CC BY 4.0; the scans have their own licences).

Chen 2025, arXiv:2505.18915, version 2. ``benchmark/test_qa.json`` (an object with the list ``questions``) or
``test_qa.jsonl``: ``qid``, ``image_id``, ``question``, ``answer``, ``mc_question`` (the question with "A: ... B:
..."), ``correct_option``, and what is known of the patient (``sex``, ``age``, ``spacing``, ``shape``). The scan is
``ct/ID/ct.nii.gz``, else its slices ``images_2d/whole/ID.png``, beside the file. Field names are those of the
published description.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from bedside.evals.benchmarks.files import Record, json_records
from bedside.evals.benchmarks.forms import choice, options_in, rows_of, shown
from bedside.evals.benchmarks.registry import benchmark
from bedside.evals.patients.case import Row

_KNOWN = {
    "sex": "sex {}",
    "age": "age {}",
    "contrast": "contrast {}",
    "spacing": "voxel spacing {} mm",
    "shape": "shape {}",
}


@benchmark("deeptumorvqa", "questions with options on CT of the abdomen with tumours", "deeptumorvqa", 0)
def load(path: Path) -> list[Row]:
    """The rows of a JSON file, or of a folder's.

    Raises:
        SettingsError: there is no such file, or it cannot be read.
    """
    records = json_records(path, "benchmark/test_qa.json*", "test_qa.json", "*.jsonl", "*.json", key="questions")
    return rows_of(records, _row, "DeepTumorVQA")


def _row(record: Record) -> Row:
    raw = record.raw
    name = str(raw["image_id"])
    scan = next(
        (n for n in (f"ct/{name}/ct.nii.gz", f"images_2d/whole/{name}.png") if (record.folder / n).is_file()), ""
    )
    question, options = options_in(raw["mc_question"])
    return choice(
        str(raw["qid"]), question, options, raw["correct_option"], context=_known(raw),
        pictures=shown(record.folder, (scan,)),
    )  # fmt: skip


def _known(raw: dict[str, Any]) -> str:
    known = [words.format(raw[key]) for key, words in _KNOWN.items() if raw.get(key) not in (None, "")]
    return f"The patient and the scan: {', '.join(known)}." if known else ""
