"""The expert that an added bundle becomes: masks and volumes of what it outlines, on the Study's own grid."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from bedside.core.answer import Artefact, Refusal
from bedside.core.card import ToolCard
from bedside.core.errors import BedsideError
from bedside.core.evidence import Evidence, EvidenceKind, Region
from bedside.core.measurement import Measurement
from bedside.core.settings import Settings
from bedside.core.study import Modality, Study
from bedside.tools.bundles.labelling import LabelMasks, label_volume
from bedside.tools.bundles.loaded import LoadedBundle, load_bundle
from bedside.tools.bundles.preprocess import UNLIKE, prepare
from bedside.tools.bundles.record import BundleRecord
from bedside.tools.bundles.sliding import Stopped, planes
from bedside.tools.contract import STOPPED, Gate, ToolRequest, ToolResult, refuse_study
from bedside.tools.results import hash_of, refusal_of, refused, refused_by_card, source_of

if TYPE_CHECKING:
    from collections.abc import Sequence

MOST_SHOWN = 8
AIR_HU = -300.0
UNNAMED = "BED-BUNDLE-010"
# One network over a volume takes gigabytes and both cores: two at once would take longer than one after the other.
_one_at_a_time = threading.Lock()


@dataclass(frozen=True, eq=False)
class Segmentation:
    """What a bundle outlined on a Study.

    Attributes:
        masks: by label, (R, A, S) bool of the Study's shape.
        voxels: how many each label has.
    """

    masks: LabelMasks
    voxels: dict[str, int]


class BundleExpert:
    """Outlines on a volume what an added bundle was trained for."""

    def __init__(self, record: BundleRecord, settings: Settings) -> None:
        self.record, self.settings = record, settings
        self.card: ToolCard = record.card()
        self._loaded: LoadedBundle | None = None
        self._lock = threading.Lock()

    def run(self, request: ToolRequest) -> ToolResult:
        """Outlines what the question names, or everything.

        Returns:
            A mask evidence for each label that is shown, with its volume in mL and what `export.write` leaves (picture,
            NIfTI, and over a DICOM series SEG and SR), and one file of all labels; or a refusal: a Study that it is not
            for, too few series, nothing named where it must be, files that were changed, or that it was stopped.
        """
        began = time.monotonic()
        refusal = refuse_study(self.card, request.study.info if request.study else None) or self._short_of(request)
        if refusal is not None or request.study is None:
            return self._refused(refusal, began)
        if _no_hounsfield(request.study, self.record):
            return self._refused(self._not_ct(), began)
        named = named_labels(request.question, self.card.labels)
        if self.record.prompted and not named:
            return self._refused(self._unnamed(), began)
        try:
            found = self.segment((request.study, *request.further), named, request.progress, request.cancelled)
        except Stopped:
            return self._refused(self._stopped(began), began)
        except BedsideError as error:
            return self._refused(refusal_of(self.card, error), began)
        result = self._shown(request, found, named)
        return result.model_copy(update={"seconds": time.monotonic() - began})

    def segment(
        self,
        studies: Sequence[Study],
        labels: Sequence[str] = (),
        progress: Callable[[float], None] = lambda share: None,
        cancelled: Callable[[], bool] = lambda: False,
    ) -> Segmentation:
        """Runs the bundle over a volume.

        Args:
            studies: one volume; for a bundle of several series one of each, in the order of its card, on one grid.
            labels: what to outline, for a bundle that outlines what it is asked for; others outline all they can.
            progress: told the share that is done.
            cancelled: asked before each window.

        Raises:
            Stopped: `cancelled` said so.
            BundleError: the bundle was changed (006), the Studies do not fit (009), a step fails on this volume (004).
        """
        loaded = self._load()
        prepared = prepare(tuple(studies), loaded.steps, loaded.ready)

        def tick(share: float) -> None:
            progress(share)
            if cancelled():
                raise Stopped

        score, numbers = loaded.for_labels(labels)
        with _one_at_a_time:
            found = label_volume(
                planes(prepared.image, score, loaded.windows, tick),
                int(prepared.image.shape[1]),
                prepared.grid,
                _shape(studies[0].array),
                loaded.deciding,
            )
        masks = LabelMasks(found, numbers, overlapping=loaded.deciding.threshold is not None)
        return Segmentation(masks, masks.voxels())

    def _load(self) -> LoadedBundle:
        with self._lock:
            if self._loaded is None:
                self._loaded = load_bundle(self.record, self.settings)
            return self._loaded

    def _short_of(self, request: ToolRequest) -> Refusal | None:
        """The refusal where a bundle of several series is given fewer, or more."""
        series = self.card.accepts.series or ("volume",)
        given = 1 + len(request.further)
        if given == len(series):
            return None
        files = " ".join(f"--file {name.upper().replace(' ', '_')}" for name in series)
        return Refusal(
            code=UNLIKE,
            subject=self.card.title,
            why=f"It reads {len(series)} series on one grid ({', '.join(series)}); {given} was given.",
            do=f"Run `bedside tools run {self.card.name} {files}`, in this order.",
        )

    def _shown(self, request: ToolRequest, found: Segmentation, named: tuple[str, ...]) -> ToolResult:
        """The evidence for what is shown, with what `export.write` leaves, and one file of all labels."""
        from bedside.tools.imaging.export import write

        study = request.study
        assert study is not None
        held = {label: n for label, n in found.voxels.items() if n}
        wanted = [label for label in named or found.voxels if label in found.voxels]
        shown = sorted((label for label in wanted if label in held), key=lambda label: -held[label])[:MOST_SHOWN]
        masks = {label: found.masks[label] for label in shown}
        measured = tuple(_volume(study, label, held[label]) for label in shown)
        written = write(study, masks, measured, request.output, by=source_of(self.card))
        evidence = [
            self._mask_evidence(request, one, written.regions[one.label], (*_cut_off(masks[one.label]), *written.notes))
            for one in measured
        ]
        absent = tuple(label for label in wanted if label not in held)
        if absent and (named or not shown):
            evidence.append(self._nothing_found(study, absent))
        return ToolResult(
            tool=self.card.name,
            version=self.card.version,
            evidence=tuple(evidence),
            measurements=measured,
            artefacts=(*written.artefacts, *self._all_labels(request, study, found.masks)),
            gate=_gate(study),
        )

    def _all_labels(self, request: ToolRequest, study: Study, masks: LabelMasks) -> tuple[Artefact, ...]:
        """One file of all labels, and one that says which number is which; none where the numbers do not fit a byte."""
        from bedside.tools.imaging.export.grids import save_nifti

        if int(masks.codes.max(initial=0)) > 255:
            return ()
        stem = request.output / f"{study.info.id}-{study.info.sha256[:8]}-{self.card.name}"
        path, names = stem.with_name(f"{stem.name}-labels.nii.gz"), stem.with_name(f"{stem.name}-labels.json")
        save_nifti(study, masks.codes, path)
        names.write_text(json.dumps({"file": path.name, "values": masks.values_by_label()}, indent=1), encoding="utf-8")
        return (
            Artefact(path=str(path), media_type="application/gzip", title="All labels (NIfTI)"),
            Artefact(path=str(names), media_type="application/json", title="Which number is which label"),
        )

    def _mask_evidence(
        self, request: ToolRequest, measured: Measurement, region: Region, notes: tuple[str, ...]
    ) -> Evidence:
        study, label = request.study, measured.label
        assert study is not None
        unsaid = study.info.modality is Modality.UNKNOWN
        word = ("The file does not state its modality: it was read on the caller's word.",) if unsaid else ()
        return Evidence(
            kind=EvidenceKind.MASK,
            statement=f"{label[:1].upper()}{label[1:]} outlined on this {_kind(study)}: {measured.value:g} mL.",
            value=measured.value,
            unit=measured.unit,
            source=source_of(self.card),
            region=region,
            limits=(*word, *notes, *self.card.limits),
            input_hash=self._hash(request),
        )

    def _nothing_found(self, study: Study, absent: tuple[str, ...]) -> Evidence:
        named = ", ".join(absent[:MOST_SHOWN])
        return Evidence(
            kind=EvidenceKind.FINDING,
            statement=f"No voxel of this {_kind(study)} was outlined as {named}.",
            source=source_of(self.card),
            region=Region(study=study.info.id),
            limits=("That nothing was outlined does not show that it is not there.", *self.card.limits),
            input_hash=hash_of(self.card, study.info.sha256),
        )

    def _hash(self, request: ToolRequest) -> str:
        studies = (request.study, *request.further)
        return hash_of(self.card, *(study.info.sha256 for study in studies if study is not None))

    def _refused(self, refusal: Refusal | None, began: float) -> ToolResult:
        misfit = refusal is not None and refusal.code in ("BED-TOOL-010", "BED-TOOL-011", UNLIKE)
        return refused_by_card(self.card, refusal, began) if misfit else refused(self.card, refusal, began)

    def _stopped(self, began: float) -> Refusal:
        return Refusal(
            code=STOPPED,
            subject=self.card.title,
            why=f"It was stopped after {time.monotonic() - began:.0f} s, before it had seen the whole volume.",
            do=f"Run it alone (`bedside tools run {self.card.name} --file F`), or raise BEDSIDE_BOUNDS__SECONDS.",
        )

    def _not_ct(self) -> Refusal:
        return Refusal(
            code=UNLIKE,
            subject=self.card.title,
            why="It reads CT; this file does not state its modality, and none of its values is that of air in HU.",
            do="Attach the CT as DICOM, or with its values in Hounsfield units.",
        )

    def _unnamed(self) -> Refusal:
        some = ", ".join(self.card.labels[:12])
        return Refusal(
            code=UNNAMED,
            subject=self.card.title,
            why="It outlines what it is asked for by name, and the question names nothing that it knows.",
            do=f"Name one or more of its {len(self.card.labels)} labels, as {some}.",
        )


def named_labels(question: str, labels: Sequence[str]) -> tuple[str, ...]:
    """The labels that a question names: as whole words, in singular or plural, left and right in either place."""
    words = "".join(c if c.isalnum() else " " for c in question.lower()).split()
    held = {*words, *(word[:-1] for word in words if word.endswith("s"))}
    exact = [label for label in labels if set(label.lower().split()) <= held]
    # "left kidney" names one side; "kidney" alone names both, and "liver" no "liver tumour".
    sides = {"left", "right"}
    bare = [x for x in labels if set(x.lower().split()) & sides and set(x.lower().split()) - sides <= held]
    return tuple(exact) if exact else tuple(bare)


def _cut_off(mask: NDArray[np.bool_]) -> tuple[str, ...]:
    edges = any(bool(np.take(mask, end, axis=axis).any()) for axis in range(3) for end in (0, -1))
    return ("The outline reaches the edge of the images: the volume is of the part that was imaged.",) if edges else ()


def _gate(study: Study) -> Gate:
    if study.info.modality is Modality.UNKNOWN:
        note = "The file does not state its modality: it was read on the caller's word."
        return Gate(accepted=True, basis="caller's word", notes=(note,))
    return Gate(accepted=True, basis="tags")


def _no_hounsfield(study: Study, record: BundleRecord) -> bool:
    """Whether a file that does not say that it is a CT cannot be one: air is in or around every body (-1000 HU)."""
    unsaid = study.info.modality is Modality.UNKNOWN and Modality.CT in record.modalities
    return unsaid and float(study.array.min()) > AIR_HU


def _volume(study: Study, label: str, voxels: int) -> Measurement:
    value = voxels * float(np.prod(study.info.spacing or (1.0, 1.0, 1.0))) / 1000.0
    rounded = float(f"{value:.0f}" if value >= 10 else f"{value:.2g}")
    return Measurement(label=label, name="volume", value=rounded, unit="mL")


def _kind(study: Study) -> str:
    return "volume" if study.info.modality is Modality.UNKNOWN else f"{study.info.modality.value} volume"


def _shape(array: NDArray[Any]) -> tuple[int, int, int]:
    return int(array.shape[0]), int(array.shape[1]), int(array.shape[2])


__all__ = ["BundleExpert", "Segmentation", "named_labels"]
