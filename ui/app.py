"""The web chat: serves the page behind the gate, on this machine only, from an empty working directory."""

from __future__ import annotations

import ipaddress
import os
import shutil
import signal
import socket
import sys
import tempfile
import threading
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bedside.core.errors import BedsideError, SettingsError
from bedside.core.settings import Settings
from bedside.ui.gate import Gate
from bedside.ui.session import Sessions

if TYPE_CHECKING:
    from bedside.api import Assistant

STATIC = Path(__file__).resolve().parent / "static"
_INLINE = {".png": "image/png", ".jpg": "image/jpeg"}


def serve(settings: Settings, host: str = "127.0.0.1", port: int = 7860) -> None:
    """Serves the web chat until Ctrl-C, and prints its address.

    Args:
        settings: what the Assistant is made with.
        host: an address of this machine that only this machine can reach.
        port: 0 takes a free one.

    Raises:
        SettingsError: the address can be reached from elsewhere (BED-SET-020), or is taken (BED-SET-021).
    """
    from bedside.api import Assistant

    settings = settings.model_copy(update={"output": settings.output.absolute()})
    assistant = Assistant(settings)
    run(assistant, settings, host, port, warm=True)


def run(assistant: Any, settings: Settings, host: str, port: int, *, warm: bool = False) -> None:
    """The same as `serve`, with an Assistant that is there already."""
    listener = listen(host, port)
    address, number = listener.getsockname()[:2]
    folder = Path(tempfile.mkdtemp(prefix="bedside-"))
    before = Path.cwd()
    _end_in_order_when_terminated()
    try:
        empty = folder / "empty"
        empty.mkdir()
        os.chdir(empty)  # Gradio serves files from the working directory; there are none in this one
        app = gated(assistant, settings, folder, hosts_of(address, number))
        print(f"Bedside is at http://{address}:{number} (Ctrl-C ends it).", flush=True)
        if warm:
            threading.Thread(target=_warm, args=(assistant,), name="warm", daemon=True).start()
        _run_server(app, listener)
    finally:
        os.chdir(before)
        shutil.rmtree(folder, ignore_errors=True)


def listen(host: str, port: int) -> socket.socket:
    """A listening socket on a loopback address.

    Raises:
        SettingsError: see `serve`.
    """
    name = "127.0.0.1" if host == "localhost" else host
    try:
        local = ipaddress.ip_address(name)
    except ValueError:
        local = None
    if local is None or not local.is_loopback:
        raise SettingsError(
            f"The web chat has no login yet, so it does not listen on {host!r}.",
            "Use --host 127.0.0.1; from another machine, reach it through an SSH tunnel.",
            code="BED-SET-020",
        )
    listener = socket.socket(socket.AF_INET6 if local.version == 6 else socket.AF_INET)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((name, port))
    except OSError as error:
        listener.close()
        raise SettingsError(
            f"Port {port} cannot be used ({error.strerror}).", "Use another, or --port 0 for a free one.",
            code="BED-SET-021",
        ) from error  # fmt: skip
    return listener


def hosts_of(address: str, port: int) -> frozenset[str]:
    """What a browser on this machine may call us."""
    name = f"[{address}]" if ":" in address else address
    return frozenset({f"{name}:{port}", f"localhost:{port}"})


def gated(assistant: Any, settings: Settings, folder: Path, hosts: frozenset[str]) -> Gate:
    """The whole application behind its gate.

    Args:
        assistant: what answers.
        settings: bounds, and the output folder whose files may be fetched.
        folder: a private folder for uploads, removed by the caller.
        hosts: the names under which requests are answered.
    """
    # Read by Gradio when it is imported; nothing is counted, and uploads stay in our own folder.
    os.environ.update(GRADIO_ANALYTICS_ENABLED="False", GRADIO_TEMP_DIR=str(folder / "uploads"))
    os.environ.update(GRADIO_SSR_MODE="False", GRADIO_MCP_SERVER="False", GRADIO_RUN_HISTORY="False")
    import gradio as gr
    from fastapi import FastAPI

    from bedside.ui.page import HEAD, build_page, theme

    sessions = Sessions(folder / "sessions", settings.output)
    app = FastAPI(openapi_url=None, docs_url=None, redoc_url=None)
    _add_routes(app, sessions)
    page = build_page(assistant, settings, sessions)
    gr.mount_gradio_app(
        app, page, path="/", footer_links=[], run_history=False, show_error=False, ssr_mode=False, pwa=False,
        mcp_server=False, enable_monitoring=False, allowed_paths=[], theme=theme(), head=HEAD,
        max_file_size=settings.bounds.file_bytes,
    )  # fmt: skip
    return Gate(app, hosts, settings.bounds.file_bytes, str(folder / "uploads"))


def _add_routes(app: Any, sessions: Sessions) -> None:
    """Our own routes: health, style and script, and the files of an open session."""
    from starlette.responses import FileResponse, PlainTextResponse, Response
    from starlette.staticfiles import StaticFiles

    @app.get("/health")  # type: ignore[untyped-decorator]
    def health() -> Response:
        return PlainTextResponse("ok")

    @app.api_route("/artefact/{token}", methods=["GET", "HEAD"])  # type: ignore[untyped-decorator]
    def artefact(token: str) -> Response:
        path = sessions.artefact(token)
        if path is None or not path.is_file():
            return PlainTextResponse("This file is not available.", status_code=404)
        inline = _INLINE.get(path.suffix.lower())
        headers = {"cache-control": "private, no-store"}
        if inline is not None:
            return FileResponse(path, media_type=inline, headers=headers)
        return FileResponse(path, media_type="application/octet-stream", filename=path.name, headers=headers)

    app.mount("/bedside", StaticFiles(directory=STATIC))


def _end_in_order_when_terminated() -> None:
    """Has SIGTERM end the program as Ctrl-C does, so that uploads are removed."""
    if threading.current_thread() is threading.main_thread():
        signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))


def _run_server(app: Gate, listener: socket.socket) -> None:
    import uvicorn

    # Without a log configuration of its own, uvicorn says what `bedside --verbose` lets through, and else nothing.
    config = uvicorn.Config(app, log_config=None, access_log=False, server_header=False, timeout_graceful_shutdown=2)
    uvicorn.Server(config).run(sockets=[listener])


def _warm(assistant: Assistant) -> None:
    """Loads the models while the user reads the page; what is missing is said when it is needed."""
    import logging

    try:
        assistant.warm()
    except BedsideError as error:
        logging.getLogger("bedside").warning("not warmed: %s", error)
