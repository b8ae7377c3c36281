"""The decoding process: what it survives, what it is not told, and that a good file is not stopped."""

from __future__ import annotations

import os
import signal
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from support.ecg import sinus
from support.image_files import write_dicom, write_nifti, write_record

from bedside.core.errors import ImageReadError
from bedside.tools.imaging.decoding import START, Decoder, Decoders
from bedside.tools.imaging.door import open_file
from bedside.tools.imaging.reading import size_of

LIMIT = 2_000_000_000
linux = pytest.mark.skipif(sys.platform != "linux", reason="needs /proc and resource limits")


def faulty(fault: str) -> str:
    """The decoder's program with a fault in its readers, as C code in a codec would have it."""
    patch = f"import bedside.tools.imaging.decoder as d; d.read_here = lambda *a: {fault}; "
    return START.replace("from bedside.tools.imaging.decoder import main; main()", f"{patch}d.main()")


@pytest.fixture
def film(tmp_path: Path) -> Path:
    return write_dicom(tmp_path / "film.dcm", np.arange(80).reshape(8, 10))


@pytest.fixture
def pool() -> Iterator[Decoders]:
    made = Decoders()
    yield made
    made.close()


def refusal(program: str, path: Path) -> str:
    made = Decoders(program)
    try:
        with pytest.raises(ImageReadError) as caught:
            made.read(path, "A1", LIMIT)
        assert "film.dcm" in caught.value.what
        return caught.value.code
    finally:
        made.close()


@linux
def test_a_decoder_that_never_ends_is_stopped_within_seconds(film: Path) -> None:
    began = time.perf_counter()
    assert refusal(faulty("[None for _ in iter(int, 1)]"), film) == "BED-FILE-009"
    assert time.perf_counter() - began < 30  # one second of its own, on a machine that may be busy


@linux
def test_a_decoder_that_takes_all_memory_is_stopped(film: Path) -> None:
    assert refusal(faulty("bytearray(4_000_000_000)"), film) == "BED-FILE-009"


@pytest.mark.parametrize("fault", ["__import__('os').abort()", "__import__('os')._exit(3)"])
def test_a_decoder_that_crashes_is_one_clear_error(film: Path, fault: str) -> None:
    assert refusal(faulty(fault), film) == "BED-FILE-010"


def test_what_a_decoder_prints_does_not_get_between_the_answers(film: Path) -> None:
    chatty = "(print('noise'), __import__('os').write(1, b'noise'), __import__('os').write(2, b'noise'), real(*a))[-1]"
    program = faulty(chatty).replace("d.read_here =", "real = d.read_here; d.read_here =")
    made = Decoders(program)
    assert made.read(film, "A1", LIMIT).info.shape == (8, 10)
    made.close()


def test_a_decoder_that_died_while_it_waited_is_replaced(film: Path, pool: Decoders) -> None:
    pool.read(film, "A1", LIMIT)
    (first,) = pool.idle
    pool.read(film, "A1", LIMIT)
    assert pool.idle == (first,)
    os.kill(first, signal.SIGKILL)
    assert pool.read(film, "A1", LIMIT).info.shape == (8, 10)
    assert pool.idle != (first,)


@linux
def test_a_decoder_is_told_no_secret(film: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BEDSIDE_MODEL__API_KEY", "planted-secret")
    decoder = Decoder()
    decoder.read(film, "A1", LIMIT)
    assert b"planted-secret" not in Path(f"/proc/{decoder.pid}/environ").read_bytes()
    decoder.close()


@linux
def test_a_decoder_ends_with_its_process(film: Path) -> None:
    decoder = Decoder()
    decoder.read(film, "A1", LIMIT)
    assert decoder._process.stdin is not None
    decoder._process.stdin.close()
    assert decoder._process.wait(timeout=20) == 0


def test_many_threads_get_each_their_own_file(tmp_path: Path, pool: Decoders) -> None:
    paths = [write_dicom(tmp_path / f"{k}.dcm", np.full((8, 10), k)) for k in range(24)]
    wrong = []

    def one(number: int) -> None:
        study = pool.read(paths[number], f"A{number}", LIMIT)
        if study.info.id != f"A{number}" or not (study.array == number).all():
            wrong.append(number)

    threads = [threading.Thread(target=one, args=(k,)) for k in range(24)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []
    assert 1 <= len(pool.idle) <= 4


@linux
def test_a_tiny_picture_of_a_hundred_million_pixels_takes_no_gigabyte(tmp_path: Path) -> None:
    Image.new("1", (10_000, 10_000)).save(tmp_path / "blank.png")
    assert (tmp_path / "blank.png").stat().st_size < 15_000
    decoder = Decoder()
    assert decoder.read(tmp_path / "blank.png", "A1", LIMIT).info.shape == (10_000, 10_000)
    assert peak_bytes(decoder.pid) < 1e9
    decoder.close()


def peak_bytes(pid: int) -> int:
    line = next(row for row in Path(f"/proc/{pid}/status").read_text().splitlines() if row.startswith("VmHWM"))
    return int(line.split()[1]) * 1000


def test_a_sparse_file_of_gigabytes_is_refused_without_being_read(tmp_path: Path) -> None:
    for name, size, limit, code in (("over", 3, 2, "BED-FILE-004"), ("under", 2, 3, "BED-FILE-006")):
        path = tmp_path / name
        with path.open("wb") as stream:
            stream.truncate(size * 10**9)
        began = time.perf_counter()
        with pytest.raises(ImageReadError) as caught:
            open_file(path, attachment_id="A1", limit_bytes=limit * 10**9)
        assert caught.value.code == code
        assert time.perf_counter() - began < 10


@pytest.mark.parametrize("name", ["rec.hea", "rec.dat", "rec"])
def test_a_record_is_allowed_for_its_signal_file_too(tmp_path: Path, name: str) -> None:
    write_record(tmp_path, sinus(75, 360, 60))
    assert size_of(tmp_path / name) >= 2 * 60 * 360


def test_a_large_honest_volume_is_not_stopped(tmp_path: Path) -> None:
    block = np.zeros((200, 200, 200), np.uint8)
    block[50:150, 50:150, 50:150] = 7
    study = open_file(write_nifti(tmp_path / "mask.nii.gz", block), attachment_id="A1", limit_bytes=LIMIT)
    assert study.array.sum() == 7e6
    assert not study.array.flags.writeable
