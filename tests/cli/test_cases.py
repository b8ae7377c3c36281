"""`bedside cases` from end to end."""

from __future__ import annotations

import json

import pytest
from support.case_files import blot, write_corners, write_film, write_list, write_png
from support.cell_embedder import SHELVES

from bedside.tools.similar import cases as module


@pytest.fixture()
def films(monkeypatch, tmp_path):
    monkeypatch.setattr(module, "SHELVES", SHELVES)
    write_corners(tmp_path / "films", 6)
    return tmp_path / "films"


def test_cases_are_added_listed_searched_verified_and_removed(bedside, films, tmp_path):
    command = ("cases", "add", str(films), "--labels", str(films / "labels.csv"))
    assert bedside(*command).out == "6 added, 0 with new words, 0 held already.\n"
    assert bedside(*command).out.startswith("0 added, 0 with new words, 6 held")
    shown = bedside("cases", "list").out
    assert "6 pictures of 6 patients." in shown and "MRN" not in shown
    rows = [json.loads(line) for line in bedside("cases", "list", "--json").out.splitlines()]
    assert [row["label"] for row in rows] == ["upper", "lower"] * 3 and "picture" not in rows[0]
    film = write_film(tmp_path / "new.dcm", blot(4, 4, seed=9), "MRN-40000")
    found = bedside("cases", "search", str(film)).out
    assert found.startswith("1. ") and "upper" in found.splitlines()[0]
    assert "6 pictures compared, 1 of the same patient left out." in found
    plain = str(write_png(tmp_path / "new.png", blot(4, 4, seed=9)))
    assert "give --patient" in bedside("cases", "search", plain).out
    assert "1 of the same patient" in bedside("cases", "search", plain, "--patient", "MRN-40002").out
    (first, *_) = [json.loads(line) for line in bedside("cases", "search", plain, "--json", "-n", "2").out.splitlines()]
    assert set(first) == {"case", "similarity"}
    assert bedside("cases", "verify").out == "Your cases: 6 pictures are sound.\n"
    assert bedside("cases", "remove", "--patient", "MRN-40000").out == "1 picture removed.\n"
    assert bedside("cases", "remove", "--patient", rows[1]["patient"][:8]).out == "1 picture removed.\n"
    assert "4 pictures of 4 patients." in bedside("cases", "list").out


def test_a_row_that_cannot_be_used_is_named_and_the_exit_code_says_so(bedside, films):
    write_list(films / "labels.csv", [("0.png", "MRN-1", "upper"), ("none.png", "MRN-2", "lower")])
    done = bedside("cases", "add", str(films), "--labels", str(films / "labels.csv"))
    assert (done.code, done.out) == (2, "1 added, 0 with new words, 0 held already.\n")
    assert "row 3: [BED-CASE-002]" in done.err


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (("add", ".", "--labels", "nowhere.csv"), "BED-CASE-001"),
        (("search", "nowhere.png"), "BED-FILE-001"),
        (("remove", "--patient", "MRN-1"), "BED-CASE-007"),
    ],
)
def test_what_cannot_be_done_is_one_sentence_with_a_code(bedside, films, arguments, code):
    done = bedside("cases", *arguments)
    assert done.code == 2 and f"[{code}" in done.err


def test_a_fault_is_found_and_said(bedside, films, tmp_path):
    bedside("cases", "add", str(films), "--labels", str(films / "labels.csv"))
    store = next((tmp_path / "home").rglob("cases.sqlite"))
    content = bytearray(store.read_bytes())
    content[content.rindex(b"upper")] ^= 1
    store.write_bytes(content)
    done = bedside("cases", "verify")
    assert done.code == 2 and "[BED-CASE-009]" in done.err
