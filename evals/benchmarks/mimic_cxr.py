"""MIMIC-CXR's reports (https://physionet.org/content/mimic-cxr, PhysioNet credentialed): findings from the images.

Johnson 2019, doi:10.1038/s41597-019-0322-0. As published: ``files/p10/p10000032/s50414267.txt``, a report with
sections in capitals, and the study's images in the folder ``s50414267`` beside it (JPG of MIMIC-CXR-JPG, or DICOM).
The section FINDINGS is to be written, or IMPRESSION where a report has no findings; INDICATION (or HISTORY) is given.
A report with neither is a fault. The layout is from memory of the publisher's page; the set itself was not at hand.
"""

from __future__ import annotations

import re
from pathlib import Path

from bedside.core.errors import SettingsError
from bedside.evals.benchmarks.files import Record, files_of
from bedside.evals.benchmarks.forms import rows_of, shown, written
from bedside.evals.benchmarks.registry import benchmark
from bedside.evals.patients.case import Row

_SECTION = re.compile(r"^[ \t]*([A-Z][A-Z /&,]{3,60}):", re.M)
_ASKED = ("FINDINGS", "IMPRESSION")
_GIVEN = ("INDICATION", "HISTORY", "CLINICAL HISTORY", "REASON FOR EXAM", "REASON FOR EXAMINATION")
_IMAGES = (".jpg", ".jpeg", ".png", ".dcm")


@benchmark("mimic-cxr", "the findings of a chest X-ray report from its images", "mimic-cxr", 0)
def load(path: Path) -> list[Row]:
    """The rows of a report, or of every one below a folder.

    Raises:
        SettingsError: there is no report.
    """
    files = files_of(path, "**/s[0-9]*.txt")
    return rows_of((Record(f, "", f.stem, f.parent) for f in files), _row, "MIMIC-CXR")


def sections_of(report: str) -> dict[str, str]:
    """The text under each heading in capitals."""
    marks = list(_SECTION.finditer(report))
    ends = [*(m.start() for m in marks[1:]), len(report)]
    return {m[1].strip(): " ".join(report[m.end() : end].split()) for m, end in zip(marks, ends, strict=True)}


def _row(record: Record) -> Row:
    file: Path = record.raw
    try:
        sections = sections_of(file.read_text(encoding="utf-8"))
    except OSError as error:
        raise SettingsError(
            f"{file.name} cannot be read: {error}", "Give it as published.", code="BED-EVAL-005"
        ) from error
    asked = next((name for name in _ASKED if sections.get(name)), _ASKED[0])
    given = next((f"{name}: {sections[name]}" for name in _GIVEN if sections.get(name)), "")
    folder = file.with_suffix("")
    images = sorted(f"{folder.name}/{f.name}" for f in folder.glob("*") if f.suffix.lower() in _IMAGES)
    row = written(
        record.place, f"Write the section {asked} of the report on these chest X-rays.", (sections.get(asked, ""),),
        context=given, pictures=shown(file.parent, images),
    )  # fmt: skip
    return row if images or row.fault else row._replace(fault="no image")
