"""Damaged files by the thousand: a good file, a seed, and the same damage every time."""

from __future__ import annotations

import gzip
import io
import random
import struct
import tempfile
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
from PIL import Image

from support.image_files import multiframe, write_dicom, write_nifti

EXTREMES = (0, 1, 2, 0x7F, 0xFF, 0x7FFF, 0xFFFF, 0x7FFFFFFF, 0x80000000, 0xFFFFFFFE, 0xFFFFFFFF)
NUMBERS = (0.0, -1.0, 1e-30, 1e30, float("nan"), float("inf"), float("-inf"), 1.0, 255.0, 1e9)
TEXTS = (b"0", b"-1", b"nan", b"inf", b"1e400", b"999999999999", b"1\\\\", b"\xff\xfe", b"\\", b" ", b"1\\0", b"A" * 40)
Mutator = Callable[[bytes, random.Random], bytes]


def mutants(kind: str, count: int, seed: int) -> Iterator[bytes]:
    """`count` damaged files of a kind (``dcm``, ``nii`` or ``png``); a quarter of them damaged more than once."""
    chance = random.Random(seed)
    goods, own = {"dcm": (dicoms, dicom_field), "nii": (niftis, nifti_field), "png": (pngs, png_field)}[kind]
    files = goods()
    for number in range(count):
        data = files[number % len(files)]
        for _ in range(1 if chance.random() < 0.75 else chance.randint(2, 5)):
            data = chance.choice((own, own, flipped, cut, shifted, length_field))(data, chance)
        yield data


def _place(data: bytes, chance: random.Random, width: int = 1) -> int:
    """Anywhere, or among the first bytes, where headers are."""
    reach = max(1, len(data) - width)
    return chance.randrange(min(reach, 600) if chance.random() < 0.5 else reach)


def flipped(data: bytes, chance: random.Random) -> bytes:
    """One to sixteen bits turned."""
    changed = bytearray(data)
    for _ in range(chance.randint(1, 16)):
        changed[_place(data, chance)] ^= 1 << chance.randrange(8)
    return bytes(changed)


def cut(data: bytes, chance: random.Random) -> bytes:
    """Cut short, or with a piece out of the middle."""
    at = _place(data, chance) + 1
    return data[:at] if chance.random() < 0.5 else data[:at] + data[at + chance.randint(1, 200) :] + b"\x00"


def shifted(data: bytes, chance: random.Random) -> bytes:
    """Something put in: noise, zeros, or a piece of the file itself."""
    at, start = _place(data, chance), _place(data, chance)
    size = chance.randint(1, 64)
    return data[:at] + chance.choice((chance.randbytes(size), bytes(size), data[start : start + size])) + data[at:]


def length_field(data: bytes, chance: random.Random) -> bytes:
    """Two or four bytes set to an extreme, in either order."""
    form = chance.choice(("<H", ">H", "<I", ">I"))
    value = chance.choice(EXTREMES) & (0xFFFF if form[1] == "H" else 0xFFFFFFFF)
    return _set(data, _place(data, chance, 4), struct.pack(form, value))


def _set(data: bytes, at: int, value: bytes) -> bytes:
    return data[:at] + value + data[at + len(value) :]


def dicom_field(data: bytes, chance: random.Random) -> bytes:
    """An element of group 0008, 0018, 0020, 0028 or 7FE0 with another value, length, type or tag."""
    tags = [
        k for k in range(132, len(data) - 8, 2) if data[k : k + 2] in DICOM_GROUPS and data[k + 4 : k + 6].isalpha()
    ]
    if not tags:
        return flipped(data, chance)
    at = chance.choice(tags)
    size = struct.unpack_from("<H", data, at + 6)[0]
    what = chance.randrange(5)
    if what == 0:
        return _set(data, at + 6, struct.pack("<H", chance.choice(EXTREMES) & 0xFFFF))
    if what == 1:
        return _set(data, at + 4, chance.choice((b"SQ", b"DS", b"OB", b"US", b"FD", b"UN", b"??", b"UI")))
    if what == 2:
        return _set(
            data, at, struct.pack("<HH", 0x28, chance.choice((2, 4, 8, 0x10, 0x11, 0x30, 0x100, 0x101, 0x1053)))
        )
    value = chance.choice(TEXTS) if what == 3 else chance.randbytes(8)
    return _set(data, at + 8, value[: max(size, 1)].ljust(min(size, 60), chance.choice((b" ", b"\x00", b"9"))))


DICOM_GROUPS = tuple(struct.pack("<H", group) for group in (0x0008, 0x0018, 0x0020, 0x0028, 0x5200, 0x7FE0))
NIFTI_FIELDS = (
    *(("<h", 40 + 2 * k) for k in range(8)),  # dim
    *(("<h", at) for at in (70, 72, 252, 254)),  # datatype, bits, qform and sform code
    *(("<f", 76 + 4 * k) for k in range(8)),  # pixdim
    *(("<f", at) for at in (108, 112, 116)),  # where samples begin, slope, intercept
    *(("<f", 256 + 4 * k) for k in range(18)),  # quaternion, offsets, rows of the affine
    ("<b", 123),  # units
)


def nifti_field(data: bytes, chance: random.Random) -> bytes:
    """A field of the header set to an extreme; a gzipped file is damaged inside and packed again."""
    packed = data.startswith(b"\x1f\x8b")
    try:
        raw = gzip.decompress(data) if packed else data
    except (OSError, EOFError, zlib.error):
        return flipped(data, chance)
    form, at = chance.choice(NIFTI_FIELDS)
    if form == "<f":
        value = struct.pack(form, chance.choice(NUMBERS))
    else:
        most = 127 if form == "<b" else 32767
        value = struct.pack(
            form, chance.choice((0, 1, 2, 3, 4, 7, 8, 16, 64, 128 % most, 511, 1792, -1, most, -most)) % most
        )
    raw = _set(raw, at, value)
    return gzip.compress(raw, 1) if packed else raw


def png_field(data: bytes, chance: random.Random) -> bytes:
    """A chunk with another content, length or name, and a checksum that is right for it."""
    chunks, at = [], 8
    while at + 12 <= len(data):
        size = struct.unpack_from(">I", data, at)[0]
        chunks.append((data[at + 4 : at + 8], data[at + 8 : at + 8 + size]))
        at += 12 + size
    if not chunks:
        return flipped(data, chance)
    number = 0 if chance.random() < 0.4 else chance.randrange(len(chunks))
    name, body = chunks[number]
    what = chance.randrange(5)
    if what == 0 and len(body) >= 13 and name == b"IHDR":
        body = _set(body, chance.choice((0, 4)), struct.pack(">I", chance.choice(EXTREMES)))
    elif what == 1 and body:
        body = _set(body, chance.randrange(len(body)), chance.randbytes(1))
    elif what == 2:
        name = chance.choice((b"IDAT", b"PLTE", b"tRNS", b"IEND", b"iCCP", b"zTXt", b"eXIf", b"acTL", b"gAMA"))
    elif what == 3:
        body = zlib.compress(bytes(chance.choice((10, 1000, 3_000_000))))
    else:
        chunks.insert(chance.randrange(len(chunks)), (chance.choice((b"iTXt", b"tEXt", b"tIME", b"fdAT")), body))
    if number < len(chunks):
        chunks[number] = (name, body)
    return data[:8] + b"".join(
        struct.pack(">I", len(b)) + n + b + struct.pack(">I", zlib.crc32(n + b) & 0xFFFFFFFF) for n, b in chunks
    )


def dicoms() -> list[bytes]:
    """Plain, windowed MONOCHROME1, RLE, JPEG 2000 and multi-frame, made here; JPEG-LS and JPEG of pydicom's tests."""
    import pydicom
    from pydicom.data import get_testdata_file
    from pydicom.uid import JPEG2000Lossless, RLELossless

    grey = np.random.default_rng(0).integers(0, 4000, (64, 72))  # JPEG 2000 takes no smaller one
    common = {"PixelSpacing": [0.5, 0.5], "BodyPartExamined": "CHEST", "RescaleSlope": 1, "RescaleIntercept": -5}
    placed = {"ImagePositionPatient": [0, 0, 1], "ImageOrientationPatient": [1, 0, 0, 0, 1, 0]}
    window = {"PhotometricInterpretation": "MONOCHROME1", "WindowCenter": 9, "WindowWidth": 99, "PixelPaddingValue": 0}
    made = []
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for number, (tags, syntax) in enumerate(
            (
                ({**common, **placed}, None),
                ({**common, **window}, None),
                (common, RLELossless),
                (common, JPEG2000Lossless),
            )
        ):
            path = write_dicom(folder / f"{number}.dcm", grey, **tags)
            if syntax is not None:
                dataset = pydicom.dcmread(path)
                dataset.compress(syntax, generate_instance_uid=False)
                dataset.save_as(path)
            made.append(path.read_bytes())
        made.append(multiframe(folder / "frames.dcm", [0.0, 2.0, 4.0]).read_bytes())
    for file in ("MR_small_jpeg_ls_lossless", "JPGExtended", "SC_rgb_small_odd_jpeg"):
        found = get_testdata_file(f"{file}.dcm", download=False)
        if found is not None:
            made.append(Path(str(found)).read_bytes())
    return made


def niftis() -> list[bytes]:
    """float32 and int16 with a scale, plain and gzipped."""
    block = np.random.default_rng(0).random((6, 7, 8)).astype(np.float32)
    turned = np.array([[0, 2, 0, 5], [-2, 0, 0, 6], [0, 0, 3, 7], [0, 0, 0, 1.0]])
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        paths = [
            write_nifti(folder / "a.nii", block),
            write_nifti(folder / "b.nii.gz", block),
            write_nifti(folder / "c.nii", (block * 900).astype(np.int16), turned),
            write_nifti(folder / "d.nii.gz", (block * 900).astype(np.int16), turned),
        ]
        return [path.read_bytes() for path in paths]


def pngs() -> list[bytes]:
    """Grey of 1, 8 and 16 bits, colour, transparency, a palette."""
    grey = np.random.default_rng(0).integers(0, 255, (24, 32), dtype=np.uint8)
    pictures = [
        Image.fromarray(grey),
        Image.fromarray(grey.astype(np.uint16) * 250),
        Image.fromarray(grey).convert("1"),
    ]
    pictures += [Image.fromarray(grey).convert(mode) for mode in ("RGB", "RGBA", "P", "LA")]
    out = []
    for picture in pictures:
        stream = io.BytesIO()
        picture.save(stream, format="PNG")
        out.append(stream.getvalue())
    return out
