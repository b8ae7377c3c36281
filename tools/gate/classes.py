"""What a picture can appear to be, and which tags and which experts each of these goes with."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from bedside.core.study import Modality

if TYPE_CHECKING:
    from bedside.core.card import Accepts
    from bedside.core.study import StudyInfo


class PictureClass(NamedTuple):
    """One class of the gate.

    Attributes:
        name: as in weights, evaluations and JSON.
        words: as a clinician reads it, with its article.
        modalities: tags that agree with it; none for the two classes that no expert reads.
        body_parts: DICOM body parts that agree with it.
        views: views that agree with it; empty where it has none.
    """

    name: str
    words: str
    modalities: tuple[Modality, ...] = ()
    body_parts: tuple[str, ...] = ()
    views: tuple[str, ...] = ()

    @property
    def read(self) -> bool:
        """Whether it is a kind of study, and not one of the two classes for all the rest."""
        return bool(self.modalities)


_CHEST = ("CHEST", "THORAX", "LUNG")
_HEAD = ("HEAD", "BRAIN", "SKULL")
_ABDOMEN = ("ABDOMEN", "LIVER", "PELVIS", "ABDOMENPELVIS", "SPLEEN", "KIDNEY", "PANCREAS")

CHEST_FRONTAL = PictureClass(
    "chest_xray_frontal", "a frontal chest X-ray", (Modality.CR, Modality.DX), _CHEST, ("PA", "AP")
)
HEAD_MR = PictureClass("head_mr", "an MRI of the head", (Modality.MR,), _HEAD)
CHEST_CT = PictureClass("chest_ct", "a CT of the chest", (Modality.CT,), _CHEST)
ABDOMEN_CT = PictureClass("abdomen_ct", "a CT of the abdomen", (Modality.CT,), _ABDOMEN)
ECG_TRACING = PictureClass("ecg_tracing", "a picture of an ECG tracing", (Modality.ECG,))
OTHER_MEDICAL = PictureClass("other_medical", "another medical picture")
NOT_MEDICAL = PictureClass("not_medical", "no medical picture")

CLASSES = (CHEST_FRONTAL, HEAD_MR, CHEST_CT, ABDOMEN_CT, ECG_TRACING, OTHER_MEDICAL, NOT_MEDICAL)
BY_NAME = {one.name: one for one in CLASSES}


def read_by(accepts: Accepts) -> tuple[PictureClass, ...]:
    """The classes that a card accepts by its modalities, body parts and views; none where the gate has learnt none."""
    return tuple(
        one
        for one in CLASSES
        if one.read
        and set(one.modalities) & set(accepts.modalities)
        and _meet(one.body_parts, accepts.body_parts)
        and _meet(one.views, accepts.views)
    )


def agrees(one: PictureClass, info: StudyInfo) -> bool:
    """Whether the tags leave room for the class. Tags that say nothing agree with everything."""
    if info.modality in (Modality.UNKNOWN, Modality.OT):
        return True
    if not one.read:  # the gate knows few kinds: that it has no name for a tagged picture contradicts nothing
        return one is OTHER_MEDICAL
    return info.modality in one.modalities and _meet(one.body_parts, (info.body_part,) if info.body_part else ())


def _meet(own: tuple[str, ...], asked: tuple[str, ...]) -> bool:
    """Whether two lists share an entry; an empty one leaves it open."""
    return not own or not asked or bool(set(own) & set(asked))
