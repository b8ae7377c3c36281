"""Demonstrates two packaged classifiers of brain tumours: a label only where both name it, and never a score."""

from __future__ import annotations

import threading
import time

import numpy as np
from numpy.typing import NDArray

from bedside.core.answer import Refusal
from bedside.core.errors import BedsideError
from bedside.core.evidence import Evidence, EvidenceKind, Region
from bedside.core.settings import Settings
from bedside.core.study import Modality, Study
from bedside.tools.contract import Gate, ToolRequest, ToolResult, refuse_demonstration, refuse_study
from bedside.tools.experts.brain_tumour.card import CARD, LABELS, SLICE, VGG, XCEPTION
from bedside.tools.experts.brain_tumour.classifiers import Classifier, Vgg, Xception
from bedside.tools.experts.vouching import vouch
from bedside.tools.registry import register
from bedside.tools.results import hash_of, refusal_of, refused, refused_by_card, source_of, unusable_weights

HEAD = "Demonstration only, not a reading:"
NO_TUMOUR = LABELS[2]


@register
class BrainTumour:
    """Asks two classifiers for the kind of tumour on a slice."""

    card = CARD

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self._classifiers: tuple[Classifier, Classifier] | None = None
        self._lock = threading.Lock()

    def run(self, request: ToolRequest) -> ToolResult:
        """Reads one slice.

        Returns:
            An opinion, marked as a demonstration: the label that both name, or that they disagree; or a refusal: it is
            switched off, this is not an MR slice of a head by card, tags, words or shape, or the weights are missing.
        """
        began = time.monotonic()
        refusal = refuse_demonstration(CARD, self.settings) or refuse_study(
            CARD, request.study.info if request.study else None
        )
        if refusal is not None or request.study is None:
            return refused_by_card(CARD, refusal, began)
        study = request.study
        tagged = study.info.modality is Modality.MR and bool(study.info.body_part)
        gate = vouch(CARD, request, study, SLICE, tagged)
        if not gate.accepted:
            return refused(CARD, _not_a_slice(gate.why), began, gate)
        try:
            classifiers = self._load()
        except BedsideError as error:
            return refused(CARD, refusal_of(CARD, error), began, gate)
        picture = _grey(study)
        first, second = (classifier.name(picture) for classifier in classifiers)
        return ToolResult(
            tool=CARD.name,
            version=CARD.version,
            evidence=(_opinion(study, _statement(first, second), gate),),
            gate=gate,
            seconds=time.monotonic() - began,
        )

    def _load(self) -> tuple[Classifier, Classifier]:
        """Both classifiers, loaded once.

        Raises:
            WeightError: weights cannot be had, or are of another network.
        """
        from bedside.core.weights import weight_path

        with self._lock:
            if self._classifiers is None:
                vgg, xception = (weight_path(name, self.settings) for name in (VGG, XCEPTION))
                try:
                    self._classifiers = (Vgg(vgg), Xception(xception))
                except (ValueError, OSError) as error:
                    raise unusable_weights(CARD, error, VGG, XCEPTION) from error
            return self._classifiers


def _grey(study: Study) -> NDArray[np.uint8]:
    """The slice as (row, column) grey: as it is shown, and for a picture file as it is stored."""
    from bedside.tools.imaging.display import shown

    stored = study.info.modality is Modality.UNKNOWN and study.array.ndim == 2 and float(study.array.max()) <= 255
    grey = study.array if stored else shown(study) * 255
    return np.asarray(np.clip(np.rint(grey), 0, 255), dtype=np.uint8)


def _statement(first: str, second: str) -> str:
    if first != second:
        return f"{HEAD} the two packaged classifiers disagree about this slice, so neither label is shown."
    if first == NO_TUMOUR:
        return f"{HEAD} both packaged classifiers name “{first}” on this slice, which does not rule one out."
    return (
        f"{HEAD} both packaged classifiers name {first} on this slice; they are known to be wrong with near-certainty."
    )


def _opinion(study: Study, statement: str, gate: Gate) -> Evidence:
    return Evidence(
        kind=EvidenceKind.MODEL_OPINION,
        statement=statement,
        source=source_of(CARD),
        region=Region(study=study.info.id),
        never_reassures=True,
        limits=(*gate.notes, *CARD.limits),
        input_hash=hash_of(CARD, study.info.sha256),
    )


def _not_a_slice(reason: str) -> Refusal:
    return Refusal(
        code="BED-TOOL-062",
        subject=CARD.title,
        why=f"This cannot be read as an MR slice of a head: {reason}.",
        do="Attach one slice in grey, and say that it is an MR slice of a brain.",
    )
