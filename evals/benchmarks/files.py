"""Reads the files that sets are published in: JSON, JSON lines, tables; what is broken is a record with its fault."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator
from itertools import islice, zip_longest
from pathlib import Path, PurePath
from typing import Any, NamedTuple

from bedside.core.errors import SettingsError

_SPACE = " \t\r\n"
_TABLES = (".csv", ".tsv")
_PICTURES = (".jpg", ".jpeg", ".png")


class Record(NamedTuple):
    """One record of a file.

    Attributes:
        raw: as it was read; None where it could not be.
        fault: why not; "" otherwise.
        place: where it stands, "dev.jsonl 12"; the name of a case whose set gives none.
        folder: of the file, from which pictures are looked for.
    """

    raw: Any
    fault: str
    place: str
    folder: Path


def files_of(path: Path, *patterns: str) -> list[Path]:
    """The file itself, or the files of a folder that fit the first pattern that any file fits, in order of name.

    Raises:
        SettingsError: there is no such file.
    """
    if path.is_file():
        return [path]
    for pattern in patterns:
        if found := sorted(f for f in path.glob(pattern) if f.is_file()):
            return found
    raise SettingsError(
        f"{path.name} holds none of the set's files.",
        f"Give the file, or a folder with {', else '.join(patterns)}.",
        code="BED-EVAL-005",
    )


def records_of(path: Path, *patterns: str) -> list[Record]:
    """The records of files of either kind: tables by the ending of their name, JSON by any other.

    Raises:
        SettingsError: there is no such file, or it cannot be read.
    """
    return [
        record
        for file in files_of(path, *patterns)
        for record in (table_records(file) if file.suffix in _TABLES else json_records(file))
    ]


def json_records(path: Path, *patterns: str, key: str = "") -> list[Record]:
    """The records of JSON files, each of them lines, a list, or an object with the list under `key`.

    Raises:
        SettingsError: there is no such file, or it cannot be read.
    """
    out = []
    for file in files_of(path, *patterns):
        values = _values(_text(file), key, file)
        out += [Record(raw, fault, f"{file.name} {n}", file.parent) for n, (raw, fault) in enumerate(values, 1)]
    return out


def keyed_records(path: Path, *patterns: str) -> list[Record]:
    """The records of JSON files that are one object each; `raw` is the key and what stands under it.

    Raises:
        SettingsError: there is no such file, or one is no such object.
    """
    out = []
    for file in files_of(path, *patterns):
        try:
            content = json.loads(_text(file))
            items = list(content.items())
        except (ValueError, AttributeError) as error:
            raise _unreadable(file, f"it is no JSON object ({type(error).__name__})") from error
        out += [Record(item, "", f"{file.name} {item[0]}", file.parent) for item in items]
    return out


def table_records(path: Path, *patterns: str, header: bool = True) -> list[Record]:
    """The rows of tables: CSV, or TSV by the name of the file.

    Args:
        path: a file or folder.
        patterns: of the files of a folder.
        header: whether the first row names the columns; each record is then a dict, else a list.

    Raises:
        SettingsError: there is no such file, or it cannot be read.
    """
    out: list[Record] = []
    for file in files_of(path, *patterns):
        rows = _rows(_text(file), "\t" if file.suffix == ".tsv" else ",")
        rows = _named(rows) if header else rows
        out += [Record(raw, fault, f"{file.name} {n}", file.parent) for n, (raw, fault) in enumerate(rows, 1)]
    return out


def picture_file(folder: Path, name: str, *under: str) -> Path | None:
    """The file of a picture that a set names, in the folder or one of its folders `under`; None where it is missing.

    A name may leave out the ending of a picture. One that leads out of the folder is taken as missing.
    """
    pure = PurePath(name)
    if not name or pure.is_absolute() or ".." in pure.parts:
        return None
    names = (name, *(name + ending for ending in _PICTURES))
    return next((p for n in names for p in (folder / n, *(folder / u / n for u in under)) if _is_file(p)), None)


def _is_file(path: Path) -> bool:
    """Whether it is a file; what is too long to be a name is none."""
    try:
        return path.is_file()
    except OSError:
        return False


def _text(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise _unreadable(file, str(error)) from error


def _unreadable(file: Path, why: str) -> SettingsError:
    return SettingsError(f"{file.name} cannot be read: {why}", "Give the file as published.", code="BED-EVAL-005")


def _values(text: str, key: str, file: Path) -> Iterator[tuple[Any, str]]:
    start = text.lstrip(_SPACE)[:1]
    if start == "[":
        yield from _list(text, text.index("[") + 1)
    elif start == "{" and key and f'"{key}"' in text and not _first_line_is_json(text):
        yield from _list(text, _list_of(text, key, file))
    else:
        for line in text.split("\n"):
            if line.strip():
                yield _one(line)


def _first_line_is_json(text: str) -> bool:
    lines = text.strip().split("\n")
    return len(lines) > 1 and not _one(lines[0])[1]


def _list_of(text: str, key: str, file: Path) -> int:
    """Where the list under a key begins, behind its bracket."""
    at = text.index(f'"{key}"') + len(key) + 2
    begin = text.find("[", at)
    if begin < 0 or text[at:begin].strip(_SPACE) != ":":
        raise _unreadable(file, f"there is no list {key!r} in it")
    return begin + 1


def _one(line: str) -> tuple[Any, str]:
    try:
        return _whole(json.loads(line)), ""
    except (ValueError, RecursionError):
        return None, "the line is no JSON; it may be cut off"


def _list(text: str, at: int) -> Iterator[tuple[Any, str]]:
    """The items of a JSON list from `at`; where it breaks, what follows is one item with its fault."""
    decoder = json.JSONDecoder()
    while True:
        while at < len(text) and text[at] in _SPACE + ",":
            at += 1
        if text[at : at + 1] == "]":
            return
        try:
            value, at = decoder.raw_decode(text, at)
        except (ValueError, RecursionError):
            yield None, "the list is no JSON from here on; it may be cut off"
            return
        yield _whole(value), ""


def _whole(value: Any) -> Any:
    """A value whose texts can be written: half of a pair of surrogates becomes the sign for what is lost."""
    if isinstance(value, str):
        return value if value.isascii() else value.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    if isinstance(value, list):
        return [_whole(item) for item in value]
    return {_whole(key): _whole(item) for key, item in value.items()} if isinstance(value, dict) else value


def _rows(text: str, delimiter: str) -> Iterator[tuple[Any, str]]:
    """The rows of a table; a line at which it breaks is a row with its fault, and the table goes on behind it.

    A quote that is never closed would otherwise take all rows behind it along.
    """
    lines = io.StringIO(text, newline="").readlines()
    at = 0
    while at < len(lines):
        begun = at
        reader = csv.reader(islice(lines, begun, None), delimiter=delimiter, strict=True)
        try:
            for row in reader:
                at = begun + reader.line_num
                if row:
                    yield row, ""
        except csv.Error as error:
            yield None, f"line {at + 1} is no row of the table: {error}"
            at += 1


def _named(rows: Iterator[tuple[Any, str]]) -> Iterator[tuple[Any, str]]:
    """The rows with the names of their columns, which the first one gives; a cell that is missing is None."""
    names, fault = next(rows, ([], ""))
    if fault:
        yield None, f"the names of the columns cannot be read: {fault}"
        return
    for row, fault in rows:
        yield (None if fault else dict(zip_longest(names, row[: len(names)]))), fault
