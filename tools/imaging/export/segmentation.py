"""Masks as one DICOM SEG over the source images (PS3.3 A.51), by highdicom."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bedside.core.evidence import Source
from bedside.core.study import Study
from bedside.tools.imaging.export.codes import structure
from bedside.tools.imaging.export.grids import MARK, as_stored
from bedside.tools.imaging.export.palette import cielab, colour
from bedside.tools.imaging.export.sources import not_possible

MAKER, SERIES = "Bedside", "Bedside research masks"
EMPTY_FRAMES_BYTES = 32_000_000
NUMBER = 900


def save_segmentation(
    study: Study, images: list[Any], masks: Mapping[str, NDArray[np.bool_]], by: Source, path: Path
) -> Any:
    """Writes the masks as segments of one SEG, binary, frame for frame over the source images.

    Frames without any voxel are written too, so that every source image has its frame, up to 32 MB in all; beyond
    that they are left out, as the standard allows. Its UIDs follow from the Study, the tool and the labels: the same
    call writes the same object.

    Args:
        study: the Study that `images` are of.
        images: headers, in stored order (`source_images`).
        masks: label to mask in the Study's axes; none is empty.
        by: the tool that outlined them.
        path: where to write; its folder is made.

    Returns:
        The SEG as highdicom has it.

    Raises:
        ExportError: highdicom will not write over these images (002).
    """
    import highdicom as hd

    pixels = np.stack([_frames(study, mask) for mask in masks.values()], axis=-1)
    try:
        made = hd.seg.Segmentation(
            source_images=images,
            pixel_array=pixels,
            segmentation_type=hd.seg.SegmentationTypeValues.BINARY,
            segment_descriptions=[_described(study, n, label, by) for n, label in enumerate(masks, 1)],
            series_instance_uid=uid(study, by, "SEG series", *masks),
            series_number=NUMBER,
            sop_instance_uid=uid(study, by, "SEG", *masks),
            instance_number=1,
            manufacturer=MAKER,
            manufacturer_model_name=by.id[:64],
            software_versions=(by.version or "1")[:64],
            device_serial_number="0",
            content_description=MARK[:64],
            content_label="BEDSIDE",
            series_description=SERIES,
            omit_empty_frames=pixels.size / 8 > EMPTY_FRAMES_BYTES,
        )
    except (ValueError, TypeError, AttributeError, KeyError) as error:
        raise not_possible(f"its tags do not allow it ({type(error).__name__}: {str(error)[:120]})") from error
    for number, item in enumerate(made.SegmentSequence):
        item.RecommendedDisplayCIELabValue = _display(number)
    path.parent.mkdir(parents=True, exist_ok=True)
    made.save_as(path, enforce_file_format=True)
    return made


def uid(study: Study, by: Source, *what: str) -> str:
    """A UID that follows from the Study, the tool with its version, and what it names (PS3.5 B.2)."""
    from pydicom.uid import generate_uid

    return str(generate_uid(entropy_srcs=[study.info.sha256, by.id, by.version, *what]))


def _frames(study: Study, mask: NDArray[np.bool_]) -> NDArray[np.uint8]:
    """A mask as (frame, row, column)."""
    if mask.ndim == 2:
        return mask.astype(np.uint8)[None]
    return np.ascontiguousarray(as_stored(study, mask).astype(np.uint8).transpose(2, 1, 0))


def _described(study: Study, number: int, label: str, by: Source) -> Any:
    import highdicom as hd
    from pydicom.sr.codedict import codes

    category, kind, side = structure(label)
    described = hd.seg.SegmentDescription(
        segment_number=number,
        segment_label=label[:64],
        segmented_property_category=category,
        segmented_property_type=kind,
        algorithm_type=hd.seg.SegmentAlgorithmTypeValues.AUTOMATIC,
        algorithm_identification=hd.AlgorithmIdentificationSequence(
            name=(by.title or by.id)[:64],
            family=codes.DCM.ArtificialIntelligence,
            version=(by.version or "1")[:64],
        ),
        tracking_uid=uid(study, by, "track", label),
        tracking_id=tracking(by, label),
    )
    if side is not None:
        modifier = hd.sr.CodedConcept.from_code(side)
        described.SegmentedPropertyTypeCodeSequence[0].SegmentedPropertyTypeModifierCodeSequence = [modifier]
    return described


def tracking(by: Source, label: str) -> str:
    """The name under which a structure is followed from one examination to the next."""
    return f"{by.id} {label}"[:64]


def _display(number: int) -> list[int]:
    """A colour as DICOM stores CIELab (PS3.3 C.10.7.1.1): unsigned 16 bits, a* and b* from -128 to 127."""
    light, a, b = cielab(colour(number))
    return [round(light / 100 * 65535), round((a + 128) / 255 * 65535), round((b + 128) / 255 * 65535)]
