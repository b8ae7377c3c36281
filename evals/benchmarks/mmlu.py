"""The medical subjects of MMLU (https://github.com/hendrycks/test, MIT).

Hendrycks 2021, arXiv:2009.03300. A CSV for each subject, without a header: question, four options, letter of the right
one. A folder's files of six subjects are read: anatomy, clinical knowledge, college biology, college medicine, medical
genetics, professional medicine; a file that is given is read whatever its subject.
"""

from __future__ import annotations

from itertools import chain, zip_longest
from pathlib import Path

from bedside.evals.benchmarks.files import Record, files_of, table_records
from bedside.evals.benchmarks.forms import choice, rows_of
from bedside.evals.benchmarks.registry import benchmark
from bedside.evals.patients.case import Row

SUBJECTS = (
    "anatomy", "clinical_knowledge", "college_biology", "college_medicine", "medical_genetics", "professional_medicine",
)  # fmt: skip


@benchmark("mmlu", "the medical subjects of MMLU: short questions with four options", "mcq", 0)
def load(path: Path) -> list[Row]:
    """The rows of a CSV, or of a folder's CSVs of the medical subjects, one of each subject in turn.

    Raises:
        SettingsError: there is no such file, or it cannot be read.
    """
    files = [f for f in files_of(path, "*_test.csv", "*.csv") if path.is_file() or any(s in f.name for s in SUBJECTS)]
    turns = zip_longest(*(table_records(file, header=False) for file in files))
    return rows_of((record for record in chain.from_iterable(turns) if record is not None), _row, "MMLU")


def _row(record: Record) -> Row:
    question, *options, right = record.raw
    return choice(record.place, question, options, right)
