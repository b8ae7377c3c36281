"""A Qdrant server for tests: the calls that Bedside makes, over HTTP, answered by the client's own local mode."""

from __future__ import annotations

import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from qdrant_client import QdrantClient, models


class QdrantServer:
    """Listens on a free port of this machine; `stop` and `start` keep the data and the port.

    Attributes:
        local: what it holds.
        seen: method and path of every call.
        keys: the API keys that came with the calls.
        bodies: everything that was sent.
    """

    def __init__(self) -> None:
        self.local = QdrantClient(":memory:")
        self.seen: list[str] = []
        self.keys: set[str] = set()
        self.bodies: list[str] = []
        self._lock = threading.Lock()
        self._http: ThreadingHTTPServer | None = None
        self._port = 0
        self.start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._port}"

    def start(self) -> None:
        handler = type("Handler", (_Handler,), {"owner": self})
        self._http = ThreadingHTTPServer(("127.0.0.1", self._port), handler)
        self._port = self._http.server_address[1]
        threading.Thread(target=self._http.serve_forever, daemon=True).start()

    def stop(self) -> None:
        if self._http is not None:
            self._http.shutdown()
            self._http.server_close()
            self._http = None

    def answer(self, method: str, path: str, body: dict[str, Any]) -> Any:
        """What the call gives; the names are those of Qdrant's REST interface."""
        name, _, rest = path.removeprefix("/collections/").partition("/")
        call = f"{method} {rest.removeprefix('points').strip('/')}"
        with self._lock:
            if call == "GET exists":
                return {"exists": self.local.collection_exists(name)}
            if call == "PUT " and not rest:
                made = models.CreateCollection.model_validate(body)
                return self.local.create_collection(name, vectors_config=made.vectors)
            if call == "GET ":
                return self.local.get_collection(name)
            if call == "POST count":
                return self.local.count(name)
            if call == "PUT ":
                return self.local.upsert(name, models.PointsBatch.model_validate(body).batch)
            if call == "POST delete":
                return self.local.delete(name, models.PointIdsList.model_validate(body))
            if call == "POST scroll":
                points, following = self.local.scroll(name, limit=body["limit"], offset=body.get("offset"))
                return {"points": points, "next_page_offset": following}
            assert call == "POST query", call
            asked = models.QueryRequest.model_validate(body)
            return self.local.query_points(name, asked.query, limit=asked.limit, query_filter=asked.filter)


class _Handler(BaseHTTPRequestHandler):
    owner: QdrantServer

    def _answer(self) -> None:
        sent = self.rfile.read(int(self.headers.get("content-length") or 0)).decode()
        path = self.path.partition("?")[0]
        self.owner.seen.append(f"{self.command} {path}")
        self.owner.keys.add(self.headers.get("api-key", ""))
        self.owner.bodies.append(sent)
        try:
            result, status = self.owner.answer(self.command, path, json.loads(sent or "{}")), 200
        except ValueError as error:
            result, status = {"error": str(error)}, 404
        content = json.dumps({"result": result, "status": "ok", "time": 0.0}, default=_plain).encode()
        self.send_response(status)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    do_GET = do_PUT = do_POST = do_DELETE = _answer

    def log_message(self, format: str, *args: Any) -> None:
        """Silent."""


def _plain(value: Any) -> Any:
    return value.model_dump(mode="json")
