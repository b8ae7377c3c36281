"""similar_cases: pictures among the user's own labelled cases that look like the one attached. Never proof."""

from __future__ import annotations

import hashlib
import threading
from pathlib import Path
from typing import TYPE_CHECKING

from bedside.core.answer import Artefact, Refusal
from bedside.core.card import Accepts, Performance, ToolCard
from bedside.core.errors import BedsideError
from bedside.core.evidence import Evidence, EvidenceKind, Region, Source
from bedside.core.settings import Settings
from bedside.core.study import Modality, Study
from bedside.tools.contract import ToolRequest, ToolResult, refuse_study
from bedside.tools.registry import register
from bedside.tools.results import refusal_of

if TYPE_CHECKING:
    from bedside.tools.similar.cases import Cases
    from bedside.tools.similar.nouns import Lookup, SimilarCase

SHOWN = 5

CARD = ToolCard(
    name="similar_cases",
    version="1.0",
    kind="search",
    title="Similar cases",
    purpose="Which of the cases that you have added look like this picture?",
    accepts=Accepts(kinds=("image", "volume"), modalities=(), population="as the cases that you have added"),
    topics=(
        "similar case",
        "similar cases",
        "similar picture",
        "similar pictures",
        "similar image",
        "similar images",
        "similar film",
        "similar films",
        "similar x-ray",
        "similar x-rays",
        "similar scan",
        "similar scans",
        "cases like this",
        "case like this",
        "seen this before",
        "looks like this one",
    ),
    training_data="ImageNet photographs (pictures); CT of the chest (volumes). Neither network was trained to compare.",
    licence="The cases are yours; EfficientNet-Lite0 Apache-2.0, astra MIT.",
    weights=("efficientnet-lite0",),
    performance=(
        Performance(
            metric="share of five similar cases with the label of the film asked about",
            value=0.680,
            low=0.640,
            high=0.714,
            n=597,
            data="chest X-rays of children (Kermany 2018), 600 held, other persons asked about; at random 0.357",
            source="bedside eval run imaging --only similar_cases -n 600",
        ),
    ),
    limits=(
        "A similar case is not proof: that two pictures look alike does not mean that they show the same disease.",
        "Labels and reports are as you gave them; Bedside has not checked them.",
        "Similarity is a cosine, not a probability. Projection, exposure and scanner make pictures look alike too.",
        "Only the cases held here are looked through: that none is similar means nothing.",
    ),
    citation="Tan and Le 2019, arXiv:1905.11946",
    keeps=False,
)


@register
class SimilarCases:
    """Finds pictures of other patients that look like the one attached, with their labels."""

    card = CARD

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._cases: Cases | None = None
        self._lock = threading.Lock()

    @property
    def cases(self) -> Cases:
        """The user's cases, opened once."""
        from bedside.tools.similar.cases import Cases

        with self._lock:
            if self._cases is None:
                self._cases = Cases(self._settings)
            return self._cases

    def run(self, request: ToolRequest) -> ToolResult:
        """Looks through the cases held.

        Returns:
            Evidence of kind similar case, the most similar first, with a row of thumbnails; or a refusal: no picture,
            none that can be compared, no case held, or the network cannot be had.
        """
        from bedside.tools.similar.cases import holds_cases

        refusal = refuse_study(CARD, request.study.info if request.study else None)
        if refusal is not None or request.study is None:
            return _refused(refusal)
        try:
            if not holds_cases(self._settings):
                return _refused(_nothing_held())
            lookup = self.cases.search(request.study, SHOWN)
        except BedsideError as error:
            return _refused(refusal_of(CARD, error))
        if not lookup.found and not lookup.same_patient:
            return _refused(_nothing_held())
        return _result(request.study, lookup, request.output)


def _result(study: Study, lookup: Lookup, output: Path) -> ToolResult:
    from bedside.tools.similar.thumbnail import save_row, thumbnail

    path = output / f"{study.info.id}-{study.info.sha256[:8]}-similar-cases.png"
    pictures: list[tuple[bytes, tuple[str, ...]]] = [(thumbnail(study), ("this picture",))]
    pictures += [(c.thumbnail, (f"{c.similarity:.2f}  {c.case.short}", c.case.label)) for c in lookup.found]
    save_row(pictures, path)
    region = Region(study=study.info.id, overlay_path=str(path))
    limits = _own_limits(study, lookup)
    evidence = [_evidence(study, one, region, limits) for one in lookup.found]
    if lookup.same_patient:
        evidence.append(_left_out(study, lookup.same_patient, region))
    row = Artefact(path=str(path), media_type="image/png", title="Similar cases, this picture first")
    return ToolResult(tool=CARD.name, version=CARD.version, evidence=tuple(evidence), artefacts=(row,))


def statement_of(one: SimilarCase) -> str:
    """The one sentence that is said of a similar case."""
    return (
        f"A similar case (patient {one.case.short}, similarity {one.similarity:.2f}) was labelled “{one.case.label}”."
    )


def _evidence(study: Study, one: SimilarCase, region: Region, limits: tuple[str, ...]) -> Evidence:
    case = one.case
    return Evidence(
        kind=EvidenceKind.SIMILAR_CASE,
        statement=statement_of(one),
        value=one.similarity,
        unit="1",
        source=Source(
            type="search", id=CARD.name, version=CARD.version, title=f"{case.title}, added {case.added[:10]}"
        ),
        quote=case.report,
        region=region,
        limits=(*limits, *CARD.limits),
        input_hash=hashlib.sha256(f"{study.info.sha256} {case.picture}".encode()).hexdigest(),
    )


def _left_out(study: Study, count: int, region: Region) -> Evidence:
    pictures = "1 picture" if count == 1 else f"{count} pictures"
    return Evidence(
        kind=EvidenceKind.SIMILAR_CASE,
        statement=f"A similar case was left out where it is of the same patient ({pictures}).",
        source=Source(type="search", id=CARD.name, version=CARD.version, title=CARD.title),
        region=region,
        input_hash=hashlib.sha256(f"{study.info.sha256} same patient {count}".encode()).hexdigest(),
    )


def _own_limits(study: Study, lookup: Lookup) -> tuple[str, ...]:
    """What the reader must know of this very search."""
    limits = [f"{lookup.held} pictures were compared, the nearest of each patient is shown."]
    if not lookup.patient_known:
        limits.append("The file does not say whose it is, so earlier pictures of the same patient may be among these.")
    if not lookup.centred:
        limits.append("So few cases are held that all pictures look alike to the network: read nothing into it.")
    if study.info.modality is Modality.UNKNOWN:
        limits.append("The file does not state its modality; it was compared as the picture that it is.")
    return tuple(limits)


def _refused(refusal: Refusal | None) -> ToolResult:
    return ToolResult(tool=CARD.name, version=CARD.version, refusal=refusal)


def _nothing_held() -> Refusal:
    return Refusal(
        code="BED-CASE-008",
        subject=CARD.title,
        why="No case of this kind of picture has been added to compare with.",
        do="Add labelled pictures with `bedside cases add FOLDER --labels CSV`.",
    )
