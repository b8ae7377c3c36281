"""Which of many DICOM files are one series, and which series is read: of a folder, a DICOMDIR or an archive."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bedside.core.errors import ImageReadError
from bedside.core.study import Study
from bedside.tools.imaging import dicom_tags as tags
from bedside.tools.imaging.content import TOO_LARGE, UNKNOWN_FORMAT, FileContent, printable
from bedside.tools.imaging.dicom import NOT_IMAGES, PIXEL_TAGS, parse, read_dataset, require_image
from bedside.tools.imaging.dicom_pixels import output_pixels
from bedside.tools.imaging.dicom_volume import checked_plane, volume

# Tags that tell slices in one place apart, the most telling first.
TRAITS = (
    "TemporalPositionIdentifier",
    "EchoTime",
    "DiffusionBValue",
    "AcquisitionNumber",
    "TriggerTime",
    "ImageType",
    "AcquisitionTime",
)
MOST_LISTED = 6


@dataclass(frozen=True)
class Image:
    """One DICOM file that holds pixels of a patient."""

    content: FileContent
    dataset: Any

    @property
    def frames(self) -> int:
        """How many frames its own file holds."""
        return int(self.dataset.get("NumberOfFrames") or 1)

    @property
    def stack(self) -> tuple[str, ...]:
        """What slices of one stack have in common; a scout of the same series points elsewhere."""
        data = self.dataset
        shape = (str(data.get("Rows")), str(data.get("Columns")))
        turned = [f"{float(v):.2f}" for v in data.get("ImageOrientationPatient") or ()]
        return (str(data.get("SeriesInstanceUID", "")), *shape, str(data.get("PixelSpacing")), *turned)


def read_images(files: Iterable[FileContent], whole: Path, attachment_id: str, limit_bytes: int, what: str) -> Study:
    """Reads the largest stack of slices among the files, or the only image there is.

    Args:
        files: DICOM files; what holds no image (reports, masks, an index) is passed over.
        whole: what the files came from, for its name.
        attachment_id: becomes the Study's id.
        limit_bytes: for the decoded samples.
        what: ``folder``, ``DICOMDIR`` or ``archive``, for the reader.

    Returns:
        A volume (float32 along (R, A, S), mm; HU for CT), or an image where there is just one.

    Raises:
        ImageReadError: no image, several that are no stack, slices missing, or too large.
    """
    images = [image for image in (_image(content) for content in files) if image is not None]
    stacks: dict[tuple[str, ...], list[Image]] = defaultdict(list)
    for number, image in enumerate(images):
        alone = image.frames > 1 or not image.dataset.get("ImagePositionPatient")
        stacks[(str(number),) if alone else image.stack].append(image)
    if not stacks:
        raise ImageReadError(
            f"The {what} {printable(whole.name)} holds no DICOM image.",
            "Attach the X-ray, or the folder of CT or MR slices.",
            code=UNKNOWN_FORMAT,
        )
    taken = max(stacks, key=lambda key: (_size(stacks[key]), key))
    notes = _choice(stacks, taken, what)
    chosen = stacks[taken]
    if len(chosen) > 1:
        return _read_stack(chosen, whole, attachment_id, limit_bytes, notes)
    if len(stacks) > 1 and _size(chosen) == 1:
        raise ImageReadError(
            f"The {what} {printable(whole.name)} holds {len(stacks)} single images and no series of slices.",
            "Attach the image that the question is about.",
            code=UNKNOWN_FORMAT,
        )
    return read_dataset(chosen[0].dataset, chosen[0].content, attachment_id, notes)


def total_within(sizes: Iterable[int], name: str, limit_bytes: int) -> None:
    """Refuses files that are larger together than the limit.

    Raises:
        ImageReadError: they are (004).
    """
    if sum(sizes) > limit_bytes:
        raise ImageReadError(
            f"The files of {name} are larger than the limit of {limit_bytes / 1e6:,.0f} MB together.",
            "Attach one series alone, or raise `bounds.file_bytes`.",
            code=TOO_LARGE,
        )


def _image(content: FileContent) -> Image | None:
    dataset = parse(content)
    if tags.code(dataset, "Modality") in NOT_IMAGES or not any(tag in dataset for tag in PIXEL_TAGS):
        return None
    require_image(dataset, content)
    return Image(content, dataset)


def _size(images: list[Image]) -> int:
    return len(images) if len(images) > 1 else images[0].frames


def _choice(stacks: dict[tuple[str, ...], list[Image]], taken: tuple[str, ...], what: str) -> tuple[str, ...]:
    """Says what was read, and what else was there."""
    if len(stacks) == 1 and len(stacks[taken]) == 1:
        return (f"The only image of the {what} was read.",)
    read = f"{_size(stacks[taken])} slices of one series."
    if len(stacks) == 1:
        return (read,)
    rest = sorted((images for key, images in stacks.items() if key != taken), key=_size, reverse=True)
    listed = [f"{tags.code(images[0].dataset, 'Modality') or 'unidentified'} of {_size(images)}" for images in rest]
    more = f" and {len(listed) - MOST_LISTED} more" if len(listed) > MOST_LISTED else ""
    left = f"Not read: {', '.join(listed[:MOST_LISTED])}{more}."
    return (read, f"The {what} holds {len(stacks)} series; the one with the most slices was read. {left}")


def _read_stack(
    images: list[Image], whole: Path, attachment_id: str, limit_bytes: int, notes: tuple[str, ...]
) -> Study:
    digest = hashlib.sha256("".join(sorted(image.content.sha256 for image in images)).encode()).hexdigest()
    content = FileContent(path=whole, data=b"", sha256=digest, limit_bytes=limit_bytes)
    content.require_decoded_size(sum(int(i.dataset.Rows) * int(i.dataset.Columns) for i in images))
    planes, said = [], {}
    for image in images:
        data = image.dataset
        pixels = output_pixels(data, image.content)
        said.update(dict.fromkeys(pixels.notes))
        plane = checked_plane(
            pixels.values,
            data.get("ImagePositionPatient"),
            data.get("ImageOrientationPatient"),
            data.get("PixelSpacing"),
            image.content,
            display=pixels.display,
            traits={tag: str(data.get(tag) or "") for tag in TRAITS},
            instance=tags.instance(data),
        )
        planes.append(plane)
    return volume(planes, images[0].dataset, content, attachment_id, (*notes, *said))
