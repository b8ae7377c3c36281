"""What has changed since an earlier examination: aligned, measured with its error, and shown side by side."""

from __future__ import annotations

import time
from datetime import date
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from bedside.core.answer import Artefact, Refusal
from bedside.core.card import Accepts, ToolCard
from bedside.core.evidence import Evidence, EvidenceKind, Region, ScoreInput, Source
from bedside.core.measurement import Measurement
from bedside.core.settings import Settings
from bedside.core.study import Study
from bedside.core.units import show
from bedside.tools.compare.align import LEAST_CORRELATION, LEAST_OVERLAP, Alignment, align, onto
from bedside.tools.compare.brightness import differing
from bedside.tools.compare.change import Change, changes
from bedside.tools.compare.fit import not_comparable
from bedside.tools.compare.picture import difference, save_comparison
from bedside.tools.contract import Prior, ToolRequest, ToolResult
from bedside.tools.registry import register
from bedside.tools.results import hash_of, refused

KINDS = ("image", "volume")
Outlines = tuple[NDArray[np.bool_] | None, NDArray[np.bool_] | None]
SAME_IMAGE = (
    "The error given is that of measuring the same image again. Imaging the patient a second time (position, scanner, "
    "sequence) adds to it, and that was not measured here."
)

CARD = ToolCard(
    name="compare_prior",
    version="1.0",
    kind="comparison",
    title="Comparison with a prior",
    purpose="What has changed on this image since an earlier one of the same kind?",
    accepts=Accepts(kinds=KINDS, population="whom the experts that measure both images are for"),
    licence="Apache-2.0",
    limits=(
        "The prior is moved and turned, never stretched: growth, breathing and another posture are not undone.",
        "Only what an expert measures on both images is compared in numbers; the picture shows the rest unjudged.",
        SAME_IMAGE,
        f"Refused below a correlation of {LEAST_CORRELATION:.2f} once aligned, or {LEAST_OVERLAP:.0%} shared.",
        "That both images are of one patient is checked only where both are DICOM with a patient's number.",
    ),
    citation=(
        "Alignment: Mattes et al. 2003, doi:10.1109/TMI.2003.809072; error: Bland and Altman 1999, "
        "doi:10.1177/096228029900800204"
    ),
)


@register
class ComparePrior:
    """Compares a Study with an earlier one."""

    card = CARD

    def __init__(self, settings: Settings) -> None:
        self.settings = settings

    def run(self, request: ToolRequest) -> ToolResult:
        """Compares.

        Returns:
            One finding a number that an expert measured on both, one on how much of what they outlined looks different,
            and one on the alignment with the picture; or a refusal: no prior, not comparable, or aligned too poorly.
        """
        began = time.monotonic()
        if request.study is None or request.prior is None:
            return refused(CARD, NO_PRIOR, began)
        study, prior = request.study, request.prior
        why = not_comparable(study, prior.study)
        if why:
            return refused(CARD, _unlike(why), began)
        request.progress(0.05)
        found = align(study, prior.study)
        request.progress(0.4)
        volume = study.info.kind == "volume"
        if volume and found.poor:
            return refused(CARD, _poor(found), began)
        changed = changes(study, prior, lambda part: request.progress(0.4 + 0.55 * part))
        masks: Outlines = (None, None)
        region: Region | None = None
        artefacts: tuple[Artefact, ...] = ()
        if not found.poor:
            masks = _outlines(study, prior, found)
            region, artefacts = _picture(study, prior, found, masks, request.output)
        evidence = [_change(study, prior.study, one, region) for one in changed]
        evidence += _brightness(study, prior.study, found, masks, region) if volume else []
        evidence.append(_alignment(study, prior.study, found, region, bool(changed)))
        return ToolResult(
            tool=CARD.name,
            version=CARD.version,
            evidence=tuple(evidence),
            artefacts=artefacts,
            seconds=time.monotonic() - began,
        )


NO_PRIOR = Refusal(
    code="BED-COMPARE-001",
    subject=CARD.title,
    why="No earlier image is there to compare with.",
    do="Attach it as the prior (`--prior FILE`), or in a message before this one.",
)


def _change(study: Study, prior: Study, one: Change, region: Region | None) -> Evidence:
    """A change in one sentence, with what it was told from."""
    now, before = one.now, one.before
    name = " ".join(part for part in (now.label, now.name) if part) or "what was measured"
    percent = (
        f" ({one.amount / before.value:+.1%})".replace("%", " %").replace("-", "−")
        if before.value and now.unit != "1"
        else ""
    )
    statement = (
        f"{name[:1].upper()}{name[1:]}: {_figure(now)} now, {_figure(before)} {_when(study, prior)}: "
        f"{'+' if one.amount >= 0 else '−'}{_shown(abs(one.amount), now.unit)}{percent}, {_verdict(one)}."
    )
    low, high = one.low, one.high
    return Evidence(
        kind=EvidenceKind.FINDING,
        statement=statement,
        value=_rounded(one.amount),
        low=_rounded(low) if low is not None else None,
        high=_rounded(high) if high is not None else None,
        unit=now.unit,
        source=_source(),
        inputs=(_input("now", now, one), _input("prior", before, one)),
        region=region,
        limits=(*((f"The error was told from {one.basis}.",) if one.basis else ()), *CARD.limits),
        input_hash=hash_of(CARD, study.info.sha256, prior.info.sha256),
    )


def _verdict(one: Change) -> str:
    """Whether it is more than the error; of a change within it, no direction is claimed."""
    if one.low is None or one.high is None:
        return "and how far off measuring is could not be told"
    between = f"{_signed(one.low, one.now.unit)} to {_signed(one.high, one.now.unit)}"
    if one.beyond_error:
        return f"more than the error of measuring ({between})"
    return f"within the error of measuring ({between}), so that no change is shown"


def _alignment(study: Study, prior: Study, found: Alignment, region: Region | None, measured: bool) -> Evidence:
    unit = "mm" if study.info.spacing else "pixels"
    if found.poor:
        said = f"The two films could not be laid over each other: {found.poor}. Each was read by itself."
    else:
        said = (
            f"The prior was laid over the current image: correlation {found.before:.2f} before and {found.after:.2f} "
            f"after, {found.overlap:.0%} shared, moved {found.moved:.1f} {unit}, turned {found.turned:.1f} degrees."
        ).replace("%", " %")
    if not measured:
        said += " No expert here measured both, so only the pictures are compared."
    return Evidence(
        kind=EvidenceKind.FINDING,
        statement=said,
        source=_source("alignment"),
        region=region,
        limits=CARD.limits,
        input_hash=hash_of(CARD, study.info.sha256, prior.info.sha256),
    )


def _outlines(study: Study, prior: Prior, found: Alignment) -> Outlines:
    """What was outlined now, and before, moved onto the current grid."""
    before = outlined(prior.study, prior.before)
    moved = onto(before, prior.study, study, found.transform) if before is not None else None
    return outlined(study, prior.now), moved


def _brightness(study: Study, prior: Study, found: Alignment, masks: Outlines, region: Region | None) -> list[Evidence]:
    """How much of what was outlined looks different now; nothing where nothing was."""
    held = [mask for mask in masks if mask is not None]
    counted = differing(difference(found), np.logical_or.reduce(held), found.inside) if held else None
    if counted is None:
        return []
    voxel = float(np.prod(study.info.spacing or (1.0, 1.0, 1.0)))
    unit = "mm3" if study.info.spacing else "1"
    said = (
        f"Of what was outlined on either image ({_shown(counted.outlined * voxel, unit)}), "
        f"{_shown(counted.voxels * voxel, unit)} ({counted.inside:.1%}) is brighter or darker now by more than "
        f"{counted.threshold:.0%} of the range of greys; of the rest of the image {counted.outside:.1%} is."
    ).replace("%", " %")
    return [
        Evidence(
            kind=EvidenceKind.FINDING,
            statement=said,
            value=_rounded(counted.voxels * voxel),
            unit=unit,
            source=_source("brightness"),
            region=region,
            limits=("Brightness differs for many reasons, movement and the scanner among them.", *CARD.limits),
            input_hash=hash_of(CARD, study.info.sha256, prior.info.sha256),
        )
    ]


def _picture(
    study: Study, prior: Prior, found: Alignment, masks: Outlines, output: Path
) -> tuple[Region, tuple[Artefact, ...]]:
    path = output / f"{study.info.id}-{study.info.sha256[:8]}-against-{prior.study.info.sha256[:8]}.png"
    axis, slice_ = save_comparison(study, found, masks, path, f"{CARD.title} {CARD.version}; the prior as aligned.")
    region = Region(study=study.info.id, axis=axis, slice=slice_, overlay_path=str(path))
    return region, (Artefact(path=str(path), media_type="image/png", title="Prior, now and the difference"),)


def outlined(study: Study, results: tuple[ToolResult, ...]) -> NDArray[np.bool_] | None:
    """All that experts outlined on a Study, in its axes, from the masks they wrote; None where there is none."""
    paths = [e.region.mask_path for r in results for e in r.evidence if e.region is not None and e.region.mask_path]
    shape = study.array.shape[:2] if study.info.kind == "image" else study.array.shape
    whole = np.zeros(shape, dtype=bool)
    for path in dict.fromkeys(paths):
        mask = _mask(Path(path))
        if mask is not None and mask.shape == shape:
            whole |= mask
    return whole if whole.any() else None


def _mask(path: Path) -> NDArray[np.bool_] | None:
    """A mask that an expert wrote: NIfTI turned to (R, A, S), or PNG along (row, column)."""
    import nibabel as nib
    from PIL import Image

    if not path.is_file():
        return None
    if path.suffix == ".png":
        with Image.open(path, formats=["PNG"]) as picture:
            return np.asarray(picture.convert("L")) > 0
    return np.asarray(nib.as_closest_canonical(nib.load(path)).dataobj) > 0


def _when(study: Study, prior: Study) -> str:
    """The prior, with how long ago it was where both say their day."""
    if not (study.info.acquired and prior.info.acquired):
        return "on the prior"
    days = (date.fromisoformat(study.info.acquired) - date.fromisoformat(prior.info.acquired)).days
    if days < 0:
        return f"on the prior, which was made {-days} days AFTER it"
    return f"on the prior {days} days before"


def _figure(one: Measurement) -> str:
    return _shown(one.value, one.unit)


def _signed(value: float, unit: str) -> str:
    return f"{'+' if value >= 0 else '−'}{_shown(abs(value), unit)}"


def _shown(value: float, unit: str) -> str:
    return show(_rounded(value), unit)


def _rounded(value: float) -> float:
    """To four figures: no expert measures more."""
    return float(f"{value:.4g}")


def _input(name: str, one: Measurement, change: Change) -> ScoreInput:
    note = f"{change.tool} {change.version}"
    if one.low is not None and one.high is not None:
        note += f", {_shown(one.low, '')} to {_shown(one.high, '')}"
    return ScoreInput(name=name, label=name, value=_rounded(one.value), unit=one.unit, note=note)


def _source(section: str = "") -> Source:
    return Source(
        type="comparison",
        id=CARD.name,
        version=CARD.version,
        title=CARD.title,
        section=section,
        citation=CARD.citation,
    )


def _unlike(why: str) -> Refusal:
    return Refusal(
        code="BED-COMPARE-002",
        subject=CARD.title,
        why=f"These two cannot be compared: {why}.",
        do="Attach an earlier image of the same patient, kind and part of the body.",
    )


def _poor(found: Alignment) -> Refusal:
    return Refusal(
        code="BED-COMPARE-003",
        subject=CARD.title,
        why=f"The prior does not lie on the current image well enough to compare them: {found.poor}.",
        do="Attach a prior of the same region, made in the same way; each image has been read by itself.",
    )
