"""Which of seven kinds of skin lesion a dermoscopic picture is most like, by sklesion's network; it never reassures."""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from bedside.core.answer import Missing, Refusal
from bedside.core.errors import BedsideError
from bedside.core.evidence import Evidence, EvidenceKind, Region, Sign
from bedside.core.settings import Settings
from bedside.core.study import Study
from bedside.tools.contract import Gate, LabelScore, ToolRequest, ToolResult, refuse_study
from bedside.tools.experts.skin_lesion.card import CARD, MISSES, PICTURE, WEIGHT
from bedside.tools.experts.skin_lesion.labels import LABELS, MELANOMA
from bedside.tools.experts.skin_lesion.preprocess import Patient
from bedside.tools.experts.vouching import vouch
from bedside.tools.registry import register
from bedside.tools.results import hash_of, refusal_of, refused, refused_by_card, source_of, unusable_weights

if TYPE_CHECKING:
    from bedside.tools.experts.keras_file import Graph

SHOWN_FROM = 0.01
ASKED = (
    ("age", "age", lambda patient: patient.age is None),
    ("sex", "sex", lambda patient: patient.sex == "unknown"),
    ("lesion_site", "site of the lesion", lambda patient: patient.site == "unknown"),
)


@register
class SkinLesion:
    """Says what a dermoscopic picture is most like."""

    card = CARD

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self._graph: Graph | None = None
        self._lock = threading.Lock()

    def run(self, request: ToolRequest) -> ToolResult:
        """Reads one picture.

        Returns:
            A finding with the label of the highest score, the score for melanoma and the model's recall of it, the
            scores of all labels, and which of age, sex and site it was not told; or a refusal: not a picture of a skin
            lesion by card, words or pixels, or the weights are missing.
        """
        began = time.monotonic()
        refusal = refuse_study(CARD, request.study.info if request.study else None)
        if refusal is not None or request.study is None:
            return refused_by_card(CARD, refusal, began)
        study, gate = request.study, vouch(CARD, request, request.study, PICTURE, tagged=False)
        if not gate.accepted:
            return refused(CARD, _not_a_lesion(gate.why), began, gate)
        try:
            graph = self._load()
        except BedsideError as error:
            return refused(CARD, refusal_of(CARD, error), began, gate)
        patient = Patient.of(request.facts, study.info.age_years)
        labels = _scored(graph, study.array, patient)
        return ToolResult(
            tool=CARD.name,
            version=CARD.version,
            evidence=(_finding(study, labels, patient, gate),),
            missing=_missing(patient),
            labels=labels,
            gate=gate,
            seconds=time.monotonic() - began,
        )

    def _load(self) -> Graph:
        """The network, loaded once.

        Raises:
            WeightError: its weights cannot be had, or are of another network.
        """
        from bedside.core.weights import weight_path
        from bedside.tools.experts.keras_file import Graph, read_keras
        from bedside.tools.experts.skin_lesion.preprocess import SIDE

        with self._lock:
            if self._graph is None:
                path = weight_path(WEIGHT, self.settings)
                try:
                    graph = Graph(read_keras(path))
                    if graph.shapes != [(SIDE, SIDE, 3), (10,)]:
                        raise ValueError(f"it reads {graph.shapes}")
                except (ValueError, OSError) as error:
                    raise unusable_weights(CARD, error, WEIGHT) from error
                self._graph = graph
            return self._graph


def _scored(graph: Graph, picture: NDArray[np.float32], patient: Patient) -> tuple[LabelScore, ...]:
    import torch

    from bedside.tools.experts.skin_lesion.preprocess import views

    shown = views(picture)
    facts = torch.from_numpy(patient.vector)[None].repeat(shown.shape[0], 1)
    (out,) = graph.run([shown, facts])
    return tuple(_label(label.name, out[:, index].double().numpy()) for index, label in enumerate(LABELS))


def _label(name: str, values: NDArray[np.float64]) -> LabelScore:
    low, high = (round(float(v), 4) for v in (values.min(), values.max()))
    return LabelScore(label=name, score=round(float(values[0]), 4), low=low, high=high, calibrated=False, kind="score")


def _finding(study: Study, labels: tuple[LabelScore, ...], patient: Patient, gate: Gate) -> Evidence:
    place = max(range(len(labels)), key=lambda index: labels[index].score)
    first, melanoma = labels[place], next(one for one in labels if one.label == MELANOMA)
    text = (
        f"This picture is most like {LABELS[place].shown}: score {first.score:.2f} "
        f"({first.low:.2f} to {first.high:.2f} with its mirror image; no probability)."
    )
    if first.label != MELANOMA:
        score = f"{melanoma.score:.2f}" if melanoma.score >= SHOWN_FROM else f"below {SHOWN_FROM:.2f}"
        text += f" Its score for melanoma is {score}."
    signs = [Sign(name=first.label, called=True)]
    signs += [Sign(name=MELANOMA, called=False)] if first.label != MELANOMA else []
    told = f"It was told of the patient: {patient.told}."
    return Evidence(
        kind=EvidenceKind.FINDING,
        statement=f"{text} {MISSES}",
        source=source_of(CARD),
        region=Region(study=study.info.id),
        signs=tuple(signs),
        never_reassures=True,
        limits=(*gate.notes, *_unsure(labels), told, *CARD.limits),
        input_hash=hash_of(CARD, study.info.sha256, str(patient)),
    )


def _unsure(labels: tuple[LabelScore, ...]) -> tuple[str, ...]:
    """A note where the picture and its mirror image could be given different labels."""
    first, *rest = sorted(labels, key=lambda one: -one.score)
    close = [one.label for one in rest if one.high >= first.low]
    return (f"It cannot tell this picture from one of {' or '.join(close)}: take it as undecided.",) if close else ()


def _missing(patient: Patient) -> tuple[Missing, ...]:
    why = "The model takes it into account."
    return tuple(
        Missing(name=name, label=label, why=why, effect="the scores of the skin lesion would use it")
        for name, label, lacks in ASKED
        if lacks(patient)
    )


def _not_a_lesion(reason: str) -> Refusal:
    return Refusal(
        code="BED-TOOL-061",
        subject=CARD.title,
        why=f"This cannot be read as a dermoscopic picture of a skin lesion: {reason}.",
        do="Attach the picture in colour, and say that it is dermoscopy of a skin lesion.",
    )
