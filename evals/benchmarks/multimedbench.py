"""MultiMedBench (Tu 2023, doi:10.1056/AIoa2300138): fourteen tasks over twelve sets, each with its own licence.

A folder with a folder for each set that is at hand, by the names below, each as its publisher has it. The rows of the
sets that have a reader here are put in turn, so that the first N are of all of them; each keeps the id that it has
there, behind the name of the set. The sets of `WITHOUT` have no reader: they are classified by image or genome, or
summarised, in forms of their own.
"""

from __future__ import annotations

from itertools import chain, zip_longest
from pathlib import Path

from bedside.core.errors import SettingsError
from bedside.evals.benchmarks import medmcqa, medqa, mimic_cxr, pathvqa, pubmedqa, slake, vqa_rad
from bedside.evals.benchmarks.forms import renamed
from bedside.evals.benchmarks.registry import Load, benchmark
from bedside.evals.patients.case import Row

READERS: dict[str, Load] = {
    "medqa": medqa.load,
    "medmcqa": medmcqa.load,
    "pubmedqa": pubmedqa.load,
    "vqa-rad": vqa_rad.load,
    "slake": slake.load,
    "pathvqa": pathvqa.load,
    "mimic-cxr": mimic_cxr.load,
}
WITHOUT = {
    "mimic-iii": "summaries of radiology reports",
    "mimic-cxr labels": "classes of chest X-rays",
    "pad-ufes-20": "classes of skin lesions",
    "vindr-mammo": "classes of mammograms",
    "cbis-ddsm masses": "classes of masses in mammograms",
    "cbis-ddsm calcifications": "classes of calcifications in mammograms",
    "precisionfda": "variants in genomes",
}


@benchmark("multimedbench", "those of MultiMedBench's sets that are at hand, together", "multimedbench", 0)
def load(path: Path) -> list[Row]:
    """The rows of a folder's sets, one of each in turn.

    Raises:
        SettingsError: there is none of the sets, or one cannot be read.
    """
    here = {name: read for name, read in READERS.items() if (path / name).is_dir()}
    if not here:
        raise SettingsError(
            f"{path.name} holds none of MultiMedBench's sets.",
            f"Give a folder with one or more of: {', '.join(READERS)}.",
            code="BED-EVAL-005",
        )
    sets = [[renamed(row, f"{name}: {row.case.id}") for row in read(path / name)] for name, read in here.items()]
    return [row for row in chain.from_iterable(zip_longest(*sets)) if row is not None]
