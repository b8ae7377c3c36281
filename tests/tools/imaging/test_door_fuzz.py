"""Damaged files of every format: only ImageReadError may come through the door."""

from __future__ import annotations

import tempfile
from functools import lru_cache
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image
from support.ecg import sinus
from support.image_files import write_dicom, write_nifti, write_record

from bedside.core.errors import ImageReadError
from bedside.tools.imaging.door import open_file

FORMATS = ("dcm", "nii", "nii.gz", "png", "jpg", "hea", "dat", "csv")
MUTANTS = 300


@lru_cache(maxsize=1)
def originals() -> dict[str, bytes]:
    """One small good file of each format, and the WFDB partner of each half of a record."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        picture = Image.fromarray(np.random.default_rng(0).integers(0, 255, (24, 32), dtype=np.uint8))
        picture.save(folder / "a.png")
        picture.save(folder / "a.jpg")
        block = np.random.default_rng(0).random((6, 7, 8)).astype(np.float32)
        write_nifti(folder / "a.nii", block)
        write_nifti(folder / "a.nii.gz", block)
        tags = {"PixelSpacing": [0.5, 0.5], "BodyPartExamined": "CHEST", "RescaleSlope": 1, "RescaleIntercept": -5}
        write_dicom(folder / "a.dcm", np.arange(24 * 32).reshape(24, 32), **tags)
        write_record(folder, sinus(75, 360, 4), name="a")
        (folder / "a.csv").write_text("time,II\n" + "".join(f"{k / 250:.3f},{k % 9 / 10}\n" for k in range(200)))
        return {kind: (folder / f"a.{kind}").read_bytes() for kind in FORMATS}


@st.composite
def mutations(draw: st.DrawFn) -> list[tuple[str, float, bytes]]:
    """Edits as (what, where as a share of the file, bytes); early places, where headers are, come up more often."""
    place = st.one_of(st.floats(0, 0.999), st.floats(0, 0.15))
    edit = st.tuples(
        st.sampled_from(("set", "insert", "delete", "cut", "zero")), place, st.binary(min_size=1, max_size=6)
    )
    return draw(st.lists(edit, min_size=1, max_size=6))


def mutated(data: bytes, edits: list[tuple[str, float, bytes]]) -> bytes:
    for what, share, extra in edits:
        at = int(share * len(data))
        if what == "set":
            data = data[:at] + extra + data[at + len(extra) :]
        elif what == "insert":
            data = data[:at] + extra + data[at:]
        elif what == "delete":
            data = data[:at] + data[at + len(extra) :]
        elif what == "cut" and at > len(data) // 8:
            data = data[:at]
        elif what == "zero":
            data = data[:at] + bytes(4 * len(extra)) + data[at + 4 * len(extra) :]
    return data


@pytest.mark.parametrize("kind", FORMATS)
def test_a_mutant_is_read_or_refused_and_nothing_else(kind: str) -> None:
    good = originals()

    @settings(max_examples=MUTANTS, deadline=None, database=None, suppress_health_check=list(HealthCheck))
    @given(edits=mutations())
    def one(edits: list[tuple[str, float, bytes]]) -> None:
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            for partner in ("hea", "dat"):
                if kind in {"hea", "dat"}:
                    (folder / f"a.{partner}").write_bytes(good[partner])
            path = folder / f"a.{kind}"
            path.write_bytes(mutated(good[kind], edits))
            try:
                study = open_file(path, attachment_id="A1", limit_bytes=20_000_000)
            except ImageReadError as error:
                assert error.code.startswith("BED-FILE-")
                return
            assert np.isfinite(study.array).all()
            assert study.array.size * 4 <= 20_000_000
            assert study.info.spacing is None or all(step > 0 for step in study.info.spacing)

    one()
