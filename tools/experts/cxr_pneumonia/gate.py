"""Whether a Study can be a chest film that the model may read: by its tags, the caller's words and a rough look.

No trained gate over pixels stands before this expert yet. So a file that does not say what it is needs the caller's
word, and every reading says what vouched for it.
"""

from __future__ import annotations

import re

import numpy as np

from bedside.core.study import Modality, Study
from bedside.tools.contract import Gate, ToolRequest

LEAST_SIDE, MOST_RATIO = 96, 2.2
TINT = 0.1
_WORD = re.compile(r"\b(?:chest|thora\w+|lungs?|pulmonary|pneumonia|cxr|consolidation|infiltrates?)\b", re.IGNORECASE)


def judge(request: ToolRequest, study: Study) -> Gate:
    """What vouches for the film, or why it is not read. The card's kinds, modalities, body parts and views come first.

    Args:
        request: its question is the caller's word; an empty one means that the tool was called by its name.
        study: an image that the card accepts.
    """
    reason = _impossible(study)
    if reason:
        return Gate(accepted=False, basis="content", why=reason)
    info = study.info
    if info.modality in (Modality.CR, Modality.DX) and info.body_part:
        unsaid = () if info.view else ("The tags do not state the view: that it is frontal is assumed.",)
        return Gate(accepted=True, basis="tags", notes=(*unsaid, *_flagged(study)))
    missing = "body part" if info.modality in (Modality.CR, Modality.DX) else "modality, body part or view"
    if request.question and not _WORD.search(request.question):
        return Gate(
            accepted=False,
            basis="unknown",
            why=f"the file does not state its {missing}, and the question does not say that it is a chest X-ray",
        )
    note = f"The file does not state its {missing}: it was read as a frontal chest X-ray on the caller's word."
    return Gate(accepted=True, basis="caller's word", notes=(note, *_flagged(study)))


def _flagged(study: Study) -> tuple[str, ...]:
    flags = " and ".join(study.info.flags)
    return (f"The file is flagged ({flags}): its values need not be those of a film.",) if flags else ()


def _impossible(study: Study) -> str:
    """Why the picture cannot be a film, "" where it can."""
    rows, columns = study.array.shape[:2]
    if study.array.ndim == 3 and float(np.percentile(np.ptp(study.array, axis=2), 99)) > TINT * 255:
        return "it has colours, and a film has none"
    if min(rows, columns) < LEAST_SIDE:
        return f"{columns} x {rows} pixels are too few to see a lung"
    if max(rows, columns) > MOST_RATIO * min(rows, columns):
        return f"{columns} x {rows} pixels are not the shape of a chest film"
    low, high = np.percentile(study.array, (0.5, 99.5))
    return "" if high > low else "it is blank"
