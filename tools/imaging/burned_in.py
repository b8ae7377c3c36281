"""Text burned into the pixels, where the tags or the modality suggest it.

Screens are captured with the patient's name on them, and an ultrasound is a picture of its own screen. Only that there
is text, and where, is handed on: what it says is data from outside and may name the patient.
"""

from __future__ import annotations

import threading
from dataclasses import replace
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from bedside.core.study import Modality

if TYPE_CHECKING:
    from bedside.core.study import Study, StudyInfo

FLAG = "burned-in text"
SUSPECT_FLAGS = {"secondary capture", FLAG}
SUSPECT_MODALITIES = {Modality.US}
PACKAGES = ("rapidocr", "cv2")
HOW_TO_GET = "pip install 'bedside[ocr]'"
# A side marker (L, R, PA, AP) is no text about the patient.
FEWEST_CHARACTERS = 4
LEAST_CONFIDENCE = 0.6
THREADS = 2

_one_at_a_time = threading.Lock()


class TextLine(NamedTuple):
    """One line of text in a picture.

    Attributes:
        box: top row, left column, bottom row, right column.
        characters: how many letters and digits it has.
        confidence: the reader's score, 0 to 1, not calibrated.
    """

    box: tuple[int, int, int, int]
    characters: int
    confidence: float


def available() -> bool:
    """Whether the packages that read text are installed."""
    return all(find_spec(package) is not None for package in PACKAGES)


def suspected(info: StudyInfo) -> bool:
    """Whether an image is of a kind that carries text: a secondary capture, an ultrasound, or tagged as such."""
    return info.kind == "image" and (bool(SUSPECT_FLAGS & set(info.flags)) or info.modality in SUSPECT_MODALITIES)


def with_text_flag(study: Study) -> Study:
    """The Study, with the flag and a note where text was found; unchanged where none is suspected."""
    if not suspected(study.info):
        return study
    if not available():
        note = f"Whether text is burned into it was not checked ({HOW_TO_GET})."
        return _noted(study, note, study.info.flags)
    lines = text_lines(study)
    if not lines:
        return _noted(study, "No text was found burned into it.", study.info.flags)
    note = f"{len(lines)} lines of text are burned into it; they may name the patient and are not read out."
    return _noted(study, note, tuple(dict.fromkeys((*study.info.flags, FLAG))))


def text_lines(study: Study) -> tuple[TextLine, ...]:
    """The lines of text in an image; side markers are left out.

    Raises:
        ModuleNotFoundError: the packages that read text are not installed.
    """
    from bedside.tools.imaging.display import shown

    grey = np.round(shown(study) * 255).astype(np.uint8)
    with _one_at_a_time:
        found = _reader()(np.ascontiguousarray(np.repeat(grey[..., None], 3, axis=2)), use_cls=False)
    if found.txts is None:
        return ()
    lines = []
    for corners, text, score in zip(found.boxes, found.txts, found.scores, strict=True):
        characters = sum(c.isalnum() for c in text)
        if characters >= FEWEST_CHARACTERS and float(score) >= LEAST_CONFIDENCE:
            (left, top), (right, bottom) = np.min(corners, axis=0), np.max(corners, axis=0)
            lines.append(TextLine((int(top), int(left), int(bottom), int(right)), characters, float(score)))
    return tuple(lines)


@lru_cache(maxsize=1)
def _reader() -> Any:
    """RapidOCR over the models of its own wheel: named by path, so that it never looks for them elsewhere."""
    import rapidocr

    models = Path(rapidocr.__file__).parent / "models"
    return rapidocr.RapidOCR(
        params={
            "Global.log_level": "error",
            "Global.use_cls": False,
            "Det.model_path": str(next(models.glob("*_det_*.onnx"))),
            "Rec.model_path": str(next(models.glob("*_rec_*.onnx"))),
            "EngineConfig.onnxruntime.intra_op_num_threads": THREADS,
        }
    )


def _noted(study: Study, note: str, flags: tuple[str, ...]) -> Study:
    info = study.info.model_copy(update={"flags": flags, "notes": (*study.info.notes, note)})
    return replace(study, info=info)
