"""`bedside chat`: a dialogue in the terminal."""

from __future__ import annotations

import shlex
from pathlib import Path

import typer

from bedside.cli.ask import Thread, follow, show
from bedside.core.errors import BedsideError

_HELP = (
    "Write the case and the question. /file PATH attaches a file to the next message, /new starts a new case, "
    "/quit ends; so does Ctrl-C, and `bedside resume` finishes what it cut off."
)


def chat(thread: Thread = None) -> None:
    """Talk about one case, turn by turn; corrections and follow-ups change only what they change."""
    from bedside.api import Assistant, new_thread

    assistant = Assistant()
    thread = thread or new_thread()
    files: list[Path] = []
    typer.secho(_HELP, dim=True)
    while True:
        try:
            text = typer.prompt("you", prompt_suffix="> ", default="", show_default=False).strip()
        except (EOFError, typer.Abort):
            return
        if text in {"/quit", "/exit"}:
            return
        if text == "/new":
            thread, files = new_thread(), []
            typer.secho(f"New case, thread {thread}.", dim=True)
        elif text.startswith("/file "):
            files += [Path(p) for p in shlex.split(text)[1:]]
            typer.secho(f"Attached to the next message: {', '.join(f.name for f in files)}.", dim=True)
        elif text:
            _turn(assistant, text, files, thread)
            files = []


def _turn(assistant: object, text: str, files: list[Path], thread: str) -> None:
    """One turn; an error is a sentence, and the dialogue goes on."""
    from bedside.api import Assistant

    assert isinstance(assistant, Assistant)
    try:
        show(follow(assistant.stream(text, files, thread), thread))
    except BedsideError as error:
        typer.secho(str(error), fg=typer.colors.RED, err=True)
