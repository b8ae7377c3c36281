"""Small image files made on the spot, so that every tag and voxel in them is known."""

from __future__ import annotations

import struct
import zlib
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray


def write_dicom(path: Path, pixels: NDArray[Any], **tags: Any) -> Path:
    """Writes one 16-bit grey DICOM plane (explicit little endian) with the given tags over sensible defaults."""
    from pydicom.dataset import FileDataset, FileMetaDataset
    from pydicom.uid import ExplicitVRLittleEndian, generate_uid

    meta = FileMetaDataset()
    meta.TransferSyntaxUID = ExplicitVRLittleEndian
    meta.MediaStorageSOPClassUID = "1.2.840.10008.5.1.4.1.1.1.1"
    meta.MediaStorageSOPInstanceUID = generate_uid()
    dataset = FileDataset(str(path), {}, file_meta=meta, preamble=b"\x00" * 128)
    defaults = {
        "SOPClassUID": meta.MediaStorageSOPClassUID,
        "SOPInstanceUID": meta.MediaStorageSOPInstanceUID,
        "Modality": "DX",
        "PatientName": "Nobody^Real",
        "Rows": pixels.shape[0],
        "Columns": pixels.shape[1],
        "SamplesPerPixel": 1,
        "PhotometricInterpretation": "MONOCHROME2",
        "BitsAllocated": 16,
        "BitsStored": 12,
        "HighBit": 11,
        "PixelRepresentation": 0,
        "PixelData": pixels.astype("<u2").tobytes(),
    }
    for name, value in {**defaults, **tags}.items():
        if value is not None:
            setattr(dataset, name, value)
    dataset.save_as(path, enforce_file_format=True)
    return path


def write_series(
    folder: Path, count: int = 6, skip: int = -1, uid: str = "1.2.3", step: float = 2.5, **tags: Any
) -> Path:
    """Writes axial CT slices in shuffled file order; slice k holds k, at z = `step` * k. Other tags as given."""
    folder.mkdir(parents=True, exist_ok=True)
    for k in range(count):
        if k == skip:
            continue
        write_dicom(
            folder / f"{(k * 7) % 11:02d}-{uid}.dcm",
            np.full((8, 10), k + 1000),
            Modality="CT",
            SeriesInstanceUID=uid,
            ImagePositionPatient=[-10.0, -20.0, step * k],
            ImageOrientationPatient=[1, 0, 0, 0, 1, 0],
            PixelSpacing=[0.7, 0.9],
            RescaleSlope=1,
            RescaleIntercept=-1000,
            BodyPartExamined="HEAD",
            **tags,
        )
    return folder


def write_nifti(path: Path, array: NDArray[Any], affine: NDArray[Any] | None = None) -> Path:
    """Writes a NIfTI file; nibabel fills the header from the affine (2 x 2 x 3 mm, RAS, unless given)."""
    import nibabel as nib

    image = nib.Nifti1Image(array, np.diag([2.0, 2.0, 3.0, 1.0]) if affine is None else affine)
    image.header.set_xyzt_units("mm")
    nib.save(image, path)
    return path


def patch(path: Path, offset: int, form: str, *values: Any) -> Path:
    """Overwrites bytes of a file, for headers that no library would write."""
    data = bytearray(path.read_bytes())
    struct.pack_into(form, data, offset, *values)
    path.write_bytes(bytes(data))
    return path


def write_record(folder: Path, signal: NDArray[np.float64], rate: float = 360.0, name: str = "rec") -> Path:
    """Writes a WFDB record of one lead, II, in mV; returns its header."""
    import wfdb

    folder.mkdir(parents=True, exist_ok=True)
    wfdb.wrsamp(
        name,
        fs=rate,
        units=["mV"],
        sig_name=["II"],
        p_signal=signal[:, None],
        fmt=["16"],
        adc_gain=[1000.0],
        baseline=[0],
        write_dir=str(folder),
    )
    return folder / f"{name}.hea"


def write_png(path: Path, width: int, height: int, *, depth: int, colour: int, rows: bytes) -> Path:
    """Writes a PNG from its filtered rows, for bit depths and colour types that Pillow does not write."""
    chunks = [
        (b"IHDR", struct.pack(">IIBBBBB", width, height, depth, colour, 0, 0, 0)),
        (b"IDAT", zlib.compress(rows)),
        (b"IEND", b""),
    ]
    body = b"".join(
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data)) for kind, data in chunks
    )
    path.write_bytes(b"\x89PNG\r\n\x1a\n" + body)
    return path


def item(**tags: object) -> Any:
    """One item of a DICOM sequence."""
    from pydicom.dataset import Dataset

    made = Dataset()
    for name, value in tags.items():
        setattr(made, name, value)
    return made


def multiframe(path: Path, positions: list[float], times: list[int] | None = None, **shared: object) -> Path:
    """An enhanced file: frame k holds k everywhere, at z = positions[k]; its geometry is in functional groups."""
    from pydicom.sequence import Sequence

    frames = [item(PlanePositionSequence=Sequence([item(ImagePositionPatient=[0.0, 0.0, z])])) for z in positions]
    for frame, time in zip(frames, times or [], strict=False):
        frame.FrameContentSequence = Sequence([item(TemporalPositionIndex=time)])
    common = {
        "PlaneOrientationSequence": Sequence([item(ImageOrientationPatient=[1, 0, 0, 0, 1, 0])]),
        "PixelMeasuresSequence": Sequence([item(PixelSpacing=[1.0, 1.0], SliceThickness=2.0)]),
    }
    pixels = np.broadcast_to(np.arange(len(positions))[:, None, None], (len(positions), 8, 10))
    return write_dicom(
        path,
        pixels.reshape(-1, 10),
        Modality="MR",
        Rows=8,
        NumberOfFrames=len(positions),
        SharedFunctionalGroupsSequence=Sequence([item(**{**common, **shared})]),
        PerFrameFunctionalGroupsSequence=Sequence(frames),
    )
