"""A picture as a vector: the pooled features of EfficientNet-Lite0, a network trained on photographs (ImageNet)."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any

import numpy as np

from bedside.core.settings import Settings
from bedside.core.study import Study, StudyInfo
from bedside.retrieval.vectors import Floats
from bedside.tools.imaging.display import normalised
from bedside.tools.similar.efficientnet import SIDE, trunk

if TYPE_CHECKING:
    from numpy.typing import NDArray

LEAST_SIDE = 32


class PictureEmbedder:
    """Embeds any 2-D image. Loads its network once, on the first call. Safe for threads."""

    identity = "efficientnet-lite0 of 2020, 224 pixels, whole picture on black"
    width = 1280

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._network: Any = None
        self._lock = threading.Lock()

    def refuses(self, info: StudyInfo) -> str:
        """Why a Study cannot be embedded: it is no image, or too small."""
        if info.kind != "image":
            return f"it is a {info.kind} and not a picture"
        if min(info.shape[:2]) < LEAST_SIDE:
            return f"{info.shape[1]} x {info.shape[0]} pixels are too few"
        return ""

    def encode(self, study: Study) -> Floats:
        """The (1280,) float32 unit vector of an image.

        Raises:
            WeightError: the network cannot be had, or its file holds another one.
        """
        import torch

        network = self._load()
        batch = torch.from_numpy(prepared(study))[None]
        with torch.inference_mode():
            features = np.asarray(network(batch)[0].numpy(), dtype=np.float32)
        unit: Floats = features / max(float(np.linalg.norm(features)), 1e-12)
        return unit

    def _load(self) -> Any:
        with self._lock:
            if self._network is None:
                self._network = trunk(self._settings)
            return self._network


def prepared(study: Study) -> NDArray[np.float32]:
    """An image as the network takes it.

    Args:
        study: an image along (row, column), or (row, column, channel) in 0..255.

    Returns:
        (3, 224, 224) float32 in -1..1: the whole picture in its own proportions, in the middle of a black square. A
        grey image is stretched between its 0.5th and 99.5th percentile first, so that its format leaves no trace.
    """
    from PIL import Image

    if study.info.axes[-1] == "channel":
        pixels = np.clip(np.rint(study.array[..., :3]), 0, 255).astype(np.uint8)
    else:
        pixels = np.rint(normalised(study) * 255).astype(np.uint8)
    picture = Image.fromarray(pixels)
    share = SIDE / max(picture.size)
    size = (max(1, round(picture.width * share)), max(1, round(picture.height * share)))
    picture = picture.resize(size, Image.Resampling.BICUBIC, reducing_gap=3.0).convert("RGB")
    square = Image.new("RGB", (SIDE, SIDE))
    square.paste(picture, ((SIDE - size[0]) // 2, (SIDE - size[1]) // 2))
    values = (np.asarray(square, dtype=np.float32) - 127.0) / 128.0
    return np.ascontiguousarray(values.transpose(2, 0, 1))
