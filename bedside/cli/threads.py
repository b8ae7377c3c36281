"""`bedside threads`: what this user has asked about."""

from __future__ import annotations

import time
from typing import Annotated

import typer


def threads(
    json: Annotated[bool, typer.Option("--json", help="One JSON object a line.")] = False,
) -> None:
    """List your threads, the latest first."""
    from bedside.agent.memory import Memory
    from bedside.core.settings import Settings

    rows = Memory(Settings()).threads()
    if json:
        for row in rows:
            typer.echo(row.model_dump_json())
        return
    if not rows:
        typer.echo('No threads yet. Start one: bedside ask "…"')
        return
    from rich.console import Console
    from rich.table import Table

    table = Table("thread", "last message", "messages", "first message begins")
    for row in rows:
        when = time.strftime("%Y-%m-%d %H:%M", time.localtime(row.updated))
        table.add_row(row.thread, when, str(row.messages), row.title)
    Console().print(table)
