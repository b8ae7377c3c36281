"""The right and the left lung on a frontal chest X-ray: outlines and areas, by a small U-Net trained here."""

from __future__ import annotations

import re
import time
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from bedside.core.answer import Refusal
from bedside.core.errors import WeightError
from bedside.core.evidence import EvidenceKind
from bedside.core.measurement import Measurement
from bedside.core.study import Study
from bedside.tools.asked import asked_for
from bedside.tools.contract import Gate, ToolRequest, ToolResult, refuse_study
from bedside.tools.experts.cxr_lungs.card import CARD
from bedside.tools.experts.cxr_lungs.measure import NO_RATIO, areas, cut_off, scale, thoracic_width
from bedside.tools.experts.cxr_lungs.outline import Outlined, outline
from bedside.tools.experts.cxr_pneumonia.gate import judge
from bedside.tools.experts.cxr_pneumonia.likeness import likeness
from bedside.tools.experts.cxr_pneumonia.preprocess import square
from bedside.tools.experts.segmentation.results import evidence_of, over_views
from bedside.tools.experts.segmentation.segmenter import Segmenter
from bedside.tools.registry import register
from bedside.tools.results import refusal_of, refused, refused_by_card, source_of

if TYPE_CHECKING:
    from bedside.tools.experts.segmentation.weights import Trained

FOLDER = Path(__file__).resolve().parent
THORAX = "thorax"
LEAST_LIKENESS = 0.15
LEAST_AGREEMENT, SURE_AGREEMENT = 0.6, 0.88
LEAST_SHARE, MOST_SHARE = 0.03, 0.45
_PA = re.compile(r"\bPA\b|\bposteroanterior\b|\bpostero-anterior\b", re.IGNORECASE)


@register
class CxrLungs(Segmenter):
    """Outlines both lungs on a chest X-ray and measures them."""

    card = CARD
    folder = FOLDER

    def run(self, request: ToolRequest) -> ToolResult:
        """Outlines the lungs of one film.

        Returns:
            Mask evidence with the area of each lung, on a film from behind the width of the thorax, the mask on the
            film's own grid and a picture; or a refusal: not a frontal chest film by card, tags, words or pixels, no
            two lungs found, or the weights are damaged. Nothing where the question does not ask for it.
        """
        began = time.monotonic()
        refusal = refuse_study(CARD, request.study.info if request.study else None)
        if refusal is not None or request.study is None:
            return refused_by_card(CARD, refusal, began)
        if not asked_for(CARD, request.question):
            why = "the question does not ask for the lungs' outlines"
            return refused(CARD, None, began, Gate(accepted=False, basis="unknown", why=why))
        # Words that ask for the lungs say that it is a chest film, as calling the tool by its name does.
        study, gate = request.study, judge(replace(request, question=""), request.study)
        if not gate.accepted:
            return refused(CARD, _not_a_film(gate.why), began, gate)
        try:
            trained = self.trained()
        except WeightError as error:
            return refused(CARD, refusal_of(CARD, error), began, gate)
        found = outline(trained, study)
        reason = implausible(trained, study, found)
        if reason:
            return refused(CARD, _not_a_film(reason), began, Gate(accepted=False, basis="content", why=reason))
        return _result(request, study, found, gate, began)


def implausible(trained: Trained, study: Study, found: Outlined) -> str:
    """Why what was outlined cannot be the lungs of an upright frontal film, "" where it can."""
    mean = np.asarray(trained.facts["mean film"], dtype=np.float64)
    if likeness(square(study.array), mean) < LEAST_LIKENESS:
        return "it does not look like an upright frontal chest film (turned, black for white, or not a chest)"
    for name, mask in found.masks.items():
        share = float(mask.mean())
        if not LEAST_SHARE <= share <= MOST_SHARE:
            return f"what was outlined as the {name} is {share:.0%} of the film"
    right, left = (float(np.nonzero(mask)[1].mean()) for mask in found.masks.values())
    if right >= left:
        return "the lungs that were outlined do not lie side by side"
    return "" if found.agreement >= LEAST_AGREEMENT else "its views are outlined differently"


def _result(request: ToolRequest, study: Study, found: Outlined, gate: Gate, began: float) -> ToolResult:
    from bedside.tools.imaging.export import write

    worth = scale(study.info)
    measurements = tuple(
        over_views(name, "area", worth.area_unit, _times(size, worth.area), 1) for name, size in areas(found).items()
    )
    said = bool(_PA.search(request.question))
    if study.info.view == "PA" or (not study.info.view and said):
        width = _times(thoracic_width(found), worth.width)
        measurements = (*measurements, over_views(THORAX, "width", worth.width_unit, width, 1))
    written = write(study, found.masks, measurements, request.output, by=source_of(CARD))
    limits = (*gate.notes, worth.note, *_own_limits(found), *written.notes, NO_RATIO)
    both = next(iter(written.regions.values())).model_copy(update={"box": (), "mask_path": ""})
    evidence = tuple(
        evidence_of(
            CARD,
            study,
            one,
            _in_words(one),
            written.regions.get(one.label, both),
            limits,
            EvidenceKind.FINDING if one.label == THORAX else EvidenceKind.MASK,
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


def _times(size: tuple[float, float, float], factor: float) -> tuple[float, float, float]:
    return size[0] * factor, size[1] * factor, size[2] * factor


def _in_words(one: Measurement) -> str:
    spread = f"({one.low:.1f} to {one.high:.1f} over four views of it)"
    if one.label == THORAX:
        unit = "cm" if one.unit == "cm" else "% of the film's width"
        return (
            f"Greatest width of the thorax between the outer borders of both lungs {one.value:.1f} {unit} {spread}; "
            "the cardiothoracic ratio is not measured."
        )
    unit = "cm²" if one.unit == "cm2" else "% of the film"
    return f"{one.label.capitalize()} {one.value:.1f} {unit} on this chest X-ray {spread}."


def _own_limits(found: Outlined) -> tuple[str, ...]:
    """What the reader must know of this very film."""
    limits = [
        f"The {name} reaches the edge of the film: only what is on it is measured." for name in cut_off(found.masks)
    ]
    if found.agreement < SURE_AGREEMENT:
        limits.append(
            f"The views of this film are outlined differently (Dice {found.agreement:.2f}): look at the outline."
        )
    return tuple(limits)


def _not_a_film(reason: str) -> Refusal:
    return Refusal(
        code="BED-TOOL-071",
        subject=CARD.title,
        why=f"The lungs cannot be outlined on this: {reason}.",
        do="Attach a frontal chest X-ray of an adult, upright, and say that it is one.",
    )
