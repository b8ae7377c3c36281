"""What a picture appears to be by its pixels alone, whatever its tags and its name say."""

from __future__ import annotations

from bedside.core.base import Frozen


class Appearance(Frozen):
    """The verdict of the gate on one Study.

    Attributes:
        name: the class, as in ``tools/gate/classes.py``.
        words: the class in words, with its article: "a frontal chest X-ray".
        score: its probability, 0 to 1; calibrated on the gate's validation pictures.
        distance: how far it lies from the training pictures of its class; 0 where no expert reads the class.
        familiar: whether that is within what 99 % of the validation pictures keep.
        disagreement: what the tags say instead, "" where they leave room for it.
    """

    name: str
    words: str
    score: float
    distance: float = 0.0
    familiar: bool = True
    disagreement: str = ""

    @property
    def line(self) -> str:
        """One phrase: "looks like a frontal chest X-ray (0.99)"."""
        doubt = "" if self.familiar else ", but unlike what the gate has learnt"
        return f"looks like {self.words} ({self.score:.2f}{doubt})"
