from __future__ import annotations

import hashlib
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from bedside.core.errors import WeightError
from bedside.core.weights import Quiet, hub
from bedside.core.weights.rows import Hub, WeightFile, WeightRow

DATA = b"weights of a hub"
COMMIT = "a" * 40


class Handler(BaseHTTPRequestHandler):
    """As much of a hub as the probe asks for."""

    def do_GET(self) -> None:
        self.send_response(200 if self.path == f"/api/models/a/b/revision/{COMMIT}" else 404)
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:
        """Quiet."""


@pytest.fixture
def endpoint(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    address = f"http://127.0.0.1:{server.server_port}"
    monkeypatch.setenv("HF_ENDPOINT", address)
    monkeypatch.delenv("HF_HUB_OFFLINE", raising=False)
    hub.hub_answers.cache_clear()
    yield address
    server.shutdown()
    hub.hub_answers.cache_clear()


def _row(revision: str = COMMIT, data: bytes = DATA) -> WeightRow:
    file = WeightFile(path="w.bin", size=len(data), sha256=hashlib.sha256(data).hexdigest())
    return WeightRow(
        name="w",
        title="W",
        task="t",
        licence="MIT",
        upstream="u",
        files=(file,),
        hub=Hub(repo="a/b", revision=revision),
    )


def _serve(monkeypatch: pytest.MonkeyPatch) -> list[dict[str, object]]:
    asked: list[dict[str, object]] = []

    def download(repo: str, path: str, *, revision: str, local_dir: Path) -> str:
        asked.append({"repo": repo, "path": path, "revision": revision})
        local_dir.mkdir(parents=True, exist_ok=True)
        (local_dir / path).write_bytes(DATA)
        return str(local_dir / path)

    monkeypatch.setattr("huggingface_hub.hf_hub_download", download)
    return asked


def test_files_come_at_the_pinned_commit(endpoint: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = _serve(monkeypatch)
    hub.download_from_hub(_row(), tmp_path, Quiet())
    assert asked == [{"repo": "a/b", "path": "w.bin", "revision": COMMIT}]
    assert (tmp_path / "w.bin").read_bytes() == DATA


def test_other_bytes_than_the_registered_ones_are_refused_and_removed(
    endpoint: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _serve(monkeypatch)
    with pytest.raises(WeightError) as error:
        hub.download_from_hub(_row(data=b"what was registered"), tmp_path, Quiet())
    assert error.value.code == "BED-WEIGHT-003"
    assert not list(tmp_path.iterdir())


def test_a_commit_the_hub_does_not_have_is_an_error_without_a_download(
    endpoint: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = _serve(monkeypatch)
    with pytest.raises(WeightError, match="does not serve"):
        hub.download_from_hub(_row(revision="b" * 40), tmp_path, Quiet())
    assert not asked


def test_the_hubs_own_offline_switch_is_heeded(endpoint: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    assert not hub.hub_answers(endpoint, "a/b", COMMIT)
