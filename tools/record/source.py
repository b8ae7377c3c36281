"""Files and folders of FHIR R4 as JSON, read into resources: a Bundle, one resource, a list of them, or NDJSON.

Plain `json` reads them, and only what is used is checked afterwards: pydantic models of all of FHIR take four seconds
for 5 MB (docs/design/0006-the-patients-record.md).
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

from bedside.core.errors import ImageReadError, RecordError
from bedside.tools.imaging.dicom_folder import files_of
from bedside.tools.record.elements import Json, items, mapping, moment, string
from bedside.tools.record.versions import check_version

ENDINGS = (".json", ".ndjson", ".jsonl")
_HEAD = 4096
_BOM = b"\xef\xbb\xbf"
_FHIR_XML = b"http://hl7.org/fhir"
DAMAGED, NOT_FHIR, TOO_LARGE = "BED-RECORD-001", "BED-RECORD-002", "BED-RECORD-004"
_GIVE = "Give a FHIR R4 record as JSON: a Bundle, a folder of Bundles, or NDJSON."


class Resource(NamedTuple):
    """One resource: its type, its id (the Bundle's address of it, or its place, where it has none), and its body."""

    kind: str
    id: str
    url: str
    body: Json

    @property
    def ref(self) -> str:
        """``Observation/id``."""
        return f"{self.kind}/{self.id}"


@dataclass
class Resources:
    """All resources of a source, each once, in the order read, and where a reference leads.

    `foreign` counts files of a folder that hold no FHIR.
    """

    all: list[Resource] = field(default_factory=list)
    foreign: int = 0
    _places: dict[str, int] = field(default_factory=dict)

    def of(self, kind: str) -> Iterator[Resource]:
        """The resources of one type."""
        return (r for r in self.all if r.kind == kind)

    def find(self, written: str) -> Resource | None:
        """What a reference as written leads to; None where nothing here does.

        A reference to a server's address leads to a resource of another address only where that has no address.
        """
        plain = written.split("/_history/")[0]
        at = self._places.get(plain)
        if at is not None:
            return self.all[at]
        if plain.startswith(("http://", "https://")):
            at = self._places.get("/".join(plain.rstrip("/").split("/")[-2:]))
            if at is not None and not self.all[at].url.startswith(("http://", "https://")):
                return self.all[at]
        return None

    def add(self, body: Json, url: str = "") -> None:
        """Adds a resource. One that is here already by type and id is replaced by a later version of itself."""
        kind = string(body.get("resourceType"), 60)
        own = string(body.get("id"), 100)
        new = Resource(kind, own or url or f"#{len(self.all) + 1}", url, body)
        key = new.ref if own else url
        known = self._places.get(key) if key else None
        if known is None and url:
            known = self._places.get(url)
        if known is not None and _two_people(new, self.all[known]):
            known = None
        if known is None:
            known = len(self.all)
            self.all.append(new)
        elif _newer(new, self.all[known]):
            self.all[known] = new
        for name in (key, url):
            if name:
                self._places[name] = known


def _two_people(one: Resource, other: Resource) -> bool:
    """Whether two patients share an id: files of two sources in one folder."""
    return one.kind == "Patient" and one.body.get("birthDate") != other.body.get("birthDate")


def _newer(one: Resource, other: Resource) -> bool:
    first, second = (moment(mapping(r.body.get("meta")).get("lastUpdated")) for r in (one, other))
    return first is None or second is None or first.at >= second.at


def record_files(path: Path) -> tuple[Path, ...]:
    """The files of a record: itself, or the JSON files of a folder and nothing else of it.

    Raises:
        ImageReadError: the folder holds more than 5,000 files.
    """
    return tuple(p for p in files_of(path) if p.suffix.lower() in ENDINGS) if path.is_dir() else (path,)


def check_size(path: Path, size: int, limit_bytes: int) -> None:
    """Refuses a record that is larger than a record may be.

    Raises:
        RecordError: it is (BED-RECORD-004).
    """
    if size > limit_bytes:
        raise RecordError(
            f"{_name(path)} takes {size / 1e6:,.0f} MB, and a record may take {limit_bytes / 1e6:,.0f} MB.",
            "Export the one patient, or raise BEDSIDE_RECORD__FILE_BYTES.",
            code=TOO_LARGE,
        )


def is_record(path: Path) -> bool:
    """Whether a file or folder is to be read as a record: JSON by its first bytes or its name, or FHIR in XML.

    Never raises; what cannot be looked at is no record.
    """
    try:
        if path.is_dir():
            return any(b'"resourceType"' in _head(p) for p in record_files(path))
        if not path.is_file():
            return False
        head = _head(path).removeprefix(_BOM).lstrip()
    except (OSError, ImageReadError):
        return False
    named = path.name.lower().endswith(ENDINGS)
    return named or head[:1] in (b"{", b"[") or (head[:1] == b"<" and _FHIR_XML in head)


def load(path: Path, limit_bytes: int) -> Resources:
    """Every resource of a file or of a folder's JSON files.

    Args:
        path: a file, or a folder whose files with the endings ``.json``, ``.ndjson`` and ``.jsonl`` are read.
        limit_bytes: what they may take together; held before anything is read.

    Raises:
        RecordError: missing, cut short or damaged (BED-RECORD-001), not FHIR (002), FHIR of another version (003), or
            too large (004).
    """
    try:
        files = record_files(path)
        size = sum(p.stat().st_size for p in files)
    except ImageReadError as error:
        raise RecordError(error.what, error.do, code=TOO_LARGE) from error
    except OSError as error:
        raise _damaged(path, str(error.strerror)) from error
    check_size(path, size, limit_bytes)
    found = Resources()
    for file in files:
        whole = _parse(file)
        bodies = list(_resources(whole))
        if not bodies and path.is_dir():
            found.foreign += 1
        elif not bodies:
            raise RecordError(f"{_name(file)} is JSON but holds no FHIR resource.", _GIVE, code=NOT_FHIR)
        for body, url in bodies:
            found.add(body, url)
    if not found.all:
        raise RecordError(f"{_name(path)} holds no FHIR resource.", _GIVE, code=NOT_FHIR)
    check_version([(r.kind, r.body) for r in found.all], _name(path))
    return found


def _resources(whole: object) -> Iterator[tuple[Json, str]]:
    """The resources of a parsed file with their addresses: of a Bundle its entries, Bundles in it taken apart too."""
    waiting: list[tuple[object, str]] = [(whole, "")]
    while waiting:
        value, url = waiting.pop()
        if isinstance(value, list):
            waiting += [(v, "") for v in reversed(value)]
            continue
        body = mapping(value)
        kind = body.get("resourceType")
        if not isinstance(kind, str):
            continue
        if kind != "Bundle":
            yield body, url
            continue
        entries = [e for e in items(body.get("entry")) if string(mapping(e.get("request")).get("method")) != "DELETE"]
        waiting += [(e.get("resource"), string(e.get("fullUrl"), 400)) for e in reversed(entries)]


def _parse(path: Path) -> Any:
    """The JSON of a file; of several lines of JSON, a list.

    Raises:
        RecordError: it is not there, is empty, is no text, or breaks off.
    """
    try:
        text = path.read_bytes().removeprefix(_BOM).decode("utf-8")
    except OSError as error:
        raise _damaged(path, str(error.strerror)) from error
    except UnicodeDecodeError as error:
        raise _damaged(path, "it is not text in UTF-8") from error
    start = text.lstrip()[:1]
    if not start:
        raise _damaged(path, "it is empty")
    if start == "<":
        raise RecordError(f"{_name(path)} is XML.", "Export the record as FHIR JSON.", code=NOT_FHIR)
    try:
        return loads(text)
    except json.JSONDecodeError as error:
        if not error.msg.startswith("Extra data"):
            raise _damaged(path, f"its JSON ends or breaks at line {error.lineno}") from error
    except (ValueError, RecursionError) as error:
        raise _damaged(path, "its JSON is nested too deeply or holds a number without end") from error
    lines = [(n, line) for n, line in enumerate(text.split("\n"), 1) if line.strip()]
    out = []
    for n, line in lines:
        try:
            out.append(loads(line))
        except (ValueError, RecursionError) as error:
            raise _damaged(path, f"line {n} is no whole JSON object") from error
    return out


def loads(text: str | bytes) -> Any:
    """Parses JSON. NaN and Infinity are none: what would hold one holds nothing."""
    return json.loads(text, parse_constant=lambda name: None)


def _damaged(path: Path, why: str) -> RecordError:
    return RecordError(f"{_name(path)} cannot be read: {why}.", "Export the record again, whole.", code=DAMAGED)


def _head(path: Path) -> bytes:
    with path.open("rb") as stream:
        return stream.read(_HEAD)


def _name(path: Path) -> str:
    return string(path.name) or "The record"
