"""`bedside knowledge` from end to end, with the real embedder."""

from __future__ import annotations

import json

import pytest
from support.weights import settings_with

PROTOCOL = "# Outreach protocol\n\nCall the outreach team on extension 4455 when the lactate is above 4 mmol/L.\n"


@pytest.fixture
def protocol(tmp_path):
    settings_with("minilm")
    path = tmp_path / "outreach.md"
    path.write_text(PROTOCOL, encoding="utf-8")
    return path


def test_a_document_is_added_listed_shown_found_verified_exported_and_removed(bedside, protocol, tmp_path):
    assert bedside("knowledge", "add", str(protocol), "-c", "ward").out.startswith("1 added")
    assert bedside("knowledge", "add", str(protocol), "-c", "ward").out.startswith("0 added, 0 replaced")
    (row,) = [json.loads(line) for line in bedside("knowledge", "list", "--json").out.splitlines()]
    assert (row["id"], row["trust"]) == ("outreach-protocol", "institutional protocol")
    assert "extension 4455" in bedside("knowledge", "show", "outreach-protocol").out
    assert "[outreach-protocol#1]" in bedside("knowledge", "search", "lactate outreach team").out
    assert "1 are sound" in bedside("knowledge", "verify").out
    assert bedside("knowledge", "export", str(tmp_path / "all.jsonl")).code == 0
    assert "4455" in (tmp_path / "all.jsonl").read_text(encoding="utf-8")
    assert bedside("knowledge", "remove", "outreach-protocol").code == 0
    assert bedside("knowledge", "list", "--json").out == ""


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (("add", "nowhere.pdf"), "BED-DOC-001"),
        (("add", ".", "--label", "rumour"), "BED-SET-010"),
        (("add", "http://127.0.0.1/protocol.pdf"), "BED-DOC-"),
        (("show", "nothing-of-that-name"), "BED-STORE-"),
    ],
)
def test_what_cannot_be_done_is_one_sentence_with_a_code(bedside, arguments, code):
    done = bedside("knowledge", *arguments)
    assert done.code == 2
    assert f"[{code}" in done.err
    assert "Traceback" not in done.err


def test_a_guideline_is_shown_by_its_id(bedside):
    shown = json.loads(bedside("knowledge", "show", "bts-oxygen-2017").out)
    assert shown["publisher"] == "British Thoracic Society"


def test_a_limit_that_is_set_holds_for_what_is_added(bedside, protocol, monkeypatch):
    monkeypatch.setenv("BEDSIDE_INGEST__FILE_BYTES", "20")
    done = bedside("knowledge", "add", str(protocol))
    assert done.code == 2
    assert "raise BEDSIDE_INGEST__FILE_BYTES" in done.err


def test_the_list_shows_whole_ids_since_remove_takes_them(bedside, tmp_path, monkeypatch):
    settings_with("minilm")
    monkeypatch.setenv("COLUMNS", "80")
    path = tmp_path / "falls.md"
    path.write_text(f"# Falls on the wards of the old building\n\n{PROTOCOL}", encoding="utf-8")
    bedside("knowledge", "add", str(path), "-c", "A collection of a long name")
    assert "falls-on-the-wards-of-the-old-building" in bedside("knowledge", "list").out


def test_the_library_is_searched_under_filters_and_says_where_nothing_answers(bedside):
    settings_with("minilm")
    question = "NSTEMI, which P2Y12 inhibitor?"
    shown = bedside("knowledge", "find", question, "--body", "ESC", "--since", "2023", "-n", "1").out
    assert shown.startswith("1. ESC ACS 2023")
    assert "https://doi.org/" in shown
    (row,) = bedside("knowledge", "find", question, "--json", "-n", "1").out.splitlines()
    assert json.loads(row)["rank"] == 1
    assert bedside("knowledge", "find", "Who won the cup?").out.startswith("None")
    assert bedside("knowledge", "find", question, "--specialty", "astrology").code == 2


def test_the_reviews_and_a_fresh_draw_are_printed(bedside):
    shown = bedside("knowledge", "review").out
    assert "Of 40: holds" in shown
    drawn = bedside("knowledge", "review", "--draw", "3", "--seed", "5").out
    assert drawn.count("https://") == 3
    assert bedside("knowledge", "review", "--draw", "3", "--seed", "5").out == drawn


def test_verify_names_a_disease_whose_code_does_not_exist(bedside, tmp_path, monkeypatch):
    entry = "{name: X y, icd10: A00.7, common: 3, source: A 2016, findings: {fever: usual, cough: often, rash: often}}"
    (tmp_path / "x.yaml").write_text(f"x:\n  {entry}\n", encoding="utf-8")
    monkeypatch.setattr("bedside.knowledge.diseases.FOLDER", tmp_path)
    done = bedside("knowledge", "verify")
    assert done.code == 2 and "[BED-KNOW-082]" in done.err and "x: A00.7" in done.err
