"""An embedder without a model: the mean grey of 8 x 8 cells of a picture. Pictures of like light and shade are near."""

from __future__ import annotations

import numpy as np
from PIL import Image

from bedside.core.settings import Settings
from bedside.core.study import Study, StudyInfo
from bedside.retrieval.vectors import Floats
from bedside.tools.imaging.display import normalised
from bedside.tools.similar.cases import Shelf


class CellEmbedder:
    """64 cells, unit length. `calls` is how many pictures were embedded."""

    identity = "cells/64"
    width = 64

    def __init__(self, settings: Settings | None = None) -> None:
        self.calls = 0

    def refuses(self, info: StudyInfo) -> str:
        return "" if info.kind == "image" else f"it is a {info.kind} and not a picture"

    def encode(self, study: Study) -> Floats:
        self.calls += 1
        cells = Image.fromarray(normalised(study)).resize((8, 8), Image.Resampling.BOX)
        flat = np.asarray(cells, dtype=np.float32).ravel() + 0.01
        unit: Floats = flat / np.linalg.norm(flat)
        return unit


SHELVES = (Shelf("pictures", CellEmbedder),)
