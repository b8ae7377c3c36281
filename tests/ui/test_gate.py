from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from support.demo_assistant import DemoAssistant

from bedside.core.errors import SettingsError
from bedside.core.settings import Settings
from bedside.ui.app import gated, hosts_of, listen
from bedside.ui.gate import ROUTES, Gate

HOST = "127.0.0.1:7860"
OPEN = {
    "/", "/health", "/theme.css", "/gradio_api/theme.css", "/favicon.ico", "/manifest.json", "/assets/{path:path}",
    "/static/{path:path}", "/artefact/{token}", "/bedside", "/gradio_api/heartbeat/{session_hash}",
    "/gradio_api/queue/data", "/gradio_api/upload_progress", "/gradio_api/queue/join", "/gradio_api/cancel",
    "/gradio_api/reset", "/gradio_api/reset/", "/gradio_api/upload",
}  # fmt: skip


@pytest.fixture(scope="module")
def gate(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Gate]:
    folder = tmp_path_factory.mktemp("gate")
    with pytest.MonkeyPatch.context() as patch:
        for name in ("GRADIO_ANALYTICS_ENABLED", "GRADIO_TEMP_DIR", "GRADIO_SSR_MODE", "GRADIO_MCP_SERVER"):
            patch.setenv(name, "")
        patch.setenv("GRADIO_RUN_HISTORY", "")
        settings = Settings(home=folder / "home", output=folder / "output")
        yield gated(DemoAssistant(folder / "output"), settings, folder, hosts_of("127.0.0.1", 7860))


@pytest.fixture
def client(gate: Gate) -> Any:
    from starlette.testclient import TestClient

    return TestClient(gate, base_url=f"http://{HOST}", raise_server_exceptions=False)


def routes(app: Any, prefix: str = "") -> Iterator[tuple[str, str]]:
    """Every path and method behind the gate, Gradio's included."""
    for route in app.routes:
        path = prefix + getattr(route, "path", "").rstrip("/") if prefix else getattr(route, "path", "")
        inner = getattr(route, "original_router", None) or getattr(route, "app", None)
        if getattr(route, "methods", None):
            yield from ((path or "/", method) for method in sorted(route.methods))
        elif hasattr(inner, "routes"):
            yield from routes(inner, path.rstrip("/"))


def filled(path: str) -> str:
    """A path with something in every place that takes a parameter."""
    return re.sub(r"\{[^}]*\}", "x", path)


def test_every_route_is_either_listed_or_denied(gate: Gate, client: Any) -> None:
    found = sorted(set(routes(gate._app)))
    assert len(found) > 60, "Gradio's own routes were not enumerated"
    for path, method in found:
        if path in OPEN or (path.startswith("/gradio_api/queue/data")):
            continue
        reply = client.request(method, filled(path), headers={"content-length": "0"})
        assert reply.status_code == 404, (method, path)
        if method != "HEAD":
            assert reply.text == "There is nothing here.", (method, path)


@pytest.mark.parametrize(
    "path",
    [
        "/gradio_api/mcp/", "/gradio_api/mcp/sse", "/gradio_api/info", "/gradio_api/openapi.json", "/config",
        "/gradio_api/file=/etc/passwd", "/gradio_api/file=http://example.org", "/gradio_api/proxy=http://example.org",
        "/docs", "/openapi.json", "/login", "/monitoring", "/gradio_api/startup-events", "/gradio_api/runs",
        "/bedside/../app.py", "/bedside/..%2fapp.py", "/assets/../../../../etc/passwd", "/artefact/short",
        "/gradio_api/call/send", "/gradio_api/run/send", "/gradio_api/vibe-code/",
    ],
)  # fmt: skip
def test_what_the_chat_does_not_need_is_not_there(client: Any, path: str) -> None:
    for method in ("GET", "POST", "PUT", "DELETE", "OPTIONS", "PATCH"):
        assert client.request(method, path).status_code == 404, (method, path)


@pytest.mark.parametrize("host", ["example.org", "127.0.0.1", "127.0.0.1:80", "127.0.0.1:7860.example.org", ""])
def test_another_name_is_not_answered(client: Any, host: str) -> None:
    assert client.get("/", headers={"host": host}).status_code == 421


@pytest.mark.parametrize("origin", ["http://example.org", "null", "https://127.0.0.1:7860", "http://127.0.0.1:1"])
def test_a_request_from_another_page_is_refused(client: Any, origin: str) -> None:
    reply = client.post("/gradio_api/queue/join", json={}, headers={"origin": origin})
    assert reply.status_code == 403


def test_a_cross_site_request_without_origin_is_refused(client: Any) -> None:
    headers = {"sec-fetch-site": "cross-site", "sec-fetch-mode": "no-cors"}
    assert client.get("/bedside/app.js", headers=headers).status_code == 403


def test_our_own_page_may_post(client: Any) -> None:
    reply = client.post("/gradio_api/reset", json={"event_id": "none"}, headers={"origin": f"http://{HOST}"})
    assert reply.status_code == 200


def test_a_message_larger_than_the_limit_is_refused(client: Any) -> None:
    reply = client.post("/gradio_api/queue/join", content=b"x" * 8_000_001)
    assert reply.status_code == 413


def test_a_body_of_unknown_length_is_refused(client: Any) -> None:
    assert client.post("/gradio_api/queue/join", content=iter([b"x"])).status_code == 411


def test_the_page_lets_only_its_own_scripts_run(client: Any) -> None:
    reply = client.get("/")
    policy = reply.headers["content-security-policy"]
    nonce = re.search(r"'nonce-([^']+)'", policy)
    assert nonce is not None
    assert "unsafe-inline" not in policy.split("style-src")[0]
    assert set(re.findall(r'<script nonce="([^"]+)"', reply.text)) == {nonce[1]}
    assert not re.search(r"<script(?! nonce=)", reply.text)
    assert reply.headers["x-frame-options"] == "DENY"
    assert reply.headers["cache-control"] == "no-store"


def test_each_reply_has_another_nonce(client: Any) -> None:
    assert client.get("/").headers["content-security-policy"] != client.get("/").headers["content-security-policy"]


def test_style_and_script_come_from_here(client: Any) -> None:
    for name in ("app.css", "app.js"):
        reply = client.get(f"/bedside/{name}")
        assert reply.status_code == 200
        assert reply.headers["x-content-type-options"] == "nosniff"
        assert "http://" not in reply.text
        assert "https://" not in reply.text


def test_an_unknown_artefact_is_not_there(client: Any) -> None:
    assert client.get(f"/artefact/{'x' * 43}").status_code == 404


def test_nothing_is_announced_that_the_chat_does_not_use(client: Any) -> None:
    page = client.get("/").text
    for word in ("fonts.googleapis", "cdnjs", '"analytics_enabled":true', '"run_history":true', '"mcp_server":true'):
        assert word not in page.replace(" ", "")


@pytest.mark.parametrize(
    "path",
    ["x.html", "x.svg", "../x.png", "a/b.png", "x.png/../../../empty", "x.nii.gz", "x.png.html", "x.dcm"],
)
def test_of_the_uploads_only_pictures_are_given_back(gate: Gate, client: Any, path: str) -> None:
    thumbnail = gate._routes[-1][1]
    folder = thumbnail.pattern.split("/[0-9a-f]")[0].replace("\\", "")
    assert thumbnail.fullmatch(f"{folder}/{'a' * 64}/x.png")
    assert not thumbnail.fullmatch(f"{folder}/{'a' * 64}/{path}")
    assert client.get(f"{folder}/{'a' * 64}/{path}").status_code == 404


def test_no_pattern_lets_a_folder_up() -> None:
    for _, pattern in ROUTES:
        assert not pattern.fullmatch("/assets/../x")
        assert not pattern.fullmatch("/bedside/..")


@pytest.mark.parametrize("host", ["0.0.0.0", "192.168.1.4", "::", "example.org", ""])
def test_an_address_that_others_can_reach_is_refused(host: str) -> None:
    with pytest.raises(SettingsError, match="BED-SET-020"):
        listen(host, 0)


def test_a_port_that_is_taken_is_said_so() -> None:
    with listen("127.0.0.1", 0) as first:
        first.listen()
        with pytest.raises(SettingsError, match="BED-SET-021"):
            listen("127.0.0.1", first.getsockname()[1])


def test_nothing_lies_beside_the_served_files() -> None:
    from bedside.ui.app import STATIC

    assert {p.suffix for p in Path(STATIC).iterdir()} <= {".css", ".js", ".txt"}
