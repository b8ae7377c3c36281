"""What supports a claim. Append-only: an Evidence is never changed, only added."""

from __future__ import annotations

import hashlib
from enum import Enum

from pydantic import Field

from bedside.core.base import Frozen
from bedside.core.case import Span


class EvidenceKind(str, Enum):
    """What sort of thing the evidence is; the value is also what a reader sees."""

    FACT = "fact"
    FINDING = "finding"
    MASK = "mask"
    BOX = "box"
    SCORE = "score"
    PASSAGE = "passage"
    DOCUMENT = "document"
    MODEL_OPINION = "model_opinion"
    DRUG_WARNING = "drug_warning"
    SIMILAR_CASE = "similar_case"


# Evidence whose quote may stand in an answer as its sentence.
QUOTED = (EvidenceKind.PASSAGE, EvidenceKind.DOCUMENT)
PREFIX = {
    EvidenceKind.FACT: "F",
    EvidenceKind.FINDING: "X",
    EvidenceKind.MASK: "M",
    EvidenceKind.BOX: "B",
    EvidenceKind.SCORE: "S",
    EvidenceKind.PASSAGE: "G",
    EvidenceKind.DOCUMENT: "D",
    EvidenceKind.MODEL_OPINION: "O",
    EvidenceKind.DRUG_WARNING: "W",
    EvidenceKind.SIMILAR_CASE: "C",
}


class Source(Frozen):
    """Where evidence comes from: a tool with its version, a guideline section, or the record.

    For a guideline, `id` is ``guideline-id#recommendation-id``; body, year, section, grade, status and link are filled.
    For a passage of a user's own document, `id` is ``document-id#n``, `label` says what sort of text it is, and `page`
    where it stands.
    """

    type: str
    id: str
    version: str = ""
    title: str = ""
    publisher: str = ""
    year: int | None = None
    section: str = ""
    grade: str = ""
    status: str = ""
    superseded_by: str = ""
    population: str = ""
    link: str = ""
    citation: str = ""
    label: str = ""
    page: int | None = None

    @property
    def superseded(self) -> bool:
        """Whether the guideline is no longer current, wholly or in part."""
        return self.status not in ("", "current")

    @property
    def short(self) -> str:
        """One line for a table: "BTS 2009, Severity assessment" or "calculator curb65 1.0"."""
        if self.type == "guideline":
            section = f", {self.section}" if self.section else ""
            return f"{self.publisher} {self.year}{section}"
        if self.type == "drug safety" and self.year is not None:
            return f"{self.publisher} {self.year}, {self.title}"
        if self.type == "document":
            return f"{self.title}{f', page {self.page}' if self.page else ''} ({self.label})"
        return f"{self.type} {self.id} {self.version}".rstrip()


class ScoreInput(Frozen):
    """One input of a score as it was used: canonical value and unit, what was written, and where it was read."""

    name: str
    label: str
    value: float | str | None
    unit: str = ""
    as_written: str = ""
    span: Span | None = None
    note: str = ""


class Region(Frozen):
    """Part of a Study: a slice along an axis, a box, or a mask file beside the answer.

    `box` is (low, high) per axis in voxels, high exclusive. `mask_path` is a NIfTI or PNG on the Study's own grid.
    """

    study: str
    axis: str = ""
    slice: int | None = None
    box: tuple[tuple[int, int], ...] = ()
    mask_path: str = ""
    overlay_path: str = ""


class Sign(Frozen):
    """A finding that a reader of a Study looked for, and whether it called it.

    Attributes:
        name: in words that every expert shares, in lower case: "pneumonia".
        called: True where it was called; False where it was looked for and not called, which does not rule it out.
        where: the part of the body in the same shared words, "" for the whole Study.
    """

    name: str = Field(pattern=r"^[a-z][a-z0-9 \-]*$")
    called: bool
    where: str = ""


class Evidence(Frozen):
    """One piece of support.

    Attributes:
        id: given by the case's ledger (``F1``, ``S1``, ``G1``, …); "" until then.
        kind: what sort of thing it is.
        statement: the evidence as one sentence.
        value: the number, or None.
        low: the least the value can be where what is missing leaves it open; None where it does not.
        high: the most it can be.
        unit: UCUM unit of `value`.
        source: where it comes from.
        quote: verbatim text that supports the statement (of a passage or of the record).
        span: where `quote` stands.
        inputs: what a score was computed from.
        region: what part of an image or signal it speaks of.
        signs: the findings that it calls, or was asked for and does not call; what experts are compared by.
        never_reassures: whether no sentence may take comfort from it, whatever it does not find.
        confidence: 0 to 1, or None where the source gives none.
        calibrated: whether `confidence` has been checked to be a probability.
        limits: what the reader must know before relying on it.
        input_hash: sha256 of everything the evidence was computed from.
    """

    id: str = ""
    kind: EvidenceKind
    statement: str
    value: float | None = None
    low: float | None = None
    high: float | None = None
    unit: str = ""
    source: Source
    quote: str = ""
    span: Span | None = None
    inputs: tuple[ScoreInput, ...] = ()
    region: Region | None = None
    signs: tuple[Sign, ...] = ()
    never_reassures: bool = False
    confidence: float | None = None
    calibrated: bool = False
    limits: tuple[str, ...] = ()
    input_hash: str = ""

    @property
    def key(self) -> str:
        """Same source, same inputs, same words: the same evidence, whenever it was found."""
        body = self.model_dump_json(exclude={"id", "confidence"})
        return hashlib.sha256(body.encode()).hexdigest()


def add_to_ledger(ledger: tuple[Evidence, ...], found: tuple[Evidence, ...]) -> tuple[Evidence, ...]:
    """Appends what is new, with the next id of its kind; what the ledger holds already keeps its id.

    Args:
        ledger: evidence with ids, in the order in which it was added.
        found: evidence whose ids are ignored.

    Returns:
        The ledger with the new evidence at its end.
    """
    out = list(ledger)
    known = {e.key for e in out}
    counts = {kind: sum(e.kind is kind for e in out) for kind in EvidenceKind}
    for evidence in found:
        if evidence.key in known:
            continue
        counts[evidence.kind] += 1
        known.add(evidence.key)
        out.append(evidence.model_copy(update={"id": f"{PREFIX[evidence.kind]}{counts[evidence.kind]}"}))
    return tuple(out)
