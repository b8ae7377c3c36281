"""ACI-Bench (https://github.com/wyim/aci-bench, CC BY 4.0): the note of a whole visit from what was said in it.

Yim 2023, doi:10.1038/s41597-023-02487-3. CSV: ``dataset``, ``encounter_id``, ``dialogue``, ``note``.
"""

from __future__ import annotations

from pathlib import Path

from bedside.evals.benchmarks.files import Record, table_records
from bedside.evals.benchmarks.forms import rows_of, written
from bedside.evals.benchmarks.registry import benchmark
from bedside.evals.patients.case import Row

QUESTION = (
    "Write the clinical note of this visit, with the sections that it needs: chief complaint, history of present "
    "illness, review of systems, physical exam, results, assessment and plan."
)


@benchmark("aci-bench", "the note of a whole visit from what was said in it", "aci-bench", 0)
def load(path: Path) -> list[Row]:
    """The rows of a CSV, or of a folder's test sets, else its validation set, else its training set.

    Raises:
        SettingsError: there is no such file, or it cannot be read.
    """
    return rows_of(table_records(path, "*test*[0-9].csv", "valid.csv", "train.csv"), _row, "ACI-Bench")


def _row(record: Record) -> Row:
    raw = record.raw
    return written(f"{raw['dataset']} {raw['encounter_id']}", QUESTION, (raw["note"],), context=raw["dialogue"])
