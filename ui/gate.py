"""The one gate in front of every route: who may call, what may be called, and the headers of every reply.

Gradio opens more routes than the chat needs (a proxy, an API page, file serving, recordings). Only those listed here
are reached; everything else is a 404 of our own. The Host and Origin of a request must be our own address, so that
no page elsewhere can reach this server through the user's browser (DNS rebinding, cross-site requests).
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]

_NAME = r"[A-Za-z0-9_.-]+"
_STATIC = rf"(?!.*\.\.)(?:{_NAME}/)*{_NAME}"
_READ = frozenset({"GET", "HEAD"})
UPLOAD = "/gradio_api/upload"
ROUTES: tuple[tuple[frozenset[str], re.Pattern[str]], ...] = tuple(
    (methods, re.compile(pattern))
    for methods, pattern in (
        (_READ, r"/"),
        (_READ, r"/health"),
        (_READ, rf"/(?:assets|static|bedside)/{_STATIC}"),
        (_READ, r"/(?:gradio_api/)?theme\.css"),
        (_READ, r"/favicon\.ico"),
        (_READ, r"/manifest\.json"),
        (_READ, r"/artefact/[A-Za-z0-9_-]{43}"),
        (frozenset({"GET"}), rf"/gradio_api/heartbeat/{_NAME}"),
        (frozenset({"GET"}), r"/gradio_api/queue/data"),
        (frozenset({"GET"}), r"/gradio_api/upload_progress"),
        (frozenset({"POST"}), r"/gradio_api/queue/join"),
        (frozenset({"POST"}), r"/gradio_api/cancel"),
        (frozenset({"POST"}), r"/gradio_api/reset/?"),
        (frozenset({"POST"}), UPLOAD),
    )
)
_THUMBNAIL = r"/[0-9a-f]{64}/[^/]+\.(?:png|jpe?g)"
_JSON_BYTES = 8_000_000
_FORM_BYTES = 1_000_000
_SCRIPT = re.compile(rb"<script(?=[\s>])")

HEADERS = (
    (b"x-content-type-options", b"nosniff"),
    (b"x-frame-options", b"DENY"),
    (b"referrer-policy", b"no-referrer"),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"cross-origin-resource-policy", b"same-origin"),
    (b"permissions-policy", b"camera=(), microphone=(), geolocation=(), payment=(), usb=()"),
)


def policy(nonce: str) -> str:
    """The content security policy: everything from here, no inline script without this reply's nonce.

    Gradio compiles its own (constant) templates with `Function`, hence 'unsafe-eval', and sets inline styles.
    """
    return "; ".join(
        (
            "default-src 'none'",
            f"script-src 'self' 'nonce-{nonce}' 'unsafe-eval'",
            "style-src 'self' 'unsafe-inline'",
            "img-src 'self' data: blob:",
            "font-src 'self' data:",
            "connect-src 'self'",
            "manifest-src 'self'",
            "worker-src 'self' blob:",
            "base-uri 'self'",
            "form-action 'self'",
            "frame-ancestors 'none'",
        )
    )


class Gate:
    """ASGI middleware.

    Args:
        app: what stands behind the gate.
        hosts: the values of the Host header that are ours, for example ``127.0.0.1:7860``.
        upload_bytes: the most one upload may hold.
        uploads: where Gradio keeps what was just dropped; of it, only pictures under a hash of their bytes are
            given back, for the thumbnails in the message box.
    """

    def __init__(self, app: App, hosts: frozenset[str], upload_bytes: int, uploads: str) -> None:
        self._app = app
        self._hosts = hosts
        self._upload_bytes = upload_bytes
        thumbnail = re.compile(f"/gradio_api/file={re.escape(uploads)}{_THUMBNAIL}", re.IGNORECASE)
        self._routes = (*ROUTES, (_READ, thumbnail))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Passes a request on, or answers it with the reason why not."""
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
        elif scope["type"] != "http":
            await send({"type": "websocket.close", "code": 1008})
        elif (reason := self._reason(scope)) is not None:
            await _refuse(send, *reason)
        else:
            await self._app(_uncompressed(scope), receive, _Reply(send, scope["path"]))

    def _reason(self, scope: Scope) -> tuple[int, str] | None:
        headers = {name.lower(): value.decode("latin-1") for name, value in scope["headers"]}
        if headers.get(b"host", "").lower() not in self._hosts:
            return 421, "This server does not answer under that name."
        origin = headers.get(b"origin")
        if origin is not None and origin.lower() not in {f"http://{h}" for h in self._hosts}:
            return 403, "Requests from other pages are not answered."
        if headers.get(b"sec-fetch-site") == "cross-site" and headers.get(b"sec-fetch-mode") != "navigate":
            return 403, "Requests from other pages are not answered."
        if not any(
            scope["method"] in methods and pattern.fullmatch(scope["path"]) for methods, pattern in self._routes
        ):
            return 404, "There is nothing here."
        return self._size(scope, headers) if scope["method"] == "POST" else None

    def _size(self, scope: Scope, headers: dict[bytes, str]) -> tuple[int, str] | None:
        length = headers.get(b"content-length", "")
        if not length.isdigit():
            return 411, "The request does not say how long it is."
        most = self._upload_bytes + _FORM_BYTES if scope["path"] == UPLOAD else _JSON_BYTES
        return (413, "The request is too large.") if int(length) > most else None


def _uncompressed(scope: Scope) -> Scope:
    """The request without its offer to take compressed replies, for the page alone: its scripts are given a nonce."""
    if scope["path"] != "/":
        return scope
    return {**scope, "headers": [(n, v) for n, v in scope["headers"] if n.lower() != b"accept-encoding"]}


class _Reply:
    """Adds the headers to a reply; of the page itself, gives every script of ours the nonce."""

    def __init__(self, send: Send, path: str) -> None:
        self._send = send
        self._is_page = path == "/"
        self._nonce = secrets.token_urlsafe(18)
        self._start: Message = {}
        self._body = b""

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            ours = {name for name, _ in HEADERS} | {b"content-security-policy", b"server"}
            kept = [(n, v) for n, v in message["headers"] if n.lower() not in ours]
            csp = (b"content-security-policy", policy(self._nonce).encode())
            message["headers"] = [*kept, *HEADERS, csp]
            self._start = message
            if not self._is_page:
                await self._send(message)
        elif not self._is_page or message["type"] != "http.response.body":
            await self._send(message)
        else:
            self._body += message.get("body", b"")
            if not message.get("more_body"):
                await self._send_page()

    async def _send_page(self) -> None:
        body = _SCRIPT.sub(f'<script nonce="{self._nonce}"'.encode(), self._body)
        headers = [(n, v) for n, v in self._start["headers"] if n.lower() not in {b"content-length", b"cache-control"}]
        length = len(body) if body else 0
        headers += [(b"content-length", str(length).encode()), (b"cache-control", b"no-store")]
        await self._send({**self._start, "headers": headers})
        await self._send({"type": "http.response.body", "body": body})


async def _refuse(send: Send, status: int, why: str) -> None:
    body = why.encode()
    headers = [(b"content-type", b"text/plain; charset=utf-8"), (b"content-length", str(len(body)).encode()), *HEADERS]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
