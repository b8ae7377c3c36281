"""An OpenAI-compatible server that does what it should not, on a free loopback port."""

from __future__ import annotations

import json
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

PROSE = "Well, it could be many things, and I would rather not say."


class BadServer:
    """Use as a context; `address` is up to /v1, `asked` how many requests came.

    Args:
        habit: `silent` (never answers), `drips` (a byte now and then), `busy` (429 for ever), `html` (a web page with
            status 200), `cut` (half an answer), `empty` (JSON without choices), or `prose` (good form, no decision).
    """

    def __init__(self, habit: str) -> None:
        self.asked = 0
        self._over = threading.Event()
        server = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                self.rfile.read(int(self.headers.get("Content-Length", 0)))
                server.asked += 1
                getattr(server, f"_{habit}")(self)

            def log_message(self, *args: Any) -> None:
                """Nothing."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self.address = f"http://127.0.0.1:{self._server.server_address[1]}/v1"

    def __enter__(self) -> BadServer:
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *error: object) -> None:
        self._over.set()
        self._server.shutdown()
        self._server.server_close()

    def _silent(self, handler: BaseHTTPRequestHandler) -> None:
        self._over.wait(60)

    def _drips(self, handler: BaseHTTPRequestHandler) -> None:
        _head(handler, 200, "application/json", 1000)
        ends = time.monotonic() + 60
        while not self._over.wait(0.1) and time.monotonic() < ends:
            try:
                handler.wfile.write(b" ")
                handler.wfile.flush()
            except OSError:
                return

    def _busy(self, handler: BaseHTTPRequestHandler) -> None:
        _whole(handler, 429, "application/json", b'{"error": {"message": "too many requests"}}')

    def _html(self, handler: BaseHTTPRequestHandler) -> None:
        _whole(handler, 200, "text/html", b"<html><body>Please sign in.</body></html>")

    def _cut(self, handler: BaseHTTPRequestHandler) -> None:
        _head(handler, 200, "application/json", 1000)
        handler.wfile.write(b'{"choices": [{"mess')

    def _empty(self, handler: BaseHTTPRequestHandler) -> None:
        _whole(handler, 200, "application/json", b'{"id": "1", "object": "chat.completion", "model": "m"}')

    def _prose(self, handler: BaseHTTPRequestHandler) -> None:
        choice = {"index": 0, "finish_reason": "stop", "message": {"role": "assistant", "content": PROSE}}
        body = {"id": "1", "object": "chat.completion", "created": 1, "model": "m", "choices": [choice]}
        body["usage"] = {"prompt_tokens": 10, "completion_tokens": 5, "total_tokens": 15}
        _whole(handler, 200, "application/json", json.dumps(body).encode())


def _head(handler: BaseHTTPRequestHandler, status: int, kind: str, length: int) -> None:
    handler.send_response(status)
    handler.send_header("Content-Type", kind)
    handler.send_header("Content-Length", str(length))
    handler.end_headers()


def _whole(handler: BaseHTTPRequestHandler, status: int, kind: str, body: bytes) -> None:
    _head(handler, status, kind, len(body))
    handler.wfile.write(body)
