"""CSV tables of samples."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from bedside.core.errors import ImageReadError
from bedside.core.study import Modality, Study
from bedside.tools.imaging.door import open_file


def read(path: Path, text: str) -> Study:
    path.write_text(text)
    return open_file(path, attachment_id="A1", limit_bytes=10_000_000)


def rows(step: str = "", separator: str = ",", count: int = 50) -> str:
    """`count` rows of a ramp in two leads, behind a time column where a step is given."""
    lines = []
    for k in range(count):
        cells = [str(k / 100), str(-k / 100)]
        lines.append(separator.join([f"{k * float(step):.6g}", *cells] if step else cells))
    return "\n".join(lines) + "\n"


@pytest.mark.parametrize(
    ("text", "rate", "leads"),
    [
        ("# fs=500\nII,V5\n" + rows(), 500, ("II", "V5")),
        ("time,II,V5\n" + rows("0.002"), 500, ("II", "V5")),
        ("time (ms),I,II\n" + rows("4"), 250, ("I", "II")),
        ("t_ms;I;II\n" + rows("4", ";"), 250, ("I", "II")),
        ("#sampling rate: 360\nsample\tMLII\tV1\n" + rows("1", "\t"), 360, ("MLII", "V1")),
        ("# fs=500\n" + rows(), 500, ("lead 1", "lead 2")),
        ("\ufeff# fs = 500\nII (mV),V5 (mV)\n" + rows(), 500, ("II", "V5")),
    ],
)
def test_rate_and_leads_are_read(tmp_path: Path, text: str, rate: float, leads: tuple[str, ...]) -> None:
    info = (study := read(tmp_path / "a.csv", text)).info
    assert info.leads == leads
    assert info.spacing == pytest.approx((1.0, 1 / rate), rel=1e-4)
    assert np.allclose(study.array[0], np.arange(50) / 100)


@pytest.mark.parametrize(
    ("head", "scale"), [("II_uV,V5_uV", 1e-3), ("II (µV),V5 (µV)", 1e-3), ("II (mV),V5 (mV)", 1.0), ("II,V5", 1.0)]
)
def test_units_become_millivolts(tmp_path: Path, head: str, scale: float) -> None:
    study = read(tmp_path / "a.csv", f"# fs=500\n{head}\n" + rows())
    assert study.array[0, -1] == pytest.approx(0.49 * scale)
    assert any("mV was taken" in note for note in study.info.notes) == (head == "II,V5")


def test_lead_names_make_it_an_ecg_and_others_do_not(tmp_path: Path) -> None:
    ecg = read(tmp_path / "a.csv", "# fs=500\nII,V5\n" + rows()).info
    other = read(tmp_path / "b.csv", "# fs=500\npressure,flow\n" + rows()).info
    assert (ecg.modality, ecg.modality_from) == (Modality.ECG, "content")
    assert (other.modality, other.modality_from) == (Modality.UNKNOWN, "unknown")


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("II,V5\n" + rows(), "BED-FILE-007"),
        (rows(), "BED-FILE-007"),
        ("sample,II,V5\n" + rows("1"), "BED-FILE-007"),
        ("# fs=0\nII,V5\n" + rows(), "BED-FILE-007"),
        ("time,II,V5\n" + rows("0"), "BED-FILE-005"),
        ("time,II,V5\n" + rows("0.002") + "0.5,1,1\n", "BED-FILE-005"),
        ("# fs=500\nII,V5\n" + rows() + "1,oops\n", "BED-FILE-003"),
        ("# fs=500\nII,V5\n" + rows() + "1,2,3\n", "BED-FILE-003"),
        ("name,dose\naspirin,75\n", "BED-FILE-003"),
    ],
)
def test_bad_tables_are_refused_with_what_to_do(tmp_path: Path, text: str, code: str) -> None:
    with pytest.raises(ImageReadError) as caught:
        read(tmp_path / "a.csv", text)
    assert caught.value.code == code
    assert caught.value.do


def test_a_missing_rate_says_how_to_give_it(tmp_path: Path) -> None:
    with pytest.raises(ImageReadError, match="sampling rate") as caught:
        read(tmp_path / "a.csv", "II,V5\n" + rows())
    assert "# fs=500" in caught.value.do
