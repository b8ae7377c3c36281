"""Anterior and posterior hippocampus on a crop of a T1-weighted MRI: outlines and volumes, by a small U-Net trained
here."""

from __future__ import annotations

import re
import time
from pathlib import Path
from typing import TYPE_CHECKING

from bedside.core.answer import Refusal
from bedside.core.errors import WeightError
from bedside.core.measurement import Measurement
from bedside.core.study import Modality, Study
from bedside.tools.asked import asked_for
from bedside.tools.contract import Gate, ToolRequest, ToolResult, refuse_study
from bedside.tools.experts.hippocampus.card import CARD
from bedside.tools.experts.hippocampus.checks import not_a_crop, not_a_hippocampus
from bedside.tools.experts.hippocampus.norms import context
from bedside.tools.experts.hippocampus.outline import Outlined, outline
from bedside.tools.experts.segmentation.pieces import labelled
from bedside.tools.experts.segmentation.results import evidence_of, over_views
from bedside.tools.experts.segmentation.segmenter import Segmenter
from bedside.tools.registry import register
from bedside.tools.results import refusal_of, refused, refused_by_card, source_of

if TYPE_CHECKING:
    from bedside.tools.experts.segmentation.weights import Trained

FOLDER = Path(__file__).resolve().parent
WHOLE = "hippocampus"
THICK_MM = 1.5
_WORD = re.compile(r"\bhippocamp", re.IGNORECASE)


@register
class Hippocampus(Segmenter):
    """Outlines the two parts of one hippocampus and measures them."""

    card = CARD
    folder = FOLDER

    def run(self, request: ToolRequest) -> ToolResult:
        """Outlines the hippocampus in a crop.

        Returns:
            Mask evidence with the volume in mm³ of the whole, the anterior and the posterior part, the mask on the
            file's own grid and a picture; or a refusal: no such crop, nothing like a hippocampus in it, or the weights
            are damaged. Without a refusal where the question does not ask for a hippocampus.
        """
        began = time.monotonic()
        refusal = refuse_study(CARD, request.study.info if request.study else None)
        if refusal is not None or request.study is None:
            return refused_by_card(CARD, refusal, began)
        study = request.study
        gate = judge(request, study)
        if not gate.accepted:
            return refused(CARD, _no_crop(gate.why) if asked_for(CARD, request.question) else None, began, gate)
        try:
            trained = self.trained()
        except WeightError as error:
            return refused(CARD, refusal_of(CARD, error), began, gate)
        found = outline(trained, study)
        reason = not_a_hippocampus(found)
        if reason:
            return refused(CARD, _no_crop(reason), began, Gate(accepted=False, basis="content", why=reason))
        return _result(request, study, trained, found, gate, began)


def judge(request: ToolRequest, study: Study) -> Gate:
    """What vouches for the crop, or why it is not read. The card's kinds, modalities and body parts come first.

    No file states that it shows a hippocampus, so the question says so, or the tool is called by its name.
    """
    reason = not_a_crop(study)
    if reason:
        return Gate(accepted=False, basis="content", why=reason)
    if request.question.strip() and not _WORD.search(request.question):
        return Gate(accepted=False, basis="unknown", why="nothing says that this volume is cut around a hippocampus")
    notes = ["That this volume is cut around one hippocampus was taken on the caller's word."]
    if study.info.modality is Modality.UNKNOWN:
        notes.append(
            "The file does not state its modality: that it is a T1-weighted MRI was taken on the caller's word."
        )
    return Gate(accepted=True, basis="caller's word", notes=tuple(notes))


def _result(
    request: ToolRequest, study: Study, trained: Trained, found: Outlined, gate: Gate, began: float
) -> ToolResult:
    from bedside.tools.imaging.export import write

    measurements = _measured(study, found)
    written = write(study, found.masks, measurements, request.output, by=source_of(CARD))
    limits = (*gate.notes, *_own_limits(study, found), *written.notes)
    facts = trained.facts
    norms = context(facts["traced volumes of the training crops, mm3"][WHOLE], facts["crops"]["train"])
    whole = next(iter(written.regions.values())).model_copy(update={"box": (), "mask_path": ""})
    evidence = tuple(
        evidence_of(
            CARD,
            study,
            one,
            f"{one.label.capitalize()} in this crop {one.value:,.0f} mm³ ({one.low:,.0f} to {one.high:,.0f} over "
            f"{len(found.volumes)} views of it).",
            written.regions.get(one.label, whole),
            (*limits, *_error(facts, one.label), *(norms if one.label == WHOLE else ())),
        )
        for one in measurements
    )
    return ToolResult(
        tool=CARD.name,
        version=CARD.version,
        evidence=evidence,
        artefacts=written.artefacts,
        gate=gate,
        measurements=measurements,
        seconds=time.monotonic() - began,
    )


def _measured(study: Study, found: Outlined) -> tuple[Measurement, ...]:
    """The volumes of the whole and of its parts."""
    spacing = study.info.spacing or (1.0, 1.0, 1.0)
    voxel = spacing[0] * spacing[1] * spacing[2]
    sizes = [float(mask.sum()) * voxel for mask in found.masks.values()]
    columns = [found.volumes.sum(axis=1), *found.volumes.T]
    return tuple(
        over_views(name, "volume", "mm3", (size, float(column.min()), float(column.max())), 0)
        for name, size, column in zip((WHOLE, *found.masks), (sum(sizes), *sizes), columns, strict=True)
    )


def _error(facts: dict[str, object], name: str) -> tuple[str, ...]:
    """How far volumes were from traced ones in crops that nothing was fitted on."""
    validation: dict[str, dict[str, dict[str, float]]] = facts["validation"]  # type: ignore[assignment]
    limits = validation["volume error"][name]
    return (
        f"In {validation['crops']} crops that it was not fitted on, 95 % of volumes of the {name} were "
        f"{limits['low']:+.0%} to {limits['high']:+.0%} from the traced one.",
    )


def _own_limits(study: Study, found: Outlined) -> tuple[str, ...]:
    """What the reader must know of this very crop."""
    limits = []
    spacing = study.info.spacing or (1.0, 1.0, 1.0)
    if max(spacing) > THICK_MM:
        limits.append(
            f"Steps of {max(spacing):.1f} mm are wider than those it was trained on (1 mm): volumes are rougher."
        )
    whole = labelled(found.masks)
    cut = [axis for axis in range(3) if whole.take((0, -1), axis=axis).any()]
    if cut:
        limits.append("The outline reaches the edge of the crop: part of the hippocampus may lie outside it.")
    if any("orientation" in note for note in study.info.notes):
        limits.append("The file does not state its orientation, so anterior and posterior may be exchanged.")
    return tuple(limits)


def _no_crop(reason: str) -> Refusal:
    return Refusal(
        code="BED-TOOL-072",
        subject=CARD.title,
        why=f"This cannot be read as a crop around one hippocampus: {reason}.",
        do="Cut a T1-weighted MRI to about 35 x 50 x 35 mm around one hippocampus, and say that it is one.",
    )
