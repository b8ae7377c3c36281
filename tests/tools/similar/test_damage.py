"""A process that adds is killed, a byte is flipped, a disk is full: whole cases, or a sentence with a code."""

from __future__ import annotations

import os
import random
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest
from support.case_files import settings_in, write_corners
from support.cell_embedder import SHELVES

from bedside.core.errors import BedsideError, StorageError
from bedside.tools.imaging.door import open_file
from bedside.tools.similar.adding import add_folder
from bedside.tools.similar.cases import Cases

ROOT = Path(__file__).resolve().parents[3]
COUNT = 40
LIMIT = 10_000_000


def adding(home: Path, folder: Path, pause: float = 0.0) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "support.adding_cases", str(home), str(folder), str(pause)]
    environment = {**os.environ, "PYTHONPATH": f"{ROOT}{os.pathsep}{ROOT / 'tests'}"}
    return subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True)


def held(cases: Cases, folder: Path):
    asked = open_file(folder / "7.png", attachment_id="A1", limit_bytes=LIMIT)
    found = cases.search(asked, 10).found
    labels = [(case.label, case.report, case.title) for case in cases.cases()]
    return labels, [(one.case.label, one.similarity, one.thumbnail) for one in found]


def test_killed_at_any_moment_it_holds_whole_cases_and_goes_on_to_the_same_end(tmp_path):
    folder = tmp_path / "films"
    labels = write_corners(folder, COUNT)
    with Cases(settings_in(tmp_path / "calm"), SHELVES) as cases:
        add_folder(cases, folder, labels, LIMIT)
        expected = held(cases, folder)
    rng, partial = random.Random(3), 0
    for turn in range(4):
        home = tmp_path / str(turn)
        process = adding(home, folder, 0.01)
        assert process.stdout is not None
        for _ in range(rng.randrange(1, COUNT)):
            process.stdout.readline()
        time.sleep(rng.uniform(0, 0.03))
        process.kill()
        process.wait()
        with Cases(settings_in(home), SHELVES) as cases:
            assert cases.verify() == []
            before = len(cases.cases())
            partial += 0 < before < COUNT
            report = add_folder(cases, folder, labels, LIMIT)
            assert (report.added, report.unchanged, report.failed) == (COUNT - before, before, ())
            assert held(cases, folder) == expected
            assert cases.verify() == []
    assert partial > 0


def test_two_processes_that_add_at_once_both_get_everything_in(tmp_path):
    folder = tmp_path / "films"
    write_corners(folder, 20)
    processes = [adding(tmp_path, folder, 0.01) for _ in range(2)]
    outputs = [process.communicate(timeout=120)[0] for process in processes]
    assert [process.returncode for process in processes] == [0, 0], outputs
    with Cases(settings_in(tmp_path), SHELVES) as cases:
        assert len(cases.cases()) == 20 and cases.verify() == []


@pytest.fixture()
def home(tmp_path) -> Path:
    folder = tmp_path / "films"
    with Cases(settings_in(tmp_path / "sound"), SHELVES) as cases:
        add_folder(cases, folder, write_corners(folder, 30), LIMIT)
    return tmp_path / "sound"


def flip(path: Path, place: int) -> None:
    content = bytearray(path.read_bytes())
    content[place] ^= 0x41
    path.write_bytes(bytes(content))


def faults(home: Path) -> list[str]:
    try:
        with Cases(settings_in(home), SHELVES) as cases:
            return cases.verify()
    except BedsideError as error:
        assert error.code.startswith(("BED-STORE-", "BED-CASE-006"))
        return [str(error)]


@pytest.mark.parametrize("part", ["label", "thumbnail", "vector", "patient", "index", "salt"])
def test_a_flipped_byte_of_what_is_kept_is_found(home, part):
    assert faults(home) == []
    store = next(home.rglob("cases.sqlite"))
    content = store.read_bytes()
    with Cases(settings_in(home), SHELVES) as cases:
        case = cases.cases()[0]
        vectors = cases._store("pictures")._database
        with vectors.reading() as db:
            vector = db.execute("SELECT vector FROM vectors ORDER BY row").fetchone()[0]
            small = db.execute("SELECT thumbnail FROM cases ORDER BY row").fetchone()[0]
    if part == "index":
        path = next(home.rglob("vectors.faiss"))
        flip(path, path.stat().st_size // 2)
    elif part == "salt":
        flip(next(home.rglob("salt")), 5)
    else:
        needle = {"label": b"upper", "thumbnail": small[-60:], "vector": vector, "patient": case.patient.encode()}[part]
        flip(store, content.rindex(needle) + 3)
    assert faults(home)


def test_a_flipped_byte_anywhere_is_said_or_harmless_and_no_changed_case_is_given(home, tmp_path):
    with Cases(settings_in(home), SHELVES) as cases:
        expected = set(cases.cases())
    size = next(home.rglob("cases.sqlite")).stat().st_size
    rng, said = random.Random(4), 0
    for number in range(40):
        copy = tmp_path / f"copy-{number}"
        shutil.copytree(home, copy)
        flip(next(copy.rglob("cases.sqlite")), rng.randrange(size))
        try:
            with Cases(settings_in(copy), SHELVES) as cases:
                assert set(cases.cases()) <= expected
                said += cases.verify() != []
        except BedsideError as error:
            said += 1
            assert error.code.startswith("BED-STORE-") or error.code == "BED-CASE-006"
        shutil.rmtree(copy)
    assert said >= 15


def test_a_full_disk_is_said_and_what_was_there_stays(home, tmp_path):
    more = tmp_path / "more"
    labels = write_corners(more, 90, prefix="MRN-77")
    with Cases(settings_in(home), SHELVES) as cases:
        db = cases._store("pictures")._database._db
        pages = db.execute("PRAGMA page_count").fetchone()[0]
        db.execute(f"PRAGMA max_page_count = {pages + 2}")
        for number in range(90):
            (more / f"{number}.png").write_bytes((more / f"{number}.png").read_bytes() + bytes([number]))
        with pytest.raises(StorageError, match="BED-STORE-021"):
            add_folder(cases, more, labels, LIMIT)
        assert cases.verify() == [] and len(cases.cases()) >= 30
        db.execute("PRAGMA max_page_count = 1000000")
        add_folder(cases, more, labels, LIMIT)
        assert len(cases.cases()) == 120 and cases.verify() == []
