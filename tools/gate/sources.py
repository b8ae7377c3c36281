"""Where the gate's pictures come from, and how each set is split: by patient, or whole sets to one part."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from bedside.core.base import Frozen
from bedside.core.errors import ImageReadError, SettingsError
from bedside.tools.experts.cxr_pneumonia import kermany
from bedside.tools.experts.segmentation import split
from bedside.tools.gate.classes import BY_NAME, CLASSES
from bedside.tools.gate.picture import squared

if TYPE_CHECKING:
    from bedside.core.study import Study

PARTS = ("train", "validation", "test")
UNKNOWN, BY_PATIENT = "unknown", "by patient"
ONE, KERMANY, HANNOVER, COVID = -1, -2, -3, -4
BASE = 160
LIMIT_BYTES = 400_000_000
_SHARES = (0.7, 0.15)
_AXES = {"sagittal": 0, "coronal": 1, "axial": 2}


class Source(Frozen):
    """One set of pictures or volumes.

    Attributes:
        name: unique; figures are told apart by it.
        files: patterns below the data folder.
        label: the name of the class; every picture of the set has it. Of a kind that is not learnt it is the class that
            it must not be taken for.
        part: one of `PARTS`, ``by patient``, or ``unknown`` for a kind that is not learnt.
        patient: how many leading characters of a file's name tell the patient; 0 where each file is one; -1 where all
            files are of one; -2 for Kermany's names.
        most: at most so many files, at equal steps.
        slices: of a volume, along each of `axes`.
        axes: ``axial``, ``coronal``, ``sagittal``.
        low: where along the axis the body part begins, 0 to 1.
        high: where it ends.
        skip: files whose names hold one of these words are left out.
        windows: whether it is a CT in HU, shown in one of its windows after the other.
        licence: as the publisher states it.
        address: where it is had.
    """

    name: str
    files: tuple[str, ...]
    label: str
    part: str
    patient: int = 0
    most: int = 100_000
    slices: int = 12
    axes: tuple[str, ...] = ("axial",)
    low: float = 0.1
    high: float = 0.9
    windows: bool = False
    skip: tuple[str, ...] = Field(default=())
    licence: str
    address: str


class Sample(NamedTuple):
    """One picture.

    Attributes:
        picture: (BASE, BASE, 3) uint8.
        label: index into `CLASSES`.
        part: one of `PARTS`, or `UNKNOWN`.
        source: the name of its set.
        patient: of whom it is, within its set.
    """

    picture: NDArray[np.uint8]
    label: int
    part: str
    source: str
    patient: str


@lru_cache(maxsize=1)
def sources() -> tuple[Source, ...]:
    """The sets of ``sources.yaml``, in order."""
    import yaml

    rows = yaml.safe_load((Path(__file__).parent / "sources.yaml").read_text(encoding="utf-8"))
    return tuple(Source.model_validate(row) for row in rows)


def samples(data: Path, parts: tuple[str, ...]) -> list[Sample]:
    """Every picture of the parts asked for, of the sets that are there.

    Args:
        data: the folder that `Source.files` are below.
        parts: of `PARTS`, and `UNKNOWN`.

    Raises:
        SettingsError: none of the sets is there.
    """
    found = [sample for source in sources() for sample in _of(source, data, parts)]
    if not found:
        raise SettingsError(
            f"{data} holds none of the gate's pictures.",
            "Put the sets of tools/gate/sources.yaml there.",
            code="BED-EVAL-005",
        )
    return found


def _of(source: Source, data: Path, parts: tuple[str, ...]) -> Iterator[Sample]:
    if source.part != BY_PATIENT and source.part not in parts:
        return
    label = CLASSES.index(BY_NAME[source.label])
    named = {path for pattern in source.files for path in data.glob(pattern)}
    files = [f for f in sorted(named) if f.exists() and not any(word in f.name for word in source.skip)]
    if len(files) > source.most:
        files = [files[int(i)] for i in np.linspace(0, len(files) - 1, source.most)]
    for path in files:
        patient = patient_of(source, path)
        part = part_of(patient, source) if source.part == BY_PATIENT else source.part
        if part in parts:
            for picture in _pictures(source, path):
                yield Sample(picture, label, part, source.name, patient)


def patient_of(source: Source, path: Path) -> str:
    """Whose picture a file is, as far as its name or its set tells."""
    if source.patient == HANNOVER:
        return _hannover(path.parents[1]).get(path.stem, path.stem)
    if source.patient == COVID:
        return path.name.split("_")[0]
    if source.patient == KERMANY:
        return _persons(path.parent.parent.resolve()).get(path.name, path.name)
    return "one" if source.patient == ONE else path.name[: source.patient or None]


def part_of(patient: str, source: Source) -> str:
    """The part of a patient by the hash of the name: the same on every machine.

    Kermany's persons stay in the part that `cxr_pneumonia` has them in: its held-out ones are held out here too.
    """
    if source.patient == KERMANY:
        part = kermany.part_of(patient)
    else:
        part = split.part_of(f"gate {source.name}", patient, *_SHARES)
    return PARTS[split.PARTS.index(part)]


def _pictures(source: Source, path: Path) -> Iterator[NDArray[np.uint8]]:
    from bedside.tools.imaging.reading import read_here

    try:
        study = read_here(path, "A1", LIMIT_BYTES)
    except ImageReadError:
        return
    if study.info.kind == "volume":
        yield from _slices(source, study)
    elif study.info.kind == "image":
        yield squared(_seen(study, source, 0), BASE)


def _seen(study: Study, source: Source, turn: int) -> NDArray[np.float32]:
    from bedside.tools.imaging.display import BONE, LUNG, MEDIASTINUM, SOFT, shown

    if study.info.axes[-1] == "channel":
        return study.array
    return shown(study, (None, SOFT, LUNG, MEDIASTINUM, BONE)[turn % 5] if source.windows else None)


def _slices(source: Source, study: Study) -> Iterator[NDArray[np.uint8]]:
    for axis in (_AXES[name] for name in source.axes):
        depth = study.array.shape[axis]
        places = np.linspace(source.low, source.high, source.slices) * (depth - 1)
        for turn, index in enumerate(dict.fromkeys(int(p) for p in places)):
            plane = _plane(study, source, axis, index, turn)
            if float(np.ptp(plane)) > 0:
                yield squared(_proportioned(plane, study, axis).T[::-1, ::-1], BASE)


def _plane(study: Study, source: Source, axis: int, index: int, turn: int) -> NDArray[np.float32]:
    """One slice as it is shown: in a window of its own, or as the whole volume asks."""
    if not source.windows:
        return np.asarray(np.take(_whole(study), index, axis=axis), dtype=np.float32)
    alone = replace(study, array=np.take(study.array, index, axis=axis))
    return _seen(alone, source, turn)


@lru_cache(maxsize=1)
def _whole(study: Study) -> NDArray[np.float32]:
    from bedside.tools.imaging.display import shown

    return shown(study)


def _proportioned(plane: NDArray[np.float32], study: Study, axis: int) -> NDArray[np.float32]:
    """A slice whose pixels are as many as its millimetres, so that thick slices cut across are not flat."""
    from scipy.ndimage import zoom

    spacing = [s for a, s in enumerate(study.info.spacing or (1.0, 1.0, 1.0)) if a != axis]
    small = min(spacing)
    if max(spacing) < 1.5 * small:
        return plane
    return np.asarray(zoom(plane, [s / small for s in spacing], order=1), dtype=np.float32)


@lru_cache(maxsize=4)
def _persons(folder: Path) -> dict[str, str]:
    """The person of each of Kermany's films by the file's name; `folder` is a published one, such as ``train``."""
    return {film.path.name: film.person for film in kermany.films(folder.parent) if film.folder == folder.name}


@lru_cache(maxsize=4)
def _hannover(folder: Path) -> dict[str, str]:
    """The patient of each of Hannover's films by its image id, from the table beside them."""
    import csv

    with (folder / "data.csv").open(encoding="utf-8") as stream:
        return {row["image_id"]: row["patient_id"] for row in csv.DictReader(stream)}
