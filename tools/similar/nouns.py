"""What the store of cases takes and gives."""

from __future__ import annotations

from typing import Protocol

from bedside.core.base import Frozen
from bedside.core.study import Study, StudyInfo
from bedside.retrieval.vectors import Floats


class Case(Frozen):
    """One picture with what was said of it.

    Attributes:
        patient: the patient's pseudonym, 32 hexadecimal digits.
        picture: the file's own pseudonym, as long.
        label: what the picture was labelled with.
        report: more words on it, "" where there are none.
        title: what kind of picture it is ("DX image 2048x2500").
        added: when, ISO 8601 in UTC.
    """

    patient: str
    picture: str
    label: str
    report: str = ""
    title: str = ""
    added: str = ""

    @property
    def short(self) -> str:
        """The patient as readers see it."""
        return shortened(self.patient)


class SimilarCase(Frozen):
    """A case that looks like the picture asked about.

    Attributes:
        case: what is held of it.
        similarity: the cosine of the two vectors, -1 to 1; from `CENTRED_FROM` cases on, each less the mean case.
        thumbnail: PNG.
    """

    case: Case
    similarity: float
    thumbnail: bytes


class Lookup(Frozen):
    """What a search found.

    Attributes:
        found: the nearest picture of each of the nearest patients, best first.
        same_patient: how many pictures of the patient asked about are held; none of them is in `found`.
        patient_known: whether it could be told whose picture was asked about.
        held: how many pictures were compared.
        centred: whether the mean case was subtracted.
    """

    found: tuple[SimilarCase, ...] = ()
    same_patient: int = 0
    patient_known: bool = False
    held: int = 0
    centred: bool = False


class StudyEmbedder(Protocol):
    """From a Study to a vector. `identity` changes whenever a vector could; `width` is D."""

    @property
    def identity(self) -> str:
        """Which network, weights and preprocessing."""
        ...

    @property
    def width(self) -> int:
        """The length of a vector."""
        ...

    def refuses(self, info: StudyInfo) -> str:
        """Why a Study cannot be embedded; "" where it can."""
        ...

    def encode(self, study: Study) -> Floats:
        """The (D,) float32 unit vector of a Study.

        Raises:
            WeightError: the network's weights cannot be had.
        """
        ...


def shortened(pseudonym: str) -> str:
    """The first eight digits of a pseudonym."""
    return pseudonym[:8]
