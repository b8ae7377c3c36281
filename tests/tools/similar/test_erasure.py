"""Of a patient who was removed no byte is left: no word, no thumbnail, no vector, in any file."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from support.case_files import blot, settings_in, write_list, write_png
from support.cell_embedder import SHELVES, CellEmbedder

from bedside.core.errors import CaseError
from bedside.core.settings import Settings
from bedside.tools.imaging.door import open_file
from bedside.tools.similar.adding import add_folder
from bedside.tools.similar.cases import Cases
from bedside.tools.similar.thumbnail import thumbnail

SECRETS = [f"zqx{word}wvk" for word in ("alpha", "bravo", "charlie", "delta", "echo")]
ROOT = Path(__file__).resolve().parents[3]


def filled(tmp_path: Path) -> tuple[Settings, list[bytes]]:
    """Cases of forty patients, and what must not be left of one of them: MRN-SECRET."""
    settings, rows, needles = settings_in(tmp_path), [], [word.encode() for word in SECRETS]
    for number in range(45):
        own = number % 9 == 4
        path = write_png(tmp_path / "films" / f"{number}.png", blot(number % 36, (3 * number) % 36, seed=number))
        word = SECRETS[number // 9] if own else f"case {number}"
        rows.append((path.name, "MRN-SECRET" if own else f"MRN-{number}", word, f"Report {word} of it. " * 40))
        if own:
            study = open_file(path, attachment_id="A1", limit_bytes=10_000_000)
            half = CellEmbedder().encode(study).astype(np.float16)
            small = thumbnail(study)
            needles += [half.tobytes(), half.astype(np.float32).tobytes(), small[60:160]]
    labels = write_list(tmp_path / "films" / "labels.csv", rows, ("file", "patient", "label", "report"))
    with Cases(settings, SHELVES) as cases:
        report = add_folder(cases, labels.parent, labels, 10_000_000)
        assert (report.added, report.failed) == (45, ())
    return settings, needles


def traces(settings: Settings, needles: list[bytes]) -> list[str]:
    held = {path.name: path.read_bytes() for path in settings.home.rglob("*") if path.is_file()}
    return [f"{name}: {needle[:12]!r}" for name, content in held.items() for needle in needles if needle in content]


def test_no_byte_of_a_removed_patient_is_left_and_the_file_is_written_anew(tmp_path):
    settings, needles = filled(tmp_path)
    assert len(traces(settings, needles)) >= len(needles)
    before = next(settings.home.rglob("cases.sqlite")).stat().st_size
    with Cases(settings, SHELVES) as cases:
        (pseudonym,) = {case.patient for case in cases.cases() if case.label in SECRETS}
        assert cases.remove("MRN-SECRET") == len(SECRETS)
        assert traces(settings, [*needles, pseudonym.encode()]) == []
        assert cases.verify() == [] and len(cases.cases()) == 40
    assert traces(settings, [*needles, pseudonym.encode()]) == []
    assert next(settings.home.rglob("cases.sqlite")).stat().st_size < before


def test_the_removed_are_found_no_more_and_can_be_removed_by_pseudonym(tmp_path):
    settings, needles = filled(tmp_path)
    asked = open_file(tmp_path / "films" / "4.png", attachment_id="A1", limit_bytes=10_000_000)
    with Cases(settings, SHELVES) as cases:
        own = next(case for case in cases.cases() if case.label in SECRETS)
        assert cases.remove(own.short) == len(SECRETS)
        lookup = cases.search(asked, 40)
        assert (len(lookup.found), lookup.same_patient, lookup.patient_known) == (40, 0, False)
        with pytest.raises(CaseError, match="BED-CASE-007"):
            cases.remove("MRN-SECRET")
    assert traces(settings, needles) == []


def test_a_removal_that_was_killed_before_it_erased_is_finished_at_the_next_start(tmp_path):
    settings, needles = filled(tmp_path)
    code = (
        "import os, sys; from pathlib import Path; from support.case_files import settings_in\n"
        "from support.cell_embedder import SHELVES; from bedside.tools.similar.cases import Cases\n"
        "from bedside.retrieval.corpus import erasing\n"
        "erasing.erase_or_say = lambda *_: os.kill(os.getpid(), 9)\n"
        "Cases(settings_in(Path(sys.argv[1])), SHELVES).remove('MRN-SECRET')"
    )
    environment = {**os.environ, "PYTHONPATH": f"{ROOT}{os.pathsep}{ROOT / 'tests'}"}
    done = subprocess.run([sys.executable, "-c", code, str(tmp_path)], env=environment, check=False)
    assert done.returncode == -9
    assert traces(settings, needles)
    with Cases(settings, SHELVES) as cases:
        assert len(cases.cases()) == 40
        assert traces(settings, needles) == []
        assert cases.verify() == []
