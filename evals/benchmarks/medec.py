"""MEDEC (https://github.com/abachaa/MEDEC, CC BY 4.0): find and correct the one error of a clinical text, or none.

Ben Abacha 2025, arXiv:2412.19260. CSV: ``Text ID``, ``Sentences`` (a numbered sentence a line, from 0), ``Error
Flag``, ``Error Sentence ID`` (-1: none), ``Corrected Sentence``. The answer is asked for in the published form:
CORRECT, or the number of the sentence, a space, and the sentence corrected.
"""

from __future__ import annotations

import re
from pathlib import Path

from bedside.evals.benchmarks.files import Record, table_records
from bedside.evals.benchmarks.forms import rows_of, written
from bedside.evals.benchmarks.registry import benchmark
from bedside.evals.patients.case import Row

CORRECT = "CORRECT"
QUESTION = (
    "One sentence of this clinical text may hold a medical error. If none does, answer CORRECT. Otherwise answer with "
    "the number of the sentence, a space, and the sentence corrected."
)
_NUMBER = re.compile(r"^(\d+)\s", re.M)


@benchmark("medec", "find the sentence of a clinical text that is wrong, and correct it", "medec-ms", 0)
def load(path: Path) -> list[Row]:
    """The rows of a CSV, or of a folder's test set, else its validation set, else all of it.

    Raises:
        SettingsError: there is no such file, or it cannot be read.
    """
    return rows_of(table_records(path, "*Test*.csv", "*Validation*.csv", "*.csv"), _row, "MEDEC")


def _row(record: Record) -> Row:
    raw = record.raw
    wrong, number = int(raw["Error Flag"]) == 1, int(raw["Error Sentence ID"])
    texts = (raw["Corrected Sentence"],) if wrong else (CORRECT,)
    row = written(raw["Text ID"], QUESTION, texts, context=raw["Sentences"], sentence=number if wrong else -1)
    fault = row.fault or ("" if wrong == (number >= 0) else "the flag and the sentence disagree")
    if not fault and wrong and str(number) not in _NUMBER.findall(raw["Sentences"]):
        fault = f"there is no sentence {number}"
    return row._replace(fault=fault)
