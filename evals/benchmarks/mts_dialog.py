"""MTS-Dialog (https://github.com/abachaa/MTS-Dialog, CC BY 4.0): a section of a note from a short conversation.

Ben Abacha 2023, doi:10.18653/v1/2023.eacl-main.168. CSV: ``ID``, ``section_header``, ``section_text``, ``dialogue``.
Which section is to be written is told: the set's other task, to find that out, is not asked.
"""

from __future__ import annotations

from pathlib import Path

from bedside.evals.benchmarks.files import Record, table_records
from bedside.evals.benchmarks.forms import rows_of, written
from bedside.evals.benchmarks.registry import benchmark
from bedside.evals.patients.case import Row

SECTIONS = {
    "ALLERGY": "allergies",
    "ASSESSMENT": "assessment",
    "CC": "chief complaint",
    "DIAGNOSIS": "diagnosis",
    "DISPOSITION": "disposition",
    "EDCOURSE": "course in the emergency department",
    "EXAM": "physical examination",
    "FAM/SOCHX": "family and social history",
    "GENHX": "history of present illness",
    "GYNHX": "gynaecological history",
    "IMAGING": "imaging",
    "IMMUNIZATIONS": "immunizations",
    "LABS": "laboratory results",
    "MEDICATIONS": "medications",
    "OTHER_HISTORY": "other history",
    "PASTMEDICALHX": "past medical history",
    "PASTSURGICAL": "past surgical history",
    "PLAN": "plan",
    "PROCEDURES": "procedures",
    "ROS": "review of systems",
}


@benchmark("mts-dialog", "a section of a note from a short conversation", "mts-dialog", 0)
def load(path: Path) -> list[Row]:
    """The rows of a CSV, or of a folder's test sets, else its validation set, else all of it.

    Raises:
        SettingsError: there is no such file, or it cannot be read.
    """
    return rows_of(table_records(path, "*TestSet*.csv", "*ValidationSet*.csv", "*.csv"), _row, "MTS-Dialog")


def _row(record: Record) -> Row:
    raw = record.raw
    section = SECTIONS[raw["section_header"].strip().upper()]
    question = f"Write the section of the clinical note on this conversation: {section}."
    return written(
        f"{record.place.rsplit(' ', 1)[0]} {raw['ID']}", question, (raw["section_text"],), context=raw["dialogue"]
    )
