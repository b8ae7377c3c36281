"""Cases of other patients that look alike are found, one of each; whose they are is never written."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from support.case_files import blot, settings_in, write_corners, write_film, write_list, write_png
from support.cell_embedder import SHELVES, CellEmbedder

from bedside.core.errors import CaseError, StorageError
from bedside.tools.imaging.door import open_file
from bedside.tools.similar.adding import add_folder
from bedside.tools.similar.cases import Cases, Shelf, holds_cases
from bedside.tools.similar.store import CENTRED_FROM

LIMIT = 10_000_000


def study(path: Path):
    return open_file(path, attachment_id="A1", limit_bytes=LIMIT)


@pytest.fixture()
def settings(tmp_path):
    return settings_in(tmp_path)


def added(settings, folder: Path, patients: int = 6) -> Path:
    labels = write_corners(folder, patients)
    with Cases(settings, SHELVES) as cases:
        assert add_folder(cases, folder, labels, LIMIT).added == patients
    return labels


def test_what_looks_alike_comes_first_with_its_label(settings, tmp_path):
    added(settings, tmp_path / "films")
    asked = study(write_png(tmp_path / "new.png", blot(4, 4, seed=99)))
    with Cases(settings, SHELVES) as cases:
        lookup = cases.search(asked, 3)
    assert [one.case.label for one in lookup.found] == ["upper"] * 3
    assert lookup.found[0].similarity >= lookup.found[-1].similarity > 0.9
    assert (lookup.held, lookup.same_patient, lookup.patient_known, lookup.centred) == (6, 0, False, False)


def test_each_patient_is_shown_once_by_the_nearest_picture(settings, tmp_path):
    for number in range(4):
        write_png(tmp_path / f"a{number}.png", blot(4, 4, seed=number))
    write_png(tmp_path / "b.png", blot(6, 6, seed=9))
    rows = [(f"a{number}.png", "P-1", f"upper {number}") for number in range(4)]
    labels = write_list(tmp_path / "labels.csv", [*rows, ("b.png", "P-2", "near")])
    with Cases(settings, SHELVES) as cases:
        add_folder(cases, tmp_path, labels, LIMIT)
        found = cases.search(study(write_png(tmp_path / "c.png", blot(4, 4, seed=5))), 5).found
    assert len({one.case.patient for one in found}) == len(found) == 2
    assert found[0].case.label.startswith("upper")


def test_pictures_of_the_same_patient_are_left_out_and_counted_by_tag_word_or_file(settings, tmp_path):
    labels = added(settings, tmp_path / "films")
    tagged = study(write_film(tmp_path / "tagged.dcm", blot(4, 4, seed=50), "MRN-40000"))
    plain = study(write_png(tmp_path / "plain.png", blot(4, 4, seed=51)))
    with Cases(settings, SHELVES) as cases:
        own = next(case.patient for case in cases.cases())
        for lookup in (
            cases.search(tagged, 5),
            cases.search(plain, 5, patient=" MRN-40000 "),
            cases.search(study(labels.parent / "0.png"), 5),
        ):
            assert (lookup.same_patient, lookup.patient_known) == (1, True)
            assert own not in {one.case.patient for one in lookup.found} and len(lookup.found) == 5


def test_the_patient_s_identifier_is_in_no_file_and_two_homes_have_two_pseudonyms(settings, tmp_path):
    added(settings, tmp_path / "films")
    other = settings_in(tmp_path / "other")
    added(other, tmp_path / "films")
    seen = []
    for each in (settings, other):
        held = b"".join(p.read_bytes() for p in each.home.rglob("*") if p.is_file())
        assert b"MRN-40" not in held and b"mrn-40" not in held.lower()
        with Cases(each, SHELVES) as cases:
            seen.append({case.patient for case in cases.cases()})
    assert len(seen[0]) == 6 and not seen[0] & seen[1]


def test_the_same_list_again_costs_nothing_and_a_changed_label_replaces(settings, tmp_path):
    labels = added(settings, tmp_path / "films")
    shelf = CellEmbedder()
    with Cases(settings, (Shelf("pictures", lambda _: shelf),)) as cases:
        report = add_folder(cases, labels.parent, labels, LIMIT)
        assert (report.unchanged, report.added, shelf.calls) == (6, 0, 0)
        write_list(labels, [("0.png", "MRN-40000", "effusion")])
        assert add_folder(cases, labels.parent, labels, LIMIT).replaced == 1
        assert sorted(case.label for case in cases.cases()) == ["effusion", "lower", "lower", "lower", "upper", "upper"]
        assert cases.verify() == []
    held = b"".join(p.read_bytes() for p in settings.home.rglob("*.sqlite*"))
    assert held.count(b"upper") == 2


def test_a_picture_of_two_patients_is_refused(settings, tmp_path):
    labels = added(settings, tmp_path / "films")
    write_list(labels, [("0.png", "MRN-99999", "upper")])
    with Cases(settings, SHELVES) as cases:
        (failed,) = add_folder(cases, labels.parent, labels, LIMIT).failed
        assert "BED-CASE-004" in failed.why and "MRN" not in failed.why
        assert len(cases.cases()) == 6


def test_a_file_that_is_tagged_as_another_patient_s_than_the_list_says_is_refused(settings, tmp_path):
    film = study(write_film(tmp_path / "film.dcm", blot(4, 4), "MRN-1"))
    with Cases(settings, SHELVES) as cases:
        with pytest.raises(CaseError, match="BED-CASE-005"):
            cases.add(film, "MRN-2", "upper")
        assert cases.add(film, "MRN-1", "upper") == "added"


def test_a_picture_with_text_in_it_and_a_signal_are_refused(settings, tmp_path):
    import wfdb  # noqa: F401  the record below needs it
    from support.image_files import write_record

    burned = study(write_film(tmp_path / "burned.dcm", blot(4, 4), "MRN-1"))
    flagged = burned.info.model_copy(update={"flags": ("burned-in text",)})
    header = write_record(tmp_path / "ecg", np.sin(np.linspace(0, 60, 3600)))
    with Cases(settings, SHELVES) as cases:
        for one in (type(burned)(info=flagged, array=burned.array), study(header)):
            with pytest.raises(CaseError, match="BED-CASE-003"):
                cases.add(one, "MRN-1", "upper")
    assert not holds_cases(settings)


def test_the_mean_case_is_taken_away_once_enough_are_held(settings, tmp_path):
    added(settings, tmp_path / "films", CENTRED_FROM)
    asked = study(write_png(tmp_path / "new.png", blot(4, 4, seed=99)))
    with Cases(settings, SHELVES) as cases:
        found = cases.search(asked, CENTRED_FROM)
    assert found.centred
    assert [one.case.label for one in found.found] == ["upper"] * 10 + ["lower"] * 10
    assert found.found[-1].similarity < -0.5 < 0.9 < found.found[0].similarity


def test_a_store_of_another_embedder_or_another_secret_is_not_mixed(settings, tmp_path):
    added(settings, tmp_path / "films")

    class Other(CellEmbedder):
        identity = "cells/other"

    with Cases(settings, (Shelf("pictures", Other),)) as cases, pytest.raises(StorageError, match="BED-STORE-029"):
        cases.cases()
    salt = next(settings.home.rglob("salt"))
    sound = salt.read_text(encoding="ascii")
    salt.unlink()
    with Cases(settings, SHELVES) as cases, pytest.raises(CaseError, match="BED-CASE-006"):
        cases.cases()
    salt.write_text(sound.replace(sound[0], "0" if sound[0] != "0" else "1", 1), encoding="ascii")
    with pytest.raises(CaseError, match="BED-CASE-006"):
        Cases(settings, SHELVES)
    salt.write_text(next((settings_with_cases(tmp_path).home).rglob("salt")).read_text("ascii"), encoding="ascii")
    with Cases(settings, SHELVES) as cases, pytest.raises(CaseError, match="BED-CASE-006"):
        cases.cases()


def settings_with_cases(tmp_path: Path):
    other = settings_in(tmp_path / "other")
    added(other, tmp_path / "films")
    return other


def test_without_cases_nothing_is_found_and_nothing_is_made(settings, tmp_path):
    asked = study(write_png(tmp_path / "new.png", blot(4, 4)))
    with Cases(settings, SHELVES) as cases:
        assert cases.search(asked, 5).found == () and cases.cases() == () and cases.verify() == []
        with pytest.raises(CaseError, match="BED-CASE-007"):
            cases.remove("MRN-1")
    assert not holds_cases(settings)
