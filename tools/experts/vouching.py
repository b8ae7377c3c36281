"""What vouches for a picture that an expert is given: its tags, the gate's look at its pixels, or the caller's words.

A picture file does not say what it shows, and these networks answer to anything. The gate (`bedside.tools.gate`) has
kept out before what surely shows something else; where it could not look, or has not learnt such pictures, what is
left is the caller's word and a rough look at colour, size and shape.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

import numpy as np

from bedside.core.answer import Refusal
from bedside.core.card import ToolCard
from bedside.core.study import Study
from bedside.tools.contract import Gate, ToolRequest
from bedside.tools.gate.classes import BY_NAME, read_by

TINT = 0.1


@dataclass(frozen=True)
class Picture:
    """What an expert's picture is.

    Attributes:
        noun: "frontal chest X-ray".
        words: a question with one of them says that the picture is one.
        colour: whether it must have colours, or must have none.
        least_side: pixels.
        most_ratio: of the longer side to the shorter.
    """

    noun: str
    words: re.Pattern[str]
    colour: bool
    least_side: int = 96
    most_ratio: float = 2.2


def vouch(card: ToolCard, request: ToolRequest, study: Study, picture: Picture, tagged: bool) -> Gate:
    """What vouches for the picture, or why it is not read.

    Args:
        card: of the expert.
        request: its question is the caller's word; an empty one means that the tool was called by its name.
        study: an image that the card accepts.
        picture: what it should be.
        tagged: whether its tags say so.
    """
    looks = study.info.appearance
    seen = looks is not None and looks.familiar and BY_NAME[looks.name] in read_by(card.accepts)
    if not tagged and not seen and request.question and not picture.words.search(request.question):
        why = f"the file does not state what it shows, and the question does not say that it is a {picture.noun}"
        return Gate(accepted=False, basis="unknown", why=why)
    reason = _impossible(study, picture)
    if reason:
        return Gate(accepted=False, basis="content", why=reason)
    flags = " and ".join(study.info.flags)
    notes = (f"The file is flagged ({flags}): its values need not be those of the original.",) if flags else ()
    if tagged:
        return Gate(accepted=True, basis="tags", notes=notes)
    if looks is not None and seen:
        note = f"The file does not state what it shows; by its pixels it {looks.line}."
        return Gate(accepted=True, basis="content", notes=(note, *notes))
    note = f"The file does not state what it shows: it was read as a {picture.noun} on the caller's word."
    return Gate(accepted=True, basis="caller's word", notes=(note, *notes))


def _impossible(study: Study, picture: Picture) -> str:
    """Why it cannot be such a picture, "" where it can."""
    rows, columns = study.array.shape[:2]
    coloured = study.array.ndim == 3 and float(np.percentile(np.ptp(study.array, axis=2), 99)) > TINT * 255
    if coloured and not picture.colour:
        return f"it has colours, and a {picture.noun} has none"
    if picture.colour and not coloured:
        return f"it has no colours, and a {picture.noun} has"
    if min(rows, columns) < picture.least_side:
        return f"{columns} x {rows} pixels are too few"
    if max(rows, columns) > picture.most_ratio * min(rows, columns):
        return f"{columns} x {rows} pixels are not the shape of a {picture.noun}"
    low, high = np.percentile(study.array, (0.5, 99.5))
    return "" if high > low else "it is blank"


def not_a_film(card: ToolCard, reason: str) -> Refusal:
    """The refusal of what cannot be read as a frontal chest X-ray."""
    return Refusal(
        code="BED-TOOL-044",
        subject=card.title,
        why=f"This cannot be read as a frontal chest X-ray: {reason}.",
        do="Attach the film as DICOM, PNG or JPEG, upright, and say that it is a chest X-ray.",
    )
