"""Closed questions on labelled images: made from sets that are at hand, and asked as a benchmark.

    python -m bedside.evals.benchmarks.image_questions --data FOLDER --out FOLDER --each 40 --seed 1
    bedside eval run image-questions --data FOLDER

The sets: chest X-rays of children (Kermany, doi:10.17632/rscbjbr9sj, CC BY 4.0), of adults with traced lungs (Hannover,
doi:10.6084/m9.figshare.12275009, CC BY 3.0), and MRI with the hippocampus traced (Medical Segmentation Decathlon,
http://medicaldecathlon.com, CC BY-SA 4.0). What is made is ``questions.jsonl`` (``id``, ``kind``, ``question``,
``options``, ``answer``, ``images``, ``sources``) and ``images``, copies whose names tell nothing: the names in the sets
tell the answer. The same seed makes the same questions.
"""

from __future__ import annotations

import argparse
import json
import shutil
from collections.abc import Sequence
from pathlib import Path
from random import Random
from string import ascii_uppercase
from typing import Any

import numpy as np

from bedside.core.errors import SettingsError
from bedside.evals.benchmarks.files import Record, json_records
from bedside.evals.benchmarks.forms import choice, rows_of, shown
from bedside.evals.benchmarks.image_question_kinds import KINDS, Asked, Source, held_out
from bedside.evals.benchmarks.registry import benchmark
from bedside.evals.patients.case import Row
from bedside.tools.experts.hippocampus import msd

QUESTIONS = "questions.jsonl"
_ENDINGS = {"film": ".png", "slice": ".png", "volume": ".nii.gz"}


@benchmark("image-questions", "closed questions on labelled images: kind, finding, count, point, volume, side",
           "image-questions", 0)  # fmt: skip
def load(path: Path) -> list[Row]:
    """The rows of a file of questions, or of a folder with it.

    Raises:
        SettingsError: there is no such file, or it cannot be read.
    """
    return rows_of(json_records(path, QUESTIONS), _row, "questions on images")


def make(data: Path, out: Path, each: int, seed: int) -> dict[str, int]:
    """Makes the questions.

    Args:
        data: the folder that holds the sets; kinds whose set is not there are left out.
        out: a folder that is made, or is empty.
        each: how many of each kind, where so many can be made with balanced answers.
        seed: of what is drawn.

    Returns:
        How many were made of each kind.

    Raises:
        SettingsError: none of the sets is there, or `out` holds files or cannot be written.
    """
    sets = held_out(data)
    if out.exists() and (not out.is_dir() or any(out.iterdir())):
        raise SettingsError(f"{out.name} is no empty folder.", "Give an empty folder.", code="BED-EVAL-004")
    made = {kind: ask(sets, each, Random(f"{seed} {kind}")) for kind, ask in KINDS.items()}  # noqa: S311
    try:
        (out / "images").mkdir(parents=True, exist_ok=True)
        lines = [_written(f"{kind}-{n:03d}", kind, asked, out) for kind, of in made.items() for n, asked in
                 enumerate(of, 1)]  # fmt: skip
        (out / QUESTIONS).write_text("".join(json.dumps(line) + "\n" for line in lines), encoding="utf-8")
    except OSError as error:
        raise SettingsError(
            f"{out.name} cannot be written: {error}", "Give a folder that can be written.", code="BED-EVAL-004"
        ) from error
    return {kind: len(of) for kind, of in made.items()}


def main(arguments: Sequence[str] | None = None) -> None:
    """Makes questions and prints how many of each kind."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0] if __doc__ else None)
    parser.add_argument("--data", type=Path, required=True, help="the folder that holds the sets")
    parser.add_argument("--out", type=Path, required=True, help="an empty folder, or one to make")
    parser.add_argument("--each", type=int, default=40, help="questions of each kind")
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args(arguments)
    for kind, number in make(given.data, given.out, given.each, given.seed).items():
        print(f"{kind:10} {number}")


def _row(record: Record) -> Row:
    raw = record.raw
    pictures = shown(record.folder, raw["images"])
    return choice(str(raw["id"]), raw["question"], raw["options"], raw["answer"], pictures=pictures)


def _written(name: str, kind: str, asked: Asked, out: Path) -> dict[str, Any]:
    """A question as a line of the file; its images are written."""
    names = []
    for n, source in enumerate(asked.images, 1):
        names.append(f"images/{name}-{n}{_ENDINGS[source.form]}")
        _copy(source, out / names[-1])
    return {
        "id": name,
        "kind": kind,
        "question": asked.question,
        "options": asked.options,
        "answer": ascii_uppercase[asked.right],
        "images": names,
        "sources": ["/".join(source.path.parts[-3:]) for source in asked.images],
    }


def _copy(source: Source, target: Path) -> None:
    from PIL import Image

    if source.form == "volume":
        shutil.copyfile(source.path, target)
    elif source.form == "film":
        with Image.open(source.path) as film:
            film.convert("L").save(target)
    else:
        study, _ = msd.read(msd.Crop(source.path, source.path, ""))
        middle = np.asarray(study.array)[:, :, study.array.shape[2] // 2]
        low, high = np.percentile(middle, (1, 99))
        grey = np.clip((middle - low) / max(float(high - low), 1e-6), 0, 1) * 255
        # Rows go from front to back, as a radiologist sees a slice.
        Image.fromarray(grey.T[::-1].astype(np.uint8)).save(target)


if __name__ == "__main__":
    main()
