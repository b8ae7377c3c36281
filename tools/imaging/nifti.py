"""NIfTI-1 and NIfTI-2 single files, plain or gzipped, as RAS volumes.

The format is described in Cox 2004 (nifti.nimh.nih.gov). NIfTI does not say what made the image, so the modality is
UNKNOWN.
"""

from __future__ import annotations

import math
import zlib
from typing import Any

import numpy as np

from bedside.core.study import Study
from bedside.tools.imaging.assembly import checked_spacing, volume_of
from bedside.tools.imaging.content import FileContent
from bedside.tools.imaging.inflate import inflated

NO_MODALITY = "NIfTI does not state the modality."
GZIP_MAGIC = b"\x1f\x8b"
HEADER_BYTES = 540
MOST_HEADER_BYTES = 16_000_000
SECOND_MAGIC = b"n+2\x00\r\n\x1a\n"
UNIT_METRE, UNIT_MICROMETRE = 1, 3


def is_nifti(data: bytes) -> bool:
    """Whether the bytes, gzipped or not, carry the magic of a single-file NIfTI."""
    head = _first_bytes(data, HEADER_BYTES) if data.startswith(GZIP_MAGIC) else data[:HEADER_BYTES]
    return head[344:348] == b"n+1\x00" or head[4:12] == SECOND_MAGIC


def read_nifti(content: FileContent, attachment_id: str) -> Study:
    """Reads one volume.

    Returns:
        A volume: float32 along (R, A, S), closest canonical orientation, mm, with the affine and the stored axes.

    Raises:
        ImageReadError: truncated, not numeric, no or several volumes, one slice, impossible spacing or orientation,
            or too large once decoded.
    """
    import nibabel as nib
    from nibabel.imageglobals import LoggingOutputSuppressor

    header = _header(content)
    shape = _volume_shape(header, content)
    spacing_notes = _check_steps(header, content)
    raw = _whole(content, _expected_bytes(header, content))
    image_class = nib.Nifti2Image if _is_second(raw) else nib.Nifti1Image
    # nibabel prints what it repairs in odd headers; what matters of that was judged above.
    with LoggingOutputSuppressor():
        image = image_class.from_bytes(raw)
        stored = image.get_fdata(dtype=np.float32, caching="unchanged").reshape(shape)

    def notes(stored_axes: tuple[str, str, str]) -> tuple[str, ...]:
        return (NO_MODALITY, *spacing_notes, *_orientation_notes(header, stored_axes))

    return volume_of(stored, np.asarray(image.affine, dtype=np.float64), content, attachment_id, notes)


def _is_second(raw: bytes) -> bool:
    return raw[4:12] == SECOND_MAGIC


def _first_bytes(data: bytes, size: int) -> bytes:
    try:
        return zlib.decompressobj(wbits=31).decompress(data, size)
    except zlib.error:
        return b""


def _header(content: FileContent) -> Any:
    """The nibabel header, unchecked: nibabel's own check would quietly repair the steps that are judged here."""
    import nibabel as nib

    zipped = content.data.startswith(GZIP_MAGIC)
    head = _first_bytes(content.data, HEADER_BYTES) if zipped else content.data[:HEADER_BYTES]
    kind = nib.Nifti2Header if _is_second(head) else nib.Nifti1Header
    size = kind.sizeof_hdr
    if len(head) < size:
        raise content.unreadable("it ends inside its header")
    return kind(head[:size], check=False)


def _volume_shape(header: Any, content: FileContent) -> tuple[int, int, int]:
    dims = [int(v) for v in header["dim"]]
    if not 3 <= dims[0] <= 7:
        raise content.bad_geometry(f"it declares {dims[0]} dimensions and a volume has 3")
    sizes = dims[1 : dims[0] + 1]
    if any(size <= 0 for size in sizes):
        raise content.bad_geometry("it declares an axis of no length")
    more = math.prod(sizes[3:])
    if more > 1:
        raise content.bad_geometry(f"it holds {more} volumes and one is needed (save the one to be read)")
    if min(sizes[:3]) < 2:
        raise content.bad_geometry(f"it holds a single slice ({'x'.join(map(str, sizes[:3]))}), not a volume")
    content.require_decoded_size(math.prod(sizes))
    return sizes[0], sizes[1], sizes[2]


def _check_steps(header: Any, content: FileContent) -> tuple[str, ...]:
    """Judges the steps as written; returns a note where the unit of length is not stated."""
    steps = tuple(float(v) for v in header["pixdim"][1:4])
    unit = int(header["xyzt_units"]) & 0x07
    if unit in {UNIT_METRE, UNIT_MICROMETRE}:
        raise content.bad_geometry("its unit of length is not the millimetre")
    checked_spacing(steps, content)
    return () if unit else ("The unit of length is not stated; millimetres were taken.",)


def _orientation_notes(header: Any, stored_axes: tuple[str, str, str]) -> tuple[str, ...]:
    notes = []
    if int(header["sform_code"]) == 0 and int(header["qform_code"]) == 0:
        notes.append("The file does not state its orientation: left and right cannot be trusted.")
    if stored_axes != ("R", "A", "S"):
        notes.append(f"Stored as {''.join(stored_axes)}; turned to RAS without resampling.")
    return tuple(notes)


def _expected_bytes(header: Any, content: FileContent) -> int:
    """Bytes of the whole uncompressed file, from its header."""
    datatype = header.get_data_dtype()
    if datatype.kind not in "iuf":
        raise content.unreadable(f"its samples are of type {datatype}, which is not one number a voxel")
    offset = float(header["vox_offset"])
    if not header.sizeof_hdr <= offset <= MOST_HEADER_BYTES:
        raise content.unreadable("it says that its samples begin where they cannot")
    dims = [int(v) for v in header["dim"]]
    return int(offset) + math.prod(dims[1 : dims[0] + 1]) * int(datatype.itemsize)


def _whole(content: FileContent, expected: int) -> bytes:
    """The uncompressed file, never more of it than its header announces."""
    if not content.data.startswith(GZIP_MAGIC):
        raw = content.data[:expected]
    else:
        try:
            raw = inflated(content.data, expected)
        except (zlib.error, EOFError, OSError) as error:
            raise content.unreadable("its gzip stream is damaged") from error
    if len(raw) < expected:
        raise content.unreadable(f"it is cut short ({len(raw):,} of {expected:,} bytes)")
    return raw
