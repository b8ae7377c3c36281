from __future__ import annotations

from pathlib import Path

import pytest
from support.benchmark_rows import write_image, write_lines, write_list, write_table

from bedside.core.errors import SettingsError
from bedside.evals.benchmarks.files import (
    files_of,
    json_records,
    keyed_records,
    picture_file,
    records_of,
    table_records,
)


def test_json_is_read_as_lines_as_a_list_and_as_a_list_under_a_key(tmp_path: Path) -> None:
    items = [{"a": 1}, {"a": [2, "x]"]}]
    lines = write_lines(tmp_path / "lines.json", items)
    whole = write_list(tmp_path / "list.json", items)
    under = tmp_path / "under.json"
    under.write_text('{"n": 2, "items": ' + whole.read_text(encoding="utf-8") + "}", encoding="utf-8")
    assert [r.raw for r in json_records(lines)] == items
    assert [r.raw for r in json_records(whole)] == items
    assert [r.raw for r in json_records(under, key="items")] == items
    assert [r.place for r in json_records(whole)] == ["list.json 1", "list.json 2"]


def test_what_is_cut_off_is_one_record_with_its_fault(tmp_path: Path) -> None:
    for file in (
        write_lines(tmp_path / "l.jsonl", [{"a": 1}, {"a": 2}], cut=True),
        write_list(tmp_path / "l.json", [{"a": 1}, {"a": 2}], cut=True),
    ):
        records = json_records(file)
        assert [r.raw for r in records] == [{"a": 1}, {"a": 2}, None]
        assert "cut off" in records[2].fault


def test_a_table_is_read_with_and_without_header(tmp_path: Path) -> None:
    for name in ("t.csv", "t.tsv"):
        table = write_table(tmp_path / name, [{"a": "1,5", "b": "two\nlines"}])
        assert table_records(table)[0].raw == {"a": "1,5", "b": "two\nlines"}
        assert table_records(table, header=False)[1].raw == ["1,5", "two\nlines"]


def test_a_table_that_breaks_off_is_one_record_with_its_fault(tmp_path: Path) -> None:
    table = tmp_path / "t.csv"
    table.write_text('a,b\n1,2\n3,"cut', encoding="utf-8")
    records = table_records(table)
    assert records[0].raw == {"a": "1", "b": "2"}
    assert [r.raw for r in records[1:]] == [None]
    assert "line 3 is no row" in records[1].fault


def test_a_quote_that_is_never_closed_costs_its_own_row_and_no_other(tmp_path: Path) -> None:
    table = tmp_path / "t.csv"
    table.write_text('a,b\n1,"two\nlines"\n"5,stray\n6,7\n"8","nine, and"\n', encoding="utf-8")
    records = table_records(table)
    assert [r.raw for r in records] == [
        {"a": "1", "b": "two\nlines"},
        None,
        {"a": "6", "b": "7"},
        {"a": "8", "b": "nine, and"},
    ]
    assert "line 4 is no row" in records[1].fault


def test_a_missing_cell_is_none_and_one_too_many_is_left_out(tmp_path: Path) -> None:
    table = tmp_path / "t.csv"
    table.write_text("a,b\n1\n\n2,3,4\n", encoding="utf-8")
    assert [r.raw for r in table_records(table)] == [{"a": "1", "b": None}, {"a": "2", "b": "3"}]


def test_a_table_without_readable_names_is_one_fault_and_an_empty_one_is_nothing(tmp_path: Path) -> None:
    table = tmp_path / "t.csv"
    table.write_text('"a,b\n1,2\n', encoding="utf-8")
    (record,) = table_records(table)
    assert "names of the columns" in record.fault
    table.write_text("", encoding="utf-8")
    assert table_records(table) == []


def test_tables_and_json_are_told_apart_by_the_name_of_the_file(tmp_path: Path) -> None:
    lines = write_lines(tmp_path / "l.jsonl", [{"a": "1"}])
    table = write_table(tmp_path / "t.tsv", [{"a": "1"}])
    assert [r.raw for r in records_of(lines)] == [r.raw for r in records_of(table)] == [{"a": "1"}]
    assert [r.place for r in records_of(tmp_path, "*.csv", "*.tsv")] == ["t.tsv 1"]


def test_a_folder_gives_the_files_of_the_first_pattern_that_fits(tmp_path: Path) -> None:
    for name in ("train.csv", "valid.csv"):
        (tmp_path / name).write_text("a\n1\n", encoding="utf-8")
    assert [f.name for f in files_of(tmp_path, "test.csv", "valid.csv", "*.csv")] == ["valid.csv"]
    with pytest.raises(SettingsError) as caught:
        files_of(tmp_path, "*.json")
    assert caught.value.code == "BED-EVAL-005"


def test_what_is_no_text_and_no_object_is_refused(tmp_path: Path) -> None:
    binary = tmp_path / "b.jsonl"
    binary.write_bytes(b"\xff\xfe\x00\x01")
    listed = write_list(tmp_path / "l.json", [1])
    for refuse in (lambda: json_records(binary), lambda: keyed_records(listed)):
        with pytest.raises(SettingsError) as caught:
            refuse()
        assert caught.value.code == "BED-EVAL-005"


def test_a_picture_is_found_below_its_folder_and_never_above(tmp_path: Path) -> None:
    inside = write_image(tmp_path / "set" / "images" / "a.png")
    outside = write_image(tmp_path / "b.png")
    folder = tmp_path / "set"
    assert picture_file(folder, "a.png", "images") == inside
    assert picture_file(folder, "images/a.png") == inside
    assert picture_file(folder, "a", "images") == inside
    assert picture_file(folder, "../b") is None
    assert picture_file(folder, "../b.png") is None
    assert picture_file(folder, str(outside)) is None
    assert picture_file(folder, "") is None


def test_a_line_is_ended_by_a_line_feed_and_by_nothing_else(tmp_path: Path) -> None:
    file = tmp_path / "lines.jsonl"
    file.write_text('{"a": "one\u2028two"}\r\n{"a": "three\x85four"}\n', encoding="utf-8")
    assert [(r.raw, r.fault) for r in json_records(file)] == [({"a": "one\u2028two"}, ""), ({"a": "three\x85four"}, "")]


def test_what_cannot_be_written_or_is_too_deep_is_no_crash(tmp_path: Path) -> None:
    file = tmp_path / "lines.jsonl"
    file.write_text('{"a": ["half \\ud83d", "whole \\ud83d\\ude00"]}\n' + "[" * 100_000 + "\n", encoding="utf-8")
    first, second = json_records(file)
    assert first.raw == {"a": ["half \ufffd", "whole \U0001f600"]}
    assert second.fault


def test_a_picture_given_as_its_bytes_in_letters_is_missing(tmp_path: Path) -> None:
    assert picture_file(tmp_path, "A" * 5000) is None
