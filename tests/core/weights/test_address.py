"""A weight from the address at which it is published: the registered bytes, or nothing."""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from pydantic import ValidationError

from bedside.core.errors import WeightError
from bedside.core.settings import Settings
from bedside.core.weights import Quiet, rows, weight_path
from bedside.core.weights.address import download_from_addresses
from bedside.core.weights.rows import WeightFile, WeightRow

DATA = b"published weights " * 10_000


class Handler(BaseHTTPRequestHandler):
    """A site that moves its file once, and has another one that never ends."""

    def do_GET(self) -> None:
        if self.path == "/moved":
            self.send_response(302)
            self.send_header("Location", "/w.bin")
            self.end_headers()
            return
        known = self.path in ("/w.bin", "/longer")
        self.send_response(200 if known else 404)
        self.end_headers()
        if known:
            self.wfile.write(DATA if self.path == "/w.bin" else DATA * 3)

    def log_message(self, format: str, *args: object) -> None:
        """Quiet."""


@pytest.fixture
def site() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()


def row(url: str, data: bytes = DATA) -> WeightRow:
    """A row whose address is this machine's, which the table itself does not allow."""
    file = WeightFile.model_construct(
        path="w.bin", size=len(data), sha256=hashlib.sha256(data).hexdigest(), url=url, parts=()
    )
    return WeightRow.model_construct(
        name="w", title="W", task="t", licence="MIT", upstream="u", files=(file,), hub=None, wheels=()
    )


@pytest.mark.parametrize("page", ["/w.bin", "/moved"])
def test_the_registered_file_is_fetched_also_after_it_moved(site: str, tmp_path: Path, page: str) -> None:
    download_from_addresses(row(site + page), tmp_path, Quiet())
    assert (tmp_path / "w.bin").read_bytes() == DATA


@pytest.mark.parametrize(("page", "data"), [("/w.bin", DATA[:-1] + b"!"), ("/longer", DATA)])
def test_other_bytes_and_more_bytes_are_refused_and_removed(site: str, tmp_path: Path, page: str, data: bytes) -> None:
    with pytest.raises(WeightError) as error:
        download_from_addresses(row(site + page, data), tmp_path, Quiet())
    assert error.value.code == "BED-WEIGHT-003"
    assert not list(tmp_path.iterdir())


def test_an_address_that_does_not_answer_says_what_to_do(site: str, tmp_path: Path) -> None:
    for url in (site + "/gone", "http://127.0.0.1:9/w.bin"):
        with pytest.raises(WeightError) as error:
            download_from_addresses(row(url), tmp_path, Quiet())
        assert error.value.code == "BED-WEIGHT-001" and "[weights]" in error.value.do
    with pytest.raises(WeightError, match="no address"):
        download_from_addresses(row(""), tmp_path, Quiet())


def test_it_comes_before_the_wheels_and_is_assembled_into_the_cache(
    site: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rows, "load_table", lambda: {"w": row(site + "/w.bin")})
    path = weight_path("w", Settings(cache=tmp_path), Quiet())
    assert path.read_bytes() == DATA
    assert sorted(p.name for p in path.parent.iterdir()) == ["w.bin"]


@pytest.mark.parametrize(
    "url", ["http://example.org/w", "file:///etc/passwd", "https://user@example.org/w", "https:// x"]
)
def test_only_plain_secure_addresses_stand_in_the_table(url: str) -> None:
    with pytest.raises(ValidationError):
        WeightFile(path="w.bin", size=1, sha256="0" * 64, url=url)
