"""Whether two Studies can be compared at all."""

from __future__ import annotations

from bedside.core.study import Modality, Study
from bedside.tools.imaging.export.sources import patient_number

COMPARED = ("image", "volume")


def not_comparable(now: Study, prior: Study) -> str:
    """Why an earlier Study cannot be compared with the current one; "" where it can."""
    a, b = now.info, prior.info
    if a.kind != b.kind or a.kind not in COMPARED:
        return f"one is {_an(a.title)}, the prior {_an(b.title)}"
    if a.sha256 == b.sha256:
        return "they are the same file"
    stated = (
        ("modality", *("" if i.modality is Modality.UNKNOWN else i.modality.value for i in (a, b))),
        ("body part", a.body_part, b.body_part),
        ("view", a.view, b.view),
        ("side", a.laterality, b.laterality),
    )
    for what, ours, theirs in stated:
        if ours and theirs and ours != theirs:
            return f"the {what} of one is {ours}, of the prior {theirs}"
    ours, theirs = patient_number(now), patient_number(prior)
    if ours and theirs and ours != theirs:
        return "their files carry different patient numbers"
    return ""


def _an(title: str) -> str:
    return f"{'an' if title[:1].lower() in 'aeiou' or title[:2] == 'MR' else 'a'} {title}"
