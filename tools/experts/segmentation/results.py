"""What the segmenters' results have in common: a measurement over views, and as evidence."""

from __future__ import annotations

from bedside.core.card import ToolCard
from bedside.core.evidence import Evidence, EvidenceKind, Region
from bedside.core.measurement import Measurement
from bedside.core.study import Study
from bedside.tools.results import hash_of, source_of


def over_views(label: str, name: str, unit: str, size: tuple[float, float, float], digits: int) -> Measurement:
    """A measured quantity with the least and the most of it over the views, rounded alike.

    Args:
        label: of the structure.
        name: of the quantity.
        unit: UCUM.
        size: over all views, the least and the most of one view.
        digits: after the point.
    """
    value, low, high = size
    own, least, most = (round(float(one), digits) for one in (value, min(low, value), max(high, value)))
    return Measurement(label=label, name=name, value=own, unit=unit, low=least, high=most)


def evidence_of(
    card: ToolCard,
    study: Study,
    found: Measurement,
    statement: str,
    region: Region,
    limits: tuple[str, ...],
    kind: EvidenceKind = EvidenceKind.MASK,
) -> Evidence:
    """A measurement as evidence.

    Args:
        card: of the tool.
        study: what it was measured on.
        found: the measurement.
        statement: the evidence as one sentence.
        region: where it was measured.
        limits: what the reader must know, before those of the card.
        kind: of the evidence.
    """
    return Evidence(
        kind=kind,
        statement=statement,
        value=found.value,
        low=found.low,
        high=found.high,
        unit=found.unit,
        source=source_of(card),
        region=region,
        limits=(*limits, *card.limits),
        input_hash=hash_of(card, study.info.sha256),
    )
