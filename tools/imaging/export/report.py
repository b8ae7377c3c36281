"""Measurements as a DICOM SR: a TID 1500 measurement report (PS3.16), by highdicom."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from bedside.core.evidence import Source
from bedside.core.measurement import Measurement
from bedside.core.study import Study
from bedside.tools.imaging.export.codes import procedure, quantity, structure, unit
from bedside.tools.imaging.export.segmentation import MAKER, NUMBER, tracking, uid
from bedside.tools.imaging.export.sources import not_possible

SERIES = "Bedside research measurements; not for diagnosis"


def save_report(
    study: Study,
    images: list[Any],
    segmentation: Any,
    measurements: Sequence[Measurement],
    by: Source,
    path: Path,
    labels: Sequence[str] = (),
) -> Any:
    """Writes the measurements as one SR: a group a label, tied to its segment where there is one, else to the images.

    Args:
        study: the Study that was measured.
        images: its headers (`source_images`).
        segmentation: the SEG of `save_segmentation`, or None.
        measurements: at least one.
        by: the tool that measured.
        path: where to write; its folder is made.
        labels: of the segments, in their order.

    Returns:
        The SR as highdicom has it.

    Raises:
        ExportError: highdicom will not write over these images (002).
    """
    import highdicom as hd
    from pydicom.sr.codedict import codes

    segments = {label: number for number, label in enumerate(labels, 1)} if segmentation is not None else {}
    by_label: dict[str, list[Measurement]] = {}
    for one in measurements:
        by_label.setdefault(one.label, []).append(one)
    try:
        groups = [
            _group(study, images, segmentation, segments.get(label), label, held, by)
            for label, held in by_label.items()
        ]
        observer = hd.sr.ObserverContext(
            observer_type=codes.DCM.Device,
            observer_identifying_attributes=hd.sr.DeviceObserverIdentifyingAttributes(
                uid=uid(study, by, "device"), name=MAKER, model_name=by.id[:64]
            ),
        )
        content = hd.sr.MeasurementReport(
            observation_context=hd.sr.ObservationContext(observer_device_context=observer),
            procedure_reported=procedure(),
            imaging_measurements=groups,
            title=codes.DCM.ImagingMeasurementReport,
        )
        made = hd.sr.Comprehensive3DSR(
            evidence=[*images, *((segmentation,) if segmentation is not None else ())],
            content=content,
            series_number=NUMBER + 1,
            series_instance_uid=uid(study, by, "SR series", *by_label),
            sop_instance_uid=uid(study, by, "SR", *by_label),
            instance_number=1,
            manufacturer=MAKER,
            is_complete=True,
            is_verified=False,
            series_description=SERIES,
        )
    except (ValueError, TypeError, AttributeError, KeyError) as error:
        raise not_possible(f"its tags do not allow it ({type(error).__name__}: {str(error)[:120]})") from error
    path.parent.mkdir(parents=True, exist_ok=True)
    made.save_as(path, enforce_file_format=True)
    return made


def _group(
    study: Study,
    images: list[Any],
    segmentation: Any,
    segment: int | None,
    label: str,
    measurements: Sequence[Measurement],
    by: Source,
) -> Any:
    """One measurement group: TID 1411 over a segment of a volume, TID 1410 over one of a film, else TID 1501."""
    import highdicom as hd

    category, kind, side = structure(label) if label else (None, None, None)
    common: dict[str, Any] = {
        "tracking_identifier": hd.sr.TrackingIdentifier(
            uid=uid(study, by, "track", label), identifier=tracking(by, label or "whole image")
        ),
        "finding_type": kind,
        "finding_category": category,
        "algorithm_id": hd.sr.AlgorithmIdentification(name=by.title or by.id, version=by.version or "1"),
        "measurements": [_measured(one) for one in measurements],
    }
    if kind is not None and side is not None:
        common["finding_sites"] = [hd.sr.FindingSite(anatomic_location=kind, laterality=side)]
    if segment is None:
        sources = [hd.sr.SourceImageForMeasurementGroup.from_source_image(image) for image in images]
        return hd.sr.MeasurementsAndQualitativeEvaluations(source_images=sources, **common)
    if study.info.kind == "image":  # a film has one frame a segment, in the order of the segments
        frame = hd.sr.ReferencedSegmentationFrame(
            sop_class_uid=segmentation.SOPClassUID,
            sop_instance_uid=segmentation.SOPInstanceUID,
            segment_number=segment,
            frame_number=segment,
            source_image=hd.sr.SourceImageForSegmentation.from_source_image(images[0]),
        )
        return hd.sr.PlanarROIMeasurementsAndQualitativeEvaluations(referenced_segment=frame, **common)
    whole = hd.sr.ReferencedSegment.from_segmentation(segmentation, segment_number=segment)
    return hd.sr.VolumetricROIMeasurementsAndQualitativeEvaluations(referenced_segment=whole, **common)


def _measured(one: Measurement) -> Any:
    """A number with its unit; where it was measured repeatedly, how far below and above it the others lay (TID 310)."""
    import highdicom as hd

    spread = None
    if one.low is not None and one.high is not None:
        below, above = max(0.0, one.value - one.low), max(0.0, one.high - one.value)
        spread = hd.sr.MeasurementProperties(lower_measurement_uncertainty=below, upper_measurement_uncertainty=above)
    return hd.sr.Measurement(name=quantity(one.name), value=one.value, unit=unit(one.unit), properties=spread)
