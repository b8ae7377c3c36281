"""The intracranial volume and its mask on a T1-weighted MRI of the head, by deepbet's networks.

deepbet (Fisch et al. 2024, doi:10.1016/j.compbiomed.2024.108845) outlines brain and the fluid around it and calls the
volume of its mask the total intracranial volume; it is not the volume of brain tissue, and is not called so here.
"""

from __future__ import annotations

import threading
import time
from pathlib import Path

import numpy as np

from bedside.core.answer import Artefact, Refusal
from bedside.core.card import Accepts, Performance, ToolCard
from bedside.core.errors import BedsideError
from bedside.core.evidence import Evidence, EvidenceKind
from bedside.core.measurement import Measurement
from bedside.core.settings import Settings
from bedside.core.study import Modality, Study
from bedside.tools.contract import ToolRequest, ToolResult, refuse_study
from bedside.tools.experts.brain_checks import millilitres, not_a_brain, not_a_head
from bedside.tools.experts.brain_network import BrainMask, BrainNetworks
from bedside.tools.registry import register
from bedside.tools.results import hash_of, refused, source_of

WEIGHTS = ("deepbet-bbox", "deepbet-mask")
CITATION = "Fisch et al. 2024, Comput Biol Med 179:108845, doi:10.1016/j.compbiomed.2024.108845"
THICK_MM = 2.5
LABEL = "intracranial volume"

CARD = ToolCard(
    name="brain_extract",
    version="1.1+deepbet1.0.2",
    kind="expert",
    title="Brain extraction",
    purpose="How large is the intracranial volume on this T1-weighted MRI, and where is it?",
    accepts=Accepts(
        kinds=("volume",),
        modalities=(Modality.MR, Modality.UNKNOWN),
        body_parts=("HEAD", "BRAIN", "SKULL"),
        population="adults, T1-weighted MRI of the whole head",
    ),
    topics=(
        "brain volume",
        "intracranial volume",
        "brain mask",
        "brain extraction",
        "skull strip",
        "skull stripping",
        "head mri",
        "brain mri",
        "t1",
        "brain size",
    ),
    labels=(LABEL,),
    training_data="7,837 T1-weighted MRI of adults, mostly healthy, from 191 OpenNeuro datasets.",
    licence="MIT",
    weights=WEIGHTS,
    performance=(
        Performance(
            metric="median Dice",
            value=0.990,
            n=7837,
            data="191 OpenNeuro datasets, each predicted by networks that had not seen it",
            source=CITATION,
        ),
        Performance(
            metric="lowest Dice",
            value=0.974,
            n=7837,
            data="191 OpenNeuro datasets, each predicted by networks that had not seen it",
            source=CITATION,
        ),
        Performance(
            metric="Dice against the deepbet package's own run",
            value=1.0,
            n=1,
            data="one whole-head T1 at 1 mm, 1,542,038 voxels by both; checks the re-implementation, not the method",
            source="tests/tools/experts/test_brain_extract.py, against deepbet 1.0.2",
        ),
    ),
    limits=(
        "The mask holds brain and the fluid around it: it is not the volume of brain tissue and shows no atrophy.",
        "Trained on T1-weighted MRI of mostly healthy adults: tumours, bleeds, surgery and children are outside that.",
        "For T1-weighted images; other sequences are refused only by a rough check of contrast.",
        "Whether a volume is normal for age, sex and head size is not judged.",
    ),
    citation=CITATION,
)


@register
class BrainExtract:
    """Outlines the intracranial space on a T1-weighted MRI."""

    card = CARD

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self._networks: BrainNetworks | None = None
        self._lock = threading.Lock()

    def run(self, request: ToolRequest) -> ToolResult:
        """Outlines the brain.

        Returns:
            One mask evidence with the volume in mL, with what `export.write` leaves (picture, NIfTI, and over a DICOM
            series SEG and SR); or a refusal: not a volume, not a T1 head, or the weights are missing.
        """
        began = time.monotonic()
        refusal = refuse_study(CARD, request.study.info if request.study else None)
        if refusal is not None or request.study is None:
            return refused(CARD, refusal, began)
        study = request.study
        reason = not_a_head(study)
        if reason:
            return refused(CARD, _not_suitable(reason), began)
        try:
            networks = self._load()
        except BedsideError as error:
            return refused(CARD, _no_weights(error), began)
        found = networks.find(study.array, request.progress)
        reason = "no brain was found in it" if found is None else not_a_brain(study, found)
        if reason or found is None:
            return refused(CARD, _not_suitable(reason), began)
        evidence, measured, artefacts = _evidence(study, found, request.output)
        return ToolResult(
            tool=CARD.name,
            version=CARD.version,
            evidence=(evidence,),
            artefacts=artefacts,
            measurements=(measured,),
            seconds=time.monotonic() - began,
        )

    def _load(self) -> BrainNetworks:
        """The networks, loaded once.

        Raises:
            WeightError: a weight cannot be had.
        """
        from bedside.core.weights import weight_path

        with self._lock:
            if self._networks is None:
                coarse, fine = (weight_path(name, self.settings) for name in WEIGHTS)
                self._networks = BrainNetworks(coarse, fine)
            return self._networks


def _evidence(study: Study, found: BrainMask, output: Path) -> tuple[Evidence, Measurement, tuple[Artefact, ...]]:
    from bedside.tools.imaging.export import write

    source = source_of(CARD)
    spacing = study.info.spacing or (1.0, 1.0, 1.0)
    volume = round(millilitres(found.mask, spacing))
    measured = Measurement(label=LABEL, name="volume", value=float(volume), unit="mL")
    written = write(study, {LABEL: found.mask}, (measured,), output, by=source)
    voxel = float(np.prod(spacing)) / 1000.0
    limits = [
        f"With the network's threshold at 0.7 and at 0.3 instead of 0.5 it would be {found.tight * voxel:.0f} and "
        f"{found.loose * voxel:.0f} mL."
    ]
    if study.info.modality is Modality.UNKNOWN:
        limits.append("The file does not state its modality: that it is a T1-weighted MRI was judged by its content.")
    if max(spacing) > THICK_MM:
        limits.append(f"Slices of {max(spacing):.1f} mm are thicker than those of the published evaluation.")
    if any("orientation" in note for note in study.info.notes):
        limits.append("The file does not state its orientation, so the letters on the picture may be wrong.")
    limits += written.notes
    evidence = Evidence(
        kind=EvidenceKind.MASK,
        statement=f"Intracranial volume (brain and the fluid around it) {volume} mL on this T1-weighted MRI.",
        value=measured.value,
        unit=measured.unit,
        source=source,
        region=written.regions[LABEL],
        limits=(*limits, *CARD.limits),
        input_hash=hash_of(CARD, study.info.sha256),
    )
    return evidence, measured, written.artefacts


def _not_suitable(reason: str) -> Refusal:
    return Refusal(
        code="BED-TOOL-043",
        subject=CARD.title,
        why=f"This does not look like a T1-weighted MRI of a whole head: {reason}.",
        do="Attach a T1-weighted MRI that covers the whole head.",
    )


def _no_weights(error: BedsideError) -> Refusal:
    return Refusal(
        code=error.code,
        subject=CARD.title,
        why=f"Its networks are not there: {error.what}",
        do="Run `bedside doctor` to see what is missing and how to get it.",
    )
