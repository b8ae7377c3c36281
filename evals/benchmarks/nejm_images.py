"""Image challenges in the form of the New England Journal of Medicine's (all rights are the publisher's).

CSV, as CRAFT-MD writes it (https://github.com/rajpurkarlab/craft-md): ``case_id``, ``img_id``, ``case_vignette``
(which ends with its question), ``choice_1`` to ``choice_5``, ``answer`` (the text of a choice). The images are not
part of it: each is looked for as ``IMG_ID.jpg`` (or ``.jpeg``, ``.png``) beside the table or in ``images``, and a case
without its image is a fault. How often readers chose right (``confidence``) is not read.
"""

from __future__ import annotations

from pathlib import Path

from bedside.evals.benchmarks.craft_md import choices_of
from bedside.evals.benchmarks.files import Record, table_records
from bedside.evals.benchmarks.forms import choice, letter_of, rows_of, shown, vignette_and_question
from bedside.evals.benchmarks.registry import benchmark
from bedside.evals.patients.case import Row


@benchmark("nejm-images", "image challenges with five options", "nejm-images", 0)
def load(path: Path) -> list[Row]:
    """The rows of a CSV, or of every one of a folder.

    Raises:
        SettingsError: there is no such file, or it cannot be read.
    """
    return rows_of(table_records(path, "*nejm*.csv", "*.csv"), _row, "an image challenge")


def _row(record: Record) -> Row:
    raw = record.raw
    options = choices_of(raw)
    context, question = vignette_and_question(raw["case_vignette"])
    return choice(
        raw["case_id"], question, options, letter_of(options, raw["answer"]), context=context,
        pictures=shown(record.folder, (raw["img_id"],), "images"),
    )  # fmt: skip
