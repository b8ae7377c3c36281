"""`bedside serve`: the web chat."""

from __future__ import annotations

from typing import Annotated

import typer


def serve(
    host: Annotated[str, typer.Option(help="Address to listen on; the default is this machine only.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="Port; 0 takes a free one.")] = 7860,
) -> None:
    """Serve the web chat and print its address. Stop it with Ctrl-C."""
    from bedside.core.settings import Settings
    from bedside.ui.app import serve as run

    run(Settings(), host, port)
