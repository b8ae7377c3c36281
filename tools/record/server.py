"""One patient's record from a FHIR R4 server: read with a SMART access token, page by page, into one Bundle.

Nothing is written to the server. The token goes to the server of the settings and nowhere else: redirects are not
followed, and a next page on another server is refused. SMART App Launch 2.2, 2024, says how such a token is come by
(https://hl7.org/fhir/smart-app-launch/); getting one is not done here.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urljoin, urlsplit

import httpx

from bedside.core.errors import OfflineError, RecordError, SettingsError
from bedside.core.hosts import is_loopback
from bedside.core.settings import Settings
from bedside.tools.record.elements import Json, items, mapping, string
from bedside.tools.record.person import NOT_THERE
from bedside.tools.record.read import KINDS
from bedside.tools.record.source import TOO_LARGE, loads

ADDRESS, REFUSED, NO_ANSWER = "BED-SET-022", "BED-RECORD-017", "BED-RECORD-018"
# Without these a record would look safer than it is: one that is not given ends the reading.
_NEEDED = frozenset({"AllergyIntolerance", "MedicationRequest", "Condition", "Observation"})
_FHIR_ID = re.compile(r"[A-Za-z0-9.\-]{1,64}")
_PER_PAGE = 200
_PAGES = 500
_ACCEPT = "application/fhir+json; fhirVersion=4.0, application/fhir+json, application/json;q=0.9"


def fetch_record(patient: str, folder: Path, settings: Settings) -> Path:
    """Reads one patient's record into a file.

    Args:
        patient: the id on the server, or ``Patient/id``.
        folder: where the Bundle is written, readable by this user only.
        settings: `record.server`, `record.token`, `record.timeout` and `record.file_bytes`; `offline`.

    Returns:
        ``Patient-ID.json``: a Bundle of the Patient and what the server holds of the kinds that are read. A kind that
        the server does not give is in it as an OperationOutcome, unless the record would look safer without it.

    Raises:
        SettingsError: `record.server` is no address, or would carry the token in the clear (BED-SET-022).
        OfflineError: the server is off this machine and `offline` is set.
        RecordError: no such patient (BED-RECORD-007), not R4 (003), too large (004), access refused (017), or no usable
            answer (018).
    """
    base = _checked(settings)
    name = patient.removeprefix("Patient/")
    if _FHIR_ID.fullmatch(name) is None:
        raise RecordError(
            f"{string(patient, 80)!r} is no id of FHIR.", "Give the patient's id on the server.", code=NOT_THERE
        )
    reader = _Reader(base, settings)
    with reader.client:
        reader.check_version()
        resources = [reader.patient(name)]
        for kind in KINDS:
            resources += reader.all_of(kind, name)
    body = {"resourceType": "Bundle", "type": "collection", "entry": [{"resource": r} for r in resources]}
    path = folder / f"Patient-{name}.json"
    path.touch(mode=0o600)
    path.write_text(json.dumps(body), encoding="utf-8")
    return path


def _checked(settings: Settings) -> str:
    """The base address, ending in a slash."""
    address = settings.record.server
    url = urlsplit(address)
    if url.scheme not in {"http", "https"} or not url.hostname or url.username or url.query:
        raise SettingsError(
            f"`record.server` is {address!r}, which is no base address of a FHIR server.",
            "Give it, for example https://fhir.example.org/r4.",
            code=ADDRESS,
        )
    local = is_loopback(url.hostname)
    if settings.offline and not local:
        raise OfflineError(
            f"The FHIR server is at {url.hostname}, off this machine, and `offline` is set.",
            "Turn `offline` off, or give the record as a file.",
        )
    if settings.record.token and url.scheme == "http" and not local:
        raise SettingsError(
            f"The token for {url.hostname} would travel in the clear.", "Give the server's https address.", code=ADDRESS
        )
    return address.rstrip("/") + "/"


class _Reader:
    """Reads from one server; counts the bytes that it has given."""

    def __init__(self, base: str, settings: Settings) -> None:
        self.base, self.limit, self.taken = base, settings.record.file_bytes, 0
        self.host = str(urlsplit(base).hostname)
        headers = {"Accept": _ACCEPT}
        if settings.record.token:
            headers["Authorization"] = f"Bearer {settings.record.token}"
        # On this machine no proxy of the environment stands between, which could be off it.
        self.client = httpx.Client(
            headers=headers,
            timeout=settings.record.timeout,
            follow_redirects=False,
            trust_env=not is_loopback(self.host),
        )

    def check_version(self) -> None:
        """Refuses a server that says it speaks another version; one that says nothing is judged by its resources."""
        status, body = self._get("metadata")
        version = string(body.get("fhirVersion"), 20)
        if status == httpx.codes.OK and version and not version.startswith(("4.0", "4.3")):
            raise RecordError(
                f"The server at {self.host} speaks FHIR {version}.", "Give its R4 address.", code="BED-RECORD-003"
            )

    def patient(self, name: str) -> Json:
        """The Patient itself."""
        status, body = self._get(f"Patient/{name}")
        if status in {httpx.codes.NOT_FOUND, httpx.codes.GONE}:
            raise RecordError(f"The server at {self.host} holds no patient {name}.", "Check the id.", code=NOT_THERE)
        if status != httpx.codes.OK or body.get("resourceType") != "Patient" or body.get("id") != name:
            raise self._no_answer(f"its answer to Patient/{name} is no patient (HTTP {status})")
        return body

    def all_of(self, kind: str, name: str) -> Iterator[Json]:
        """Every resource of one kind of the patient, page by page, with the medicines that requests point to."""
        query = f"{kind}?patient={name}&_count={_PER_PAGE}"
        if kind.startswith("Medication"):
            query += f"&_include={kind}:medication"
        url, seen = urljoin(self.base, query), set[str]()
        while url:
            if url in seen or len(seen) >= _PAGES:
                raise self._no_answer(f"its pages of {kind} do not end")
            seen.add(url)
            status, body = self._get(url)
            if status != httpx.codes.OK or body.get("resourceType") != "Bundle":
                if kind in _NEEDED or len(seen) > 1:
                    raise self._no_answer(f"it does not give {kind} (HTTP {status})")
                yield _not_given(kind, status)
                return
            yield from (r for e in items(body.get("entry")) if (r := mapping(e.get("resource"))))
            url = self._next(body)

    def _next(self, body: Json) -> str:
        """The address of the next page; "" where this is the last.

        Raises:
            RecordError: it lies on another server, which would get the token.
        """
        written = next((string(n.get("url"), 4000) for n in items(body.get("link")) if n.get("relation") == "next"), "")
        if not written:
            return ""
        url = urljoin(self.base, written)
        if urlsplit(url)[:2] != urlsplit(self.base)[:2]:
            raise self._no_answer(f"its next page lies elsewhere, at {urlsplit(url).hostname}")
        return url

    def _get(self, place: str) -> tuple[int, Json]:
        """One answer, within what a record may take; an answer that is no JSON is an empty one."""
        try:
            with self.client.stream("GET", urljoin(self.base, place)) as answer:
                parts = []
                for part in answer.iter_bytes():
                    self.taken += len(part)
                    if self.taken > self.limit:
                        raise RecordError(
                            f"The record takes more than {self.limit / 1e6:,.0f} MB.",
                            "Raise BEDSIDE_RECORD__FILE_BYTES.",
                            code=TOO_LARGE,
                        )
                    parts.append(part)
                status = answer.status_code
        except (httpx.HTTPError, httpx.InvalidURL, OSError) as error:
            raise self._no_answer(type(error).__name__) from error
        if status in {httpx.codes.UNAUTHORIZED, httpx.codes.FORBIDDEN}:
            raise RecordError(
                f"The server at {self.host} refuses access (HTTP {status}).",
                "Set BEDSIDE_RECORD__TOKEN to a token that is valid now and covers this patient.",
                code=REFUSED,
            )
        try:
            return status, mapping(loads(b"".join(parts)))
        except (ValueError, RecursionError):
            return status, {}

    def _no_answer(self, why: str) -> RecordError:
        return RecordError(
            f"The FHIR server at {self.host} gives no record: {why}.",
            "Check `record.server` and that it runs, or give the record as a file.",
            code=NO_ANSWER,
        )


def _not_given(kind: str, status: int) -> dict[str, Any]:
    """What stands in the Bundle for a kind that the server does not give; the reader of the record counts it."""
    issue = {"severity": "error", "code": "not-supported", "diagnostics": f"{kind}: HTTP {status}"}
    return {"resourceType": "OperationOutcome", "issue": [issue]}
