"""Whether a child's chest X-ray looks like pneumonia: a small network trained here, calibrated, with a heat map."""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray

from bedside.core.answer import Artefact
from bedside.core.errors import WeightError
from bedside.core.evidence import Evidence, EvidenceKind, Region, Sign
from bedside.core.settings import Settings
from bedside.core.study import Study
from bedside.tools.contract import Gate, LabelScore, ToolRequest, ToolResult, refuse_study
from bedside.tools.experts.cxr_pneumonia.card import ADULT, CARD, CHILDREN, FOLLOW_UP, OLDEST_TRAINED
from bedside.tools.experts.cxr_pneumonia.gate import judge
from bedside.tools.experts.cxr_pneumonia.likeness import LEAST, TYPICAL, likeness
from bedside.tools.experts.cxr_pneumonia.preprocess import square
from bedside.tools.experts.vouching import not_a_film
from bedside.tools.registry import register
from bedside.tools.results import age_of, hash_of, refusal_of, refused, refused_by_card, source_of

if TYPE_CHECKING:
    from bedside.tools.experts.cxr_pneumonia.weights import Trained

WIDE = 0.15


class Reading(NamedTuple):
    """One film as it was read.

    Attributes:
        scores: each class over the views, in the order of the card's labels.
        pneumonia: the probability that it is not normal, over the views.
        age: the patient's age in years, None where unknown.
        likeness: to the mean training film, -1 to 1.
    """

    scores: tuple[LabelScore, ...]
    pneumonia: LabelScore
    age: float | None
    likeness: float


@register
class CxrPneumonia:
    """Scores a chest X-ray as normal, bacterial or viral pneumonia."""

    card = CARD

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self._trained: Trained | None = None
        self._lock = threading.Lock()

    def run(self, request: ToolRequest) -> ToolResult:
        """Reads one film.

        Returns:
            A finding with the calibrated probability of pneumonia and a heat map, a second one with bacterial against
            viral where pneumonia is called, with what to look up next, and the scores of all labels; or a refusal: not
            a chest film by card, tags, words or pixels, or the weights are damaged.
        """
        began = time.monotonic()
        refusal = refuse_study(CARD, request.study.info if request.study else None)
        if refusal is not None or request.study is None:
            return refused_by_card(CARD, refusal, began)
        study, gate = request.study, judge(request, request.study)
        if not gate.accepted:
            return refused(CARD, not_a_film(CARD, gate.why), began, gate)
        try:
            trained = self._load()
        except WeightError as error:
            return refused(CARD, refusal_of(CARD, error), began, gate)
        film = square(study.array)
        alike = likeness(film, trained.mean_film)
        if alike < LEAST:
            why = "it does not look like an upright frontal chest film (turned, black for white, or not a chest)"
            return refused(CARD, not_a_film(CARD, why), began, Gate(accepted=False, basis="content", why=why))
        # The heat map watches the network that all threads share.
        with self._lock:
            reading = _read(trained, film, age_of(request, study), alike)
            return _result(request, study, trained, film, reading, gate, began)

    def _load(self) -> Trained:
        """The network, loaded once.

        Raises:
            WeightError: its file is missing or damaged.
        """
        from bedside.tools.experts.cxr_pneumonia.weights import load

        with self._lock:
            if self._trained is None:
                self._trained = load()
            return self._trained


def _read(trained: Trained, film: NDArray[np.uint8], age: float | None, alike: float) -> Reading:
    of_views = scored(trained, film[None])[:, 0]
    fits = (age is None or age <= OLDEST_TRAINED) and alike >= TYPICAL

    def over_views(label: str, values: NDArray[np.float64]) -> LabelScore:
        low, mean, high = (round(float(v), 4) for v in (values.min(), values.mean(), values.max()))
        return LabelScore(label=label, score=mean, low=low, high=high, calibrated=fits)

    scores = tuple(over_views(label, of_views[:, index]) for index, label in enumerate(CARD.labels))
    return Reading(scores, over_views("pneumonia", 1 - of_views[:, 0]), age, alike)


def scored(trained: Trained, squares: NDArray[np.uint8]) -> NDArray[np.float64]:
    """Calibrated probabilities of the classes in each view of N films: (views, N, 3)."""
    from bedside.tools.experts.cxr_pneumonia.views import logits, probabilities

    return probabilities(logits(trained.network, squares), trained.temperature)


def _result(
    request: ToolRequest,
    study: Study,
    trained: Trained,
    film: NDArray[np.uint8],
    reading: Reading,
    gate: Gate,
    began: float,
) -> ToolResult:
    from bedside.tools.experts.cxr_pneumonia.heatmap import grad_cam, hot_box, save_heat

    called = reading.pneumonia.score >= trained.threshold
    heat = grad_cam(trained.network, film)
    path = request.output / f"{study.info.id}-{study.info.sha256[:8]}-pneumonia-heat.png"
    save_heat(study.array.mean(axis=2) if study.array.ndim == 3 else study.array, heat, path)
    box = hot_box(heat, study.array.shape) if called else ()
    region = Region(study=study.info.id, axis="row, column" if box else "", box=box, overlay_path=str(path))
    limits = (*_own_limits(reading, trained, gate), *CARD.limits)
    pneumonia = _finding(study, _statement(reading, trained), reading.pneumonia, region, limits)
    evidence = [pneumonia.model_copy(update={"signs": (Sign(name="pneumonia", called=called),)})]
    if called:
        evidence.append(_finding(study, _cause(reading), reading.scores[1], region, limits))
    heat_map = Artefact(path=str(path), media_type="image/png", title="Where the network looked (Grad-CAM)")
    return ToolResult(
        tool=CARD.name,
        version=CARD.version,
        evidence=tuple(evidence),
        artefacts=(heat_map,),
        labels=(*reading.scores, reading.pneumonia),
        gate=gate,
        follow_up=FOLLOW_UP if called and (reading.age is None or reading.age < ADULT) else "",
        seconds=time.monotonic() - began,
    )


def _statement(reading: Reading, trained: Trained) -> str:
    found, point = reading.pneumonia, trained.threshold
    looks = (
        "This chest X-ray looks like pneumonia"
        if found.score >= point
        else "Pneumonia is not called on this chest X-ray"
    )
    kind = "calibrated probability" if found.calibrated else "uncalibrated score"
    spread = f"{found.low:.2f} to {found.high:.2f} over four views of it"
    text = f"{looks}: {kind} {found.score:.2f} ({spread}; called from {point:.2f})."
    if reading.age is None:
        text += f" {CHILDREN} This patient's age is not known."
    elif reading.age > OLDEST_TRAINED:
        who = "an adult" if reading.age >= ADULT else "older than that"
        text += f" {CHILDREN} This patient is {who} ({reading.age:.0f} years): do not rely on it."
    return text


def _cause(reading: Reading) -> str:
    _, bacterial, viral = reading.scores
    return (
        f"If it is pneumonia, its pattern is {'bacterial' if bacterial.score >= viral.score else 'viral'} rather than "
        f"{'viral' if bacterial.score >= viral.score else 'bacterial'}: {bacterial.score:.2f} bacterial, "
        f"{viral.score:.2f} viral, {reading.scores[0].score:.2f} normal."
    )


def _own_limits(reading: Reading, trained: Trained, gate: Gate) -> tuple[str, ...]:
    """What the reader must know of this very film."""
    limits = list(gate.notes)
    found = reading.pneumonia
    if found.low < trained.threshold <= found.high:
        limits.append("The views of this film disagree on whether to call pneumonia: take it as undecided.")
    elif found.high - found.low > WIDE:
        limits.append("The views of this film differ widely: the score is uncertain.")
    if reading.likeness < TYPICAL:
        limits.append(
            f"It looks unlike the films of the training set (likeness {reading.likeness:.2f}; 99.9 % of such films are "
            f"above {TYPICAL}), so its score is not calibrated."
        )
    return tuple(limits)


def _finding(study: Study, statement: str, found: LabelScore, region: Region, limits: tuple[str, ...]) -> Evidence:
    return Evidence(
        kind=EvidenceKind.FINDING,
        statement=statement,
        value=found.score,
        low=found.low,
        high=found.high,
        unit="1",
        source=source_of(CARD),
        region=region,
        confidence=found.score,
        calibrated=found.calibrated,
        never_reassures=True,
        limits=limits,
        input_hash=hash_of(CARD, study.info.sha256),
    )
