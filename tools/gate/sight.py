"""Looks at a Study: what it appears to be, how familiar that is, and whether its tags say otherwise."""

from __future__ import annotations

import logging
import threading
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from bedside.core.appearance import Appearance
from bedside.core.errors import StorageError, WeightError
from bedside.tools.gate.classes import CLASSES, agrees
from bedside.tools.gate.familiar import distances

if TYPE_CHECKING:
    from pathlib import Path

    from bedside.core.settings import Settings
    from bedside.core.study import Study
    from bedside.tools.gate.weights import Trained

log = logging.getLogger("bedside.tools")
KINDS = ("image", "volume")
_lock = threading.Lock()
_loaded: dict[tuple[Path, Path | None], Trained | None] = {}


def with_appearance(study: Study, settings: Settings) -> Study:
    """The Study with its appearance; unchanged for a signal, and where weights cannot be had, which is logged."""
    if study.info.kind not in KINDS or study.info.appearance is not None:
        return study
    trained = _trained(settings)
    if trained is None:
        return study
    return replace(study, info=study.info.model_copy(update={"appearance": seen(study, trained)}))


def seen(study: Study, trained: Trained) -> Appearance:
    """The gate's verdict on an image, or on three slices of a volume taken together."""
    from scipy.special import softmax

    from bedside.tools.gate.picture import pictures

    places, logits = trained.outputs(pictures(study))
    scores = softmax(logits / trained.temperature, axis=1).mean(axis=0)
    label = int(scores.argmax())
    one = CLASSES[label]
    far = 0.0
    if one.read:
        of_pictures = distances(trained.space, places, np.full(len(places), label))
        far = round(float(of_pictures.min()), 3)
    tagged = f"{study.info.modality.value} {study.info.body_part}".strip()
    return Appearance(
        name=one.name,
        words=one.words,
        score=round(float(scores[label]), 4),
        distance=far,
        familiar=far <= trained.limit,
        disagreement="" if agrees(one, study.info) else tagged,
    )


def _trained(settings: Settings) -> Trained | None:
    """The weights, loaded once for a cache folder; None where they cannot be had, which is not tried again."""
    from bedside.tools.gate.weights import load
    from bedside.tools.similar.efficientnet import WEIGHT

    key = (settings.cache, settings.weights.get(WEIGHT))
    with _lock:
        if key not in _loaded:
            try:
                _loaded[key] = load(settings)
            except (WeightError, StorageError) as error:
                log.warning("%s Pictures are not looked at before an expert reads them.", error)
                _loaded[key] = None
        return _loaded[key]
