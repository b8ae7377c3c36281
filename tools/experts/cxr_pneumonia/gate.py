"""Whether a Study can be a chest film that the model may read: by its tags, its pixels or the caller's words."""

from __future__ import annotations

import re

from bedside.core.study import Modality, Study
from bedside.tools.contract import Gate, ToolRequest
from bedside.tools.experts.cxr_pneumonia.card import CARD
from bedside.tools.experts.vouching import Picture, vouch

FILM = Picture(
    noun="frontal chest X-ray",
    words=re.compile(
        r"\b(?:chest|thora\w+|lungs?|pulmonary|pneumonia|cxr|consolidation|infiltrates?)\b", re.IGNORECASE
    ),
    colour=False,
)


def judge(request: ToolRequest, study: Study) -> Gate:
    """What vouches for the film, or why it is not read. The card's kinds, modalities, body parts and views come first.

    Args:
        request: its question is the caller's word; an empty one means that the tool was called by its name.
        study: an image that the card accepts.
    """
    tagged = study.info.modality in (Modality.CR, Modality.DX) and bool(study.info.body_part)
    gate = vouch(CARD, request, study, FILM, tagged)
    if gate.basis != "tags" or study.info.view:
        return gate
    unsaid = "The tags do not state the view: that it is frontal is assumed."
    return gate.model_copy(update={"notes": (unsaid, *gate.notes)})
