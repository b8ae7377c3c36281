"""NRRD volumes of one file, as RAS volumes.

The format is that of Teem (Kindlmann, "Definition of NRRD File Format", teem.sourceforge.net/nrrd/format.html). NRRD
does not say what made the image, so the modality is UNKNOWN.
"""

from __future__ import annotations

import bz2
import math
import zlib
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bedside.core.study import Study
from bedside.tools.imaging.assembly import checked_spacing, volume_of
from bedside.tools.imaging.content import FileContent
from bedside.tools.imaging.inflate import inflated

MAGIC = b"NRRD000"
MOST_HEADER_BYTES = 1_000_000
TYPES = {
    "i1": ("signed char", "int8", "int8_t"),
    "u1": ("uchar", "unsigned char", "uint8", "uint8_t"),
    "i2": ("short", "short int", "signed short", "signed short int", "int16", "int16_t"),
    "u2": ("ushort", "unsigned short", "unsigned short int", "uint16", "uint16_t"),
    "i4": ("int", "signed int", "int32", "int32_t"),
    "u4": ("uint", "unsigned int", "uint32", "uint32_t"),
    "i8": ("longlong", "long long", "long long int", "signed long long", "int64", "int64_t"),
    "u8": ("ulonglong", "unsigned long long", "unsigned long long int", "uint64", "uint64_t"),
    "f4": ("float",),
    "f8": ("double",),
}
DTYPES = {name: kind for kind, names in TYPES.items() for name in names}
# What turns the axes of a space into right, anterior, superior.
SPACES = {
    **dict.fromkeys(("right-anterior-superior", "ras"), (1.0, 1.0, 1.0)),
    **dict.fromkeys(("left-anterior-superior", "las"), (-1.0, 1.0, 1.0)),
    **dict.fromkeys(("left-posterior-superior", "lps"), (-1.0, -1.0, 1.0)),
}
NO_MODALITY = "NRRD does not state the modality."
NO_ORIENTATION = "The file does not state its orientation: left and right cannot be trusted."


@dataclass(frozen=True)
class Header:
    """The fields before the samples, keys in lower case; and where the samples begin."""

    fields: dict[str, str]
    end: int

    def words(self, name: str) -> list[str]:
        """A field's words, none where it is absent."""
        return self.fields.get(name, "").split()


def is_nrrd(data: bytes) -> bool:
    """Whether the bytes begin as an NRRD does."""
    return data.startswith(MAGIC)


def read_nrrd(content: FileContent, attachment_id: str) -> Study:
    """Reads one volume.

    Returns:
        A volume: float32 along (R, A, S), closest canonical orientation, mm, with the affine and the stored axes.

    Raises:
        ImageReadError: cut short, samples in another file, not three spatial axes, one slice, no spacing, impossible
            spacing or orientation, or too large once decoded.
    """
    header = _header(content)
    sizes, dtype = _layout(header, content)
    affine, spatial_notes = _affine(header, content)
    raw = _samples(header, content, math.prod(sizes), dtype)
    stored = np.asarray(raw).reshape(sizes, order="F")

    def notes(stored_axes: tuple[str, str, str]) -> tuple[str, ...]:
        turned = () if stored_axes == ("R", "A", "S") else (f"Stored as {''.join(stored_axes)}; turned to RAS.",)
        return (NO_MODALITY, *spatial_notes, *turned)

    return volume_of(stored, affine, content, attachment_id, notes)


def _header(content: FileContent) -> Header:
    """The fields; a comment or a key:=value pair is skipped, since neither says how to read the samples."""
    head = content.data[:MOST_HEADER_BYTES]
    ends = [(head.find(mark), len(mark)) for mark in (b"\n\n", b"\n\r\n") if mark in head]
    if not ends:
        raise content.unreadable("its header does not end")
    at, length = min(ends)
    fields = {}
    for line in head[:at].decode("latin-1").splitlines()[1:]:
        key, colon, value = line.partition(": ")
        if colon and not line.startswith("#"):
            fields[key.strip().lower()] = value.strip()
    return Header(fields, at + length)


def _layout(header: Header, content: FileContent) -> tuple[tuple[int, int, int], np.dtype[Any]]:
    """Sizes along the three stored axes, fastest first, and the type of a sample."""
    if "data file" in header.fields or "datafile" in header.fields:
        raise content.unreadable("its samples are in another file", "Save header and samples as one .nrrd file.")
    kind = DTYPES.get(header.fields.get("type", "").lower())
    if kind is None:
        raise content.unreadable("its samples are of a type that is not one number a voxel")
    sizes = [int(v) for v in header.words("sizes")]
    if len(sizes) != int(header.fields.get("dimension", "0")) or any(size <= 0 for size in sizes):
        raise content.bad_geometry("its sizes and its dimension disagree")
    if len(sizes) != 3 or any(k.lower() not in {"domain", "space", "???"} for k in header.words("kinds")):
        raise content.bad_geometry(f"it holds {len(sizes)} axes, or axes that are not space, and a volume has 3")
    if min(sizes) < 2:
        raise content.bad_geometry(f"it holds a single slice ({'x'.join(map(str, sizes))}), not a volume")
    content.require_decoded_size(math.prod(sizes))
    endian = header.fields.get("endian", "little").lower()
    if endian not in {"little", "big"}:
        raise content.unreadable("it does not say the order of its bytes")
    return (sizes[0], sizes[1], sizes[2]), np.dtype(kind).newbyteorder("<" if endian == "little" else ">")


def _affine(header: Header, content: FileContent) -> tuple[NDArray[np.float64], tuple[str, ...]]:
    """4x4, stored voxel index to RAS mm, and notes; only spacings means that left and right are not known."""
    units = {unit.strip('"').lower() for unit in (*header.words("space units"), *header.words("units"))}
    if units - {"mm", "millimeter", "millimeters", ""}:
        raise content.bad_geometry("its unit of length is not the millimetre")
    notes = () if units - {""} else ("The unit of length is not stated; millimetres were taken.",)
    affine = np.eye(4)
    if "space directions" not in header.fields:
        steps = [float(v) for v in header.words("spacings")]
        if len(steps) != 3:
            raise content.bad_geometry("it states no spacing")
        affine[:3, :3] = np.diag(checked_spacing(tuple(steps), content))
        return affine, (NO_ORIENTATION, *notes)
    vectors = [_vector(text, content) for text in _vectors(header)]
    if len(vectors) != 3:
        raise content.bad_geometry("it does not state a direction for each of three axes")
    affine[:3, :3] = np.stack(vectors, axis=1)
    if "space origin" in header.fields:
        affine[:3, 3] = _vector(header.fields["space origin"], content)
    space = SPACES.get(header.fields.get("space", "").lower())
    if space is None:
        return affine, (NO_ORIENTATION, *notes)
    return np.diag([*space, 1.0]) @ affine, notes


def _vectors(header: Header) -> list[str]:
    return [f"({part}" for part in header.fields["space directions"].replace(" ", "").split("(")[1:]]


def _vector(text: str, content: FileContent) -> NDArray[np.float64]:
    try:
        vector = np.asarray([float(v) for v in text.strip().strip("()").split(",")], dtype=np.float64)
    except ValueError as error:
        raise content.bad_geometry("a direction or the origin is not numbers") from error
    if vector.shape != (3,):
        raise content.bad_geometry("a direction or the origin does not have three values")
    return vector


def _samples(header: Header, content: FileContent, count: int, dtype: np.dtype[Any]) -> NDArray[Any]:
    """The samples in stored order, never more of them than the header announces."""
    encoding = header.fields.get("encoding", "").lower()
    skip = int(header.fields.get("byte skip", header.fields.get("byteskip", "0")))
    data, needed = content.data[header.end :], count * dtype.itemsize
    if int(header.fields.get("line skip", header.fields.get("lineskip", "0"))) or skip < -1:
        raise content.unreadable("it skips lines before its samples")
    if encoding in {"txt", "text", "ascii"}:
        words = data.split()
        if len(words) < count:
            raise content.unreadable(f"it is cut short ({len(words):,} of {count:,} samples)")
        return np.asarray(words[:count], dtype=np.float64)
    whole = _decoded(encoding, data, needed + max(skip, 0), content)
    raw = whole[len(whole) - needed :] if skip == -1 and len(whole) >= needed else whole[max(skip, 0) :][:needed]
    if len(raw) < needed:
        raise content.unreadable(f"it is cut short ({len(raw):,} of {needed:,} bytes)")
    return np.frombuffer(raw, dtype=dtype)


def _decoded(encoding: str, data: bytes, most: int, content: FileContent) -> bytes:
    try:
        if encoding == "raw":
            return data
        if encoding in {"gz", "gzip"}:
            return inflated(data, most)
        if encoding in {"bz2", "bzip2"}:
            return bz2.BZ2Decompressor().decompress(data, most)
        if encoding == "hex":
            return bytes.fromhex(data.decode("ascii"))
    except (zlib.error, EOFError, OSError, ValueError) as error:
        raise content.unreadable(f"its {encoding} stream is damaged") from error
    raise content.unreadable("its samples are encoded in a way that NRRD does not have")
