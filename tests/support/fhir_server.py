"""A small FHIR R4 server on this machine: searches by patient in pages, wants a token, and keeps what it was asked."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

Body = dict[str, Any]
PAGE = 2


@dataclass
class FhirServer:
    """What it holds, how it misbehaves, and the requests that came: (path with query, Authorization)."""

    resources: list[Body]
    token: str = ""
    version: str = "4.0.1"
    broken: dict[str, int] = field(default_factory=dict)
    next_page: str = ""
    redirect: str = ""
    asked: list[tuple[str, str]] = field(default_factory=list)
    address: str = ""

    def answer(self, path: str, authorization: str) -> tuple[int, Body, str]:
        """Status, body and Location of one request."""
        self.asked.append((path, authorization))
        if self.token and authorization != f"Bearer {self.token}":
            return 401, {"resourceType": "OperationOutcome"}, ""
        if self.redirect:
            return 302, {}, self.redirect
        url = urlsplit(path)
        kind, _, id = url.path.removeprefix("/r4/").partition("/")
        if kind in self.broken:
            return self.broken[kind], {"resourceType": "OperationOutcome"}, ""
        if kind == "metadata":
            return 200, {"resourceType": "CapabilityStatement", "fhirVersion": self.version}, ""
        if id:
            found = [r for r in self.resources if (r["resourceType"], r["id"]) == (kind, id)]
            return (200, found[0], "") if found else (404, {"resourceType": "OperationOutcome"}, "")
        return 200, self._page(kind, parse_qs(url.query)), ""

    def _page(self, kind: str, query: dict[str, list[str]]) -> Body:
        whose = f"Patient/{query['patient'][0]}"
        held = [r for r in self.resources if r["resourceType"] == kind and _whose(r) == whose]
        first = int(query.get("from", ["0"])[0])
        body: Body = {"resourceType": "Bundle", "type": "searchset"}
        body["entry"] = [{"resource": r} for r in held[first : first + PAGE]]
        if first + PAGE < len(held):
            more = self.next_page or f"{self.address}/{kind}?patient={query['patient'][0]}&from={first + PAGE}"
            body["link"] = [{"relation": "self", "url": "x"}, {"relation": "next", "url": more}]
        return body


def _whose(resource: Body) -> str:
    pointer: Body = resource.get("subject") or resource.get("patient") or {}
    return str(pointer.get("reference", ""))


@contextmanager
def serving(server: FhirServer) -> Iterator[FhirServer]:
    """Serves on a free port of this machine until the test ends."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            status, body, location = server.answer(self.path, self.headers.get("Authorization", ""))
            data = json.dumps(body).encode()
            self.send_response(status)
            if location:
                self.send_header("Location", location)
            self.send_header("Content-Type", "application/fhir+json")
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

        def log_message(self, format: str, *args: object) -> None:
            """Says nothing."""

    http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.address = f"http://127.0.0.1:{http.server_address[1]}/r4"
    thread = threading.Thread(target=http.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        http.shutdown()
        http.server_close()
        thread.join()
