from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import httpx
import pytest
from support.document_files import pdf_bytes

from bedside.core.errors import DocumentError, OfflineError
from bedside.knowledge.ingest.address import download, is_public
from bedside.knowledge.ingest.read import read_documents

PUBLIC = "93.184.216.34"
PDF = pdf_bytes([["Give oxygen to every patient."]])


class Handler(BaseHTTPRequestHandler):
    """A small site: documents, redirects, errors, and a server that drips."""

    def do_GET(self) -> None:
        kind, body, status, headers = "application/pdf", PDF, 200, {}
        if self.path == "/moved":
            status, headers = 302, {"Location": "/protocol.pdf"}
        elif self.path == "/circle":
            status, headers = 302, {"Location": "/circle"}
        elif self.path == "/inside":
            status, headers = 302, {"Location": "http://intranet.example/secret"}
        elif self.path == "/file":
            status, headers = 302, {"Location": "file:///etc/passwd"}
        elif self.path == "/page.aspx":
            kind, body = "text/html; charset=utf-8", b"<html><p>Give oxygen.</p></html>"
        elif self.path == "/missing":
            status = 404
        elif self.path == "/nothing":
            body = b""
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Type", kind)
        if self.path not in ("/endless", "/drip"):
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.path == "/drip":
            self.drip()
            return
        for _ in range(100 if self.path == "/endless" else 1):
            self.wfile.write(body)

    def drip(self) -> None:
        try:
            for _ in range(40):
                self.wfile.write(b"x")
                self.wfile.flush()
                time.sleep(0.1)
        except OSError:
            return

    def log_message(self, *args: object) -> None:
        """Says nothing."""


class ToLocal(httpx.BaseTransport):
    """Sends every request to the local server and notes where it was meant to go."""

    def __init__(self, port: int) -> None:
        self.port, self.inner = port, httpx.HTTPTransport()
        self.asked: list[tuple[str, str]] = []

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        self.asked.append((request.url.host, request.headers["host"]))
        request.url = request.url.copy_with(scheme="http", host="127.0.0.1", port=self.port)
        return self.inner.handle_request(request)


@pytest.fixture(scope="module")
def port() -> Iterator[int]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield server.server_address[1]
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture
def transport(port: int) -> ToLocal:
    return ToLocal(port)


def names(host: str, port: int) -> list[str]:
    """A directory of names in which only the intranet is private."""
    return ["10.0.0.5"] if host == "intranet.example" else [PUBLIC]


def fetch(url: str, folder: Path, transport: ToLocal, **more: float) -> Path:
    limit, seconds = int(more.get("limit_bytes", 50_000_000)), more.get("seconds", 20.0)
    return download(
        url, folder, offline=False, limit_bytes=limit, seconds=seconds, transport=transport, resolve=names
    )  # fmt: skip


def refused(code: str, says: str, url: str, folder: Path, transport: ToLocal, **more: float) -> None:
    with pytest.raises(DocumentError) as caught:
        fetch(url, folder, transport, **more)
    assert caught.value.code == code and says in str(caught.value), str(caught.value)
    assert not folder.exists() or not list(folder.iterdir())


def test_a_document_is_downloaded_and_can_be_read(tmp_path: Path, transport: ToLocal) -> None:
    path = fetch("https://site.example/a/protocol.pdf?v=2", tmp_path / "new", transport)
    assert path.name.startswith("protocol-") and path.suffix == ".pdf" and path.parent == tmp_path / "new"
    (document,) = read_documents(path)
    assert document.pages == 1
    assert [p.name for p in path.parent.iterdir()] == [path.name]


def test_the_connection_goes_to_the_address_that_was_checked_under_the_hosts_name(
    tmp_path: Path, transport: ToLocal
) -> None:
    fetch("http://site.example:8080/moved", tmp_path, transport)
    assert transport.asked == [(PUBLIC, "site.example:8080"), (PUBLIC, "site.example:8080")]


def test_the_ending_says_what_the_server_sent(tmp_path: Path, transport: ToLocal) -> None:
    assert fetch("https://site.example/page.aspx", tmp_path, transport).suffix == ".html"


@pytest.mark.parametrize(
    "path", ["/..%2f..%2fetc%2fpasswd", "/%00.pdf", "/", "/a b;rm -rf.pdf", "/" + "x" * 500 + ".pdf"]
)
def test_the_name_of_the_file_is_safe_whatever_the_address_says(tmp_path: Path, transport: ToLocal, path: str) -> None:
    saved = fetch(f"https://site.example{path}", tmp_path, transport)
    assert saved.parent == tmp_path and len(saved.name) < 100
    assert set(saved.stem) <= set("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_")


def test_nothing_is_asked_of_the_network_when_offline(tmp_path: Path, transport: ToLocal) -> None:
    with pytest.raises(OfflineError, match="BED-NET-001"):
        download("https://site.example/a.pdf", tmp_path, offline=True, transport=transport, resolve=names)
    assert transport.asked == []


@pytest.mark.parametrize(
    ("url", "says"),
    [
        ("ftp://site.example/a.pdf", "only http and https"),
        ("file:///etc/passwd", "only http and https"),
        ("javascript:alert(1)", "only http and https"),
        ("no address", "only http and https"),
        ("https://user:word@site.example/a.pdf", "password"),
        ("http://intranet.example/a.pdf", "private network"),
        ("https://site.example/inside", ""),
        ("http://site.example/inside", "private network"),
        ("http://site.example/file", "only http and https"),
    ],
)
def test_addresses_that_lead_elsewhere_than_the_public_web_are_refused(
    tmp_path: Path, transport: ToLocal, url: str, says: str
) -> None:
    refused("BED-DOC-013", says, url, tmp_path / "f", transport)


@pytest.mark.parametrize(
    ("url", "says", "more"),
    [
        ("https://site.example/missing", "404", {}),
        ("https://site.example/circle", "more than 5 times", {}),
        ("https://site.example/nothing", "empty", {}),
        ("https://site.example/protocol.pdf", "more than", {"limit_bytes": 100}),
        ("https://site.example/endless", "more than", {"limit_bytes": 2000}),
        ("https://site.example/drip", "longer than", {"seconds": 0.6}),
    ],
)
def test_a_download_that_fails_leaves_nothing_behind(
    tmp_path: Path, transport: ToLocal, url: str, says: str, more: dict[str, float]
) -> None:
    refused("BED-DOC-012", says, url, tmp_path / "f", transport, **more)


def test_a_host_that_is_not_known_is_refused(tmp_path: Path, transport: ToLocal) -> None:
    def nobody(host: str, port: int) -> list[str]:
        raise OSError("no such host")

    for resolve in (nobody, lambda host, port: []):
        with pytest.raises(DocumentError, match=r"BED-DOC-012.*not known"):
            download("https://x.example/", tmp_path, offline=False, transport=transport, resolve=resolve)


def test_one_private_address_among_public_ones_is_enough_to_refuse(tmp_path: Path, transport: ToLocal) -> None:
    def two_faced(host: str, port: int) -> list[str]:
        return [PUBLIC, "127.0.0.1"]

    with pytest.raises(DocumentError, match="BED-DOC-013"):
        download("https://x.example/", tmp_path, offline=False, transport=transport, resolve=two_faced)
    assert transport.asked == []


@pytest.mark.parametrize(
    ("address", "public"),
    [
        (PUBLIC, True),
        ("2606:2800:220:1:248:1893:25c8:1946", True),
        ("127.0.0.1", False),
        ("127.9.9.9", False),
        ("0.0.0.0", False),
        ("10.1.2.3", False),
        ("172.16.0.1", False),
        ("192.168.1.1", False),
        ("169.254.169.254", False),
        ("100.64.0.1", False),
        ("224.0.0.1", False),
        ("255.255.255.255", False),
        ("::1", False),
        ("::", False),
        ("fe80::1%eth0", False),
        ("fc00::1", False),
        ("ff02::1", False),
        ("::ffff:127.0.0.1", False),
        ("::ffff:10.0.0.1", False),
        ("64:ff9b::7f00:1", False),
        ("64:ff9b::a00:1", False),
        ("2002:7f00:1::", False),
        ("2001:0:4136:e378:8000:63bf:3fff:fdd2", False),
        ("not an address", False),
    ],
)
def test_only_addresses_of_the_public_internet_are_public(address: str, public: bool) -> None:
    assert is_public(address) is public
