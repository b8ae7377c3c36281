"""The base of an expert with one of these networks: loaded at the first call, and once."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import TYPE_CHECKING

from bedside.core.settings import Settings

if TYPE_CHECKING:
    from bedside.tools.experts.segmentation.weights import Trained


class Segmenter:
    """Holds the network.

    Class attributes:
        folder: where the weights are shipped.
    """

    folder: Path

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self._trained: Trained | None = None
        self._lock = threading.Lock()

    def trained(self) -> Trained:
        """The network, loaded once.

        Raises:
            WeightError: its file is missing or damaged.
        """
        from bedside.tools.experts.segmentation.weights import load

        with self._lock:
            if self._trained is None:
                self._trained = load(self.folder)
            return self._trained
