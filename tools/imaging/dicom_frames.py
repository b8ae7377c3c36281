"""Multi-frame DICOM files whose frames say where they lie: enhanced CT and MR."""

from __future__ import annotations

from typing import Any

from bedside.core.study import Study
from bedside.tools.imaging import dicom_tags as tags
from bedside.tools.imaging.content import FileContent
from bedside.tools.imaging.dicom_pixels import output_pixels
from bedside.tools.imaging.dicom_voi import voi_curve
from bedside.tools.imaging.dicom_volume import checked_plane, volume

# Functional group and attribute that tell frames in one place apart (PS3.3 C.7.6.16.2.2, C.8.13.5).
TRAITS = (
    ("FrameContentSequence", "StackID"),
    ("FrameContentSequence", "TemporalPositionIndex"),
    ("MREchoSequence", "EffectiveEchoTime"),
    ("MRDiffusionSequence", "DiffusionBValue"),
    ("MRImageFrameTypeSequence", "ComplexImageComponent"),
    ("CTImageFrameTypeSequence", "FrameType"),
    ("FrameContentSequence", "FrameAcquisitionNumber"),
)


def read_frames(dataset: Any, content: FileContent, attachment_id: str, notes: tuple[str, ...] = ()) -> Study:
    """Reads an enhanced multi-frame file (PS3.3 C.7.6.16): a group of a frame goes before the one
    they share; `notes` come first.

    Returns:
        A volume: float32 along (R, A, S), mm; HU for CT.

    Raises:
        ImageReadError: the frames carry no positions (a film loop, for example), or do not form a volume.
    """
    shared = (dataset.get("SharedFunctionalGroupsSequence") or [None])[0]
    frames = dataset.get("PerFrameFunctionalGroupsSequence") or []
    if not frames or len(frames) != int(dataset.NumberOfFrames):
        raise content.bad_geometry("it has several frames without slice positions")
    pixels = output_pixels(dataset, content)
    planes, file = [], tags.instance(dataset)
    for number, (frame, samples) in enumerate(zip(frames, pixels.values, strict=True), 1):
        where = _group(frame, shared, "PlanePositionSequence")
        turned = _group(frame, shared, "PlaneOrientationSequence")
        measures = _group(frame, shared, "PixelMeasuresSequence")
        if where is None or turned is None or measures is None:
            raise content.bad_geometry("its frames carry no slice positions")
        scale = _group(frame, shared, "PixelValueTransformationSequence")
        if scale is not None:
            samples = samples * float(scale.RescaleSlope) + float(scale.RescaleIntercept)
        window = _group(frame, shared, "FrameVOILUTSequence")
        plane = checked_plane(
            samples,
            where.get("ImagePositionPatient"),
            turned.get("ImageOrientationPatient"),
            measures.get("PixelSpacing"),
            content,
            display=voi_curve(window)[0] if window is not None else pixels.display,
            traits=_traits(frame),
            instance=f"{file}#{number}" if file else "",
        )
        planes.append(plane)
    return volume(planes, dataset, content, attachment_id, (*notes, *pixels.notes))


def _traits(frame: Any) -> dict[str, str]:
    held = {name: (frame.get(group) or [None])[0] for group, name in TRAITS}
    return {name: str(item.get(name) or "") for name, item in held.items() if item is not None}


def _group(frame: Any, shared: Any, tag: str) -> Any:
    """The first item of a functional group, of the frame or shared; None where neither has it."""
    for holder in (frame, shared):
        items = holder.get(tag) if holder is not None else None
        if items:
            return items[0]
    return None
