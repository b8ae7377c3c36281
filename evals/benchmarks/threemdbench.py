"""3MDBench (https://github.com/univanxx/3mdbench, data: https://huggingface.co/datasets/univanxx/3mdbench).

Sviridov 2025, arXiv:2504.13861. A table (CSV or JSON lines) with the columns of its data set: ``image`` (here the name
of the file, beside the table or in ``images``), ``general_complaint``, ``complaints``, ``diagnosis``, ``personality``
(one of the four temperaments). The columns are those that its own code reads; how the table was exported was not
checked.

The patient writes the complaint with the picture first; there are 14 rounds. The rubric has its eight items, in our
words: a judge answers seven with yes or no and the last with one of three levels.
"""

from __future__ import annotations

import ast
import json
import re
from pathlib import Path
from typing import Any

from bedside.evals.benchmarks.files import Record, records_of
from bedside.evals.benchmarks.forms import missing, rows_of, sentences_of, shown
from bedside.evals.benchmarks.registry import benchmark
from bedside.evals.patients.case import CaseFact, Gold, PatientCase, Row, RubricItem

TEMPERAMENTS = ("sanguine", "choleric", "melancholic", "phlegmatic")
RUBRIC = (
    RubricItem(id="1.1", text="The doctor asks about earlier diseases, medicines and operations."),
    RubricItem(
        id="1.2", text="The doctor asks about the present symptoms, what may have caused them and what was tried."
    ),
    RubricItem(id="1.3", text="The doctor explains to the patient what the conclusion rests on."),
    RubricItem(id="2.1", text="The doctor is respectful, empathic and polite, guides the patient and does not ramble."),
    RubricItem(id="2.2", text="The doctor respects what the patient wishes."),
    RubricItem(id="3.1", text="The doctor gives a right plan of tests for the supposed diagnosis."),
    RubricItem(id="3.2", text="The doctor gives a right plan of treatment for the supposed diagnosis."),
    RubricItem(
        id="4.1",
        text="How competent the doctor was in the whole visit.",
        levels=("unsatisfactory", "satisfactory", "excellent"),
    ),
)
_TURNS = 14
_LISTED = re.compile(r"\s*(?:[;\n•]|(?<=\w),(?=\s[a-z]))\s*")


@benchmark(
    "3mdbench", "diagnosis by dialogue with patients of four temperaments, who send a picture", "3mdbench", _TURNS
)
def load(path: Path) -> list[Row]:
    """The rows of a table or JSON lines file, or of a folder's.

    Raises:
        SettingsError: there is no such file, or it cannot be read.
    """
    return rows_of(records_of(path, "*.jsonl", "*.csv"), _row, "3MDBench")


def _row(record: Record) -> Row:
    raw = record.raw
    complaint, diagnosis = str(raw["general_complaint"]).strip(), str(raw["diagnosis"] or "").strip()
    temperament = str(raw["personality"]).strip().lower()
    texts = [complaint, *(t for t in complaints_of(raw["complaints"]) if t != complaint)]
    case = PatientCase(
        id=record.place,
        objective="See a patient who writes from home and has sent a picture.",
        complaint=complaint,
        facts=tuple(CaseFact(id=f"f{n}", text=t, section="" if n > 1 else "complaint") for n, t in enumerate(texts, 1)),
        pictures=shown(record.folder, (str(raw["image"]),), "images"),
        temperament=temperament,
    )
    fault = ("" if complaint else "no complaint") or ("" if diagnosis else "no diagnosis")
    fault = fault or ("" if temperament in TEMPERAMENTS else f"no temperament {temperament!r}")
    return Row(case, Gold(diagnosis=diagnosis, rubric=RUBRIC), fault or missing(case.pictures))


def complaints_of(value: Any) -> list[str]:
    """Complaints as a list, a list written as text, or a text of lines, items or sentences."""
    if isinstance(value, str) and value.strip().startswith("["):
        value = _read_list(value.strip())
    if isinstance(value, list):
        return [str(item).strip() for item in value if str(item).strip()]
    parts = [part for sentence in sentences_of_lines(str(value or "")) for part in _LISTED.split(sentence)]
    return [part.strip(" -*") for part in parts if part.strip(" -*")]


def sentences_of_lines(text: str) -> list[str]:
    """The sentences of every line."""
    return [sentence for line in text.splitlines() for sentence in sentences_of(line)]


def _read_list(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        pass
    try:
        return ast.literal_eval(text)
    except (ValueError, SyntaxError, MemoryError, RecursionError):
        return text
