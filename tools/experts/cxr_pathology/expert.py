"""Which of eighteen findings a chest X-ray suggests, by TorchXRayVision's DenseNet; its scores are no probabilities."""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from bedside.core.errors import BedsideError
from bedside.core.evidence import Evidence, EvidenceKind, Region, Sign
from bedside.core.settings import Settings
from bedside.core.study import Modality, Study
from bedside.tools.contract import Gate, LabelScore, ToolRequest, ToolResult, refuse_study
from bedside.tools.experts.cxr_pathology.card import ADULT, CARD, FILM, WEIGHT
from bedside.tools.experts.cxr_pathology.labels import CALLED_FROM, LABELS
from bedside.tools.experts.vouching import not_a_film, vouch
from bedside.tools.registry import register
from bedside.tools.results import age_of, hash_of, refusal_of, refused, refused_by_card, source_of, unusable_weights

if TYPE_CHECKING:
    import torch

NO_PROBABILITY = "operating-point scores, called from 0.50; they are no probabilities"


@register
class CxrPathology:
    """Scores a chest X-ray for eighteen findings."""

    card = CARD

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self._network: torch.nn.Module | None = None
        self._lock = threading.Lock()

    def run(self, request: ToolRequest) -> ToolResult:
        """Reads one film.

        Returns:
            A finding with the labels that are called, one with those that are not, and the scores of all; or a refusal:
            not a chest film by card, tags, words or shape, or the weights are missing.
        """
        began = time.monotonic()
        refusal = refuse_study(CARD, request.study.info if request.study else None)
        if refusal is not None or request.study is None:
            return refused_by_card(CARD, refusal, began)
        study = request.study
        tagged = study.info.modality in (Modality.CR, Modality.DX) and bool(study.info.body_part)
        gate = vouch(CARD, request, study, FILM, tagged)
        if not gate.accepted:
            return refused(CARD, not_a_film(CARD, gate.why), began, gate)
        try:
            network = self._load()
        except BedsideError as error:
            return refused(CARD, refusal_of(CARD, error), began, gate)
        labels = _scored(network, study)
        return ToolResult(
            tool=CARD.name,
            version=CARD.version,
            evidence=_evidence(request, study, labels, gate),
            labels=labels,
            gate=gate,
            seconds=time.monotonic() - began,
        )

    def _load(self) -> torch.nn.Module:
        """The network, loaded once.

        Raises:
            WeightError: its weights cannot be had, or are of another network.
        """
        from bedside.core.weights import weight_path
        from bedside.core.weights.torch_file import tensors_of
        from bedside.tools.experts.cxr_pathology.network import loaded

        with self._lock:
            if self._network is None:
                path = weight_path(WEIGHT, self.settings)
                try:
                    self._network = loaded(tensors_of(path))
                except (ValueError, RuntimeError, OSError) as error:
                    raise unusable_weights(CARD, error, WEIGHT) from error
            return self._network


def _scored(network: torch.nn.Module, study: Study) -> tuple[LabelScore, ...]:
    from bedside.tools.experts.cxr_pathology.scores import scores
    from bedside.tools.imaging.display import normalised

    of_views = scores(network, normalised(study))
    return tuple(_label(name, of_views[:, index]) for index, name in enumerate(LABELS))


def _label(name: str, values: NDArray[np.float64]) -> LabelScore:
    """The score of the whole film, with the lowest and highest over the views."""
    low, high = (round(float(v), 4) for v in (values.min(), values.max()))
    return LabelScore(label=name, score=round(float(values[0]), 4), low=low, high=high, calibrated=False, kind="score")


def _evidence(request: ToolRequest, study: Study, labels: tuple[LabelScore, ...], gate: Gate) -> tuple[Evidence, ...]:
    """What is called, highest first, and what is not: two findings, so that each can be cited alone."""
    called = sorted((one for one in labels if one.score >= CALLED_FROM), key=lambda one: -one.score)
    rest = [one for one in labels if one.score < CALLED_FROM]
    limits = (*gate.notes, *_of_this_film(request, study, called, rest), *CARD.limits)
    found = []
    if called:
        listed = ", ".join(f"{one.label} {one.score:.2f}" for one in called)
        found.append(_finding(study, f"This chest X-ray suggests {listed} ({NO_PROBABILITY}).", called, True, limits))
    if rest:
        listed = ", ".join(one.label for one in rest)
        text = f"Not called on this chest X-ray, which rules none of them out: {listed}."
        found.append(_finding(study, text, rest, False, limits))
    return tuple(found)


def _of_this_film(
    request: ToolRequest, study: Study, called: list[LabelScore], rest: list[LabelScore]
) -> tuple[str, ...]:
    limits = []
    unsure = [one.label for one in (*called, *rest) if one.low < CALLED_FROM <= one.high]
    if unsure:
        limits.append(f"Two views of this film disagree on whether to call: {', '.join(unsure)}.")
    if study.info.view == "":
        limits.append("The file does not state the view: that it is frontal is assumed.")
    age = age_of(request, study)
    if age is None:
        limits.append("The patient's age is not known; the model was trained mostly on adults.")
    elif age < ADULT:
        limits.append(f"The patient is {age:.0f} years old; the model was trained mostly on adults.")
    return tuple(limits)


def _finding(study: Study, statement: str, labels: list[LabelScore], called: bool, limits: tuple[str, ...]) -> Evidence:
    return Evidence(
        kind=EvidenceKind.FINDING,
        statement=statement,
        source=source_of(CARD),
        region=Region(study=study.info.id),
        signs=tuple(Sign(name=one.label, called=called) for one in labels),
        never_reassures=True,
        limits=limits,
        input_hash=hash_of(CARD, study.info.sha256),
    )
