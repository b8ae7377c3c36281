"""`bedside ask` and `bedside resume`: one question, one answer."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bedside.cli.interrupt import leaves_on_interrupt

if TYPE_CHECKING:
    from bedside.core.answer import Answer
    from bedside.core.events import Event

Files = Annotated[
    list[Path] | None, typer.Option("--file", "-f", help="X-ray, CT, MRI or ECG file, or FHIR record; repeat for more.")
]
Priors = Annotated[
    list[Path] | None, typer.Option("--prior", help="An earlier image of the patient, to compare --file with.")
]
Patient = Annotated[
    str | None,
    typer.Option("--patient", help="The patient's id on the FHIR server of the settings; the record goes along."),
]
Thread = Annotated[
    str | None, typer.Option("--thread", "-t", help="Go on with this thread; `bedside threads` lists them.")
]
AsJson = Annotated[bool, typer.Option("--json", help="Print the whole Answer as one JSON object.")]
AsMarkdown = Annotated[bool, typer.Option("--markdown", help="Print Markdown instead of the formatted answer.")]


def ask(
    text: Annotated[str, typer.Argument(help="The case and the question; `-` reads standard input.")],
    file: Files = None,
    prior: Priors = None,
    patient: Patient = None,
    thread: Thread = None,
    json: AsJson = False,
    markdown: AsMarkdown = False,
) -> None:
    """Answer one question about a case, with the evidence for every statement.

    Example: bedside ask "72-year-old woman with atrial fibrillation and hypertension. Should she be anticoagulated?"
    """
    from bedside.api import Assistant, new_thread

    thread = thread or new_thread()
    text = sys.stdin.buffer.read().decode("utf-8", "replace") if text == "-" else text
    show(
        follow(Assistant().stream(text, file or [], thread, prior or [], patient), thread, quiet=json or markdown),
        json,
        markdown,
    )


def resume(
    thread: Annotated[str, typer.Argument(help="The thread that was cut off.")],
    json: AsJson = False,
    markdown: AsMarkdown = False,
) -> None:
    """Finish a turn that was cut off; steps that had finished do not run again."""
    from bedside.api import Assistant

    show(follow(Assistant().stream_resumed(thread), thread, quiet=json or markdown), json, markdown)


def follow(events: Iterator[Event], thread: str, quiet: bool = False) -> Answer:
    """Shows each step as it happens, on a terminal; returns the answer. Ctrl-C leaves with how to resume `thread`."""
    from rich.console import Console

    from bedside.core.events import Answered, EvidenceFound, StepStarted, ToolProgress

    console = Console(stderr=True)
    answer: Answer | None = None
    shown = console.status("Reading the case …") if console.is_terminal and not quiet else _Silent()
    with leaves_on_interrupt(thread), shown as status:
        for event in events:
            if isinstance(event, StepStarted):
                status.update(f"{event.title} …")
            elif isinstance(event, ToolProgress):
                status.update(f"{event.title}: {event.share:.0%} …")
            elif isinstance(event, EvidenceFound) and console.is_terminal and not quiet:
                console.print(f"[dim]{event.evidence.id}  {event.evidence.statement[:150]}[/dim]", highlight=False)
            elif isinstance(event, Answered):
                answer = event.answer
    assert answer is not None  # a stream that ends without one has raised
    return answer


class _Silent:
    """A status line that says nothing."""

    def __enter__(self) -> _Silent:
        return self

    def __exit__(self, *_: object) -> None:
        return None

    def update(self, text: str) -> None:
        """Says nothing."""


def show(answer: Answer, json: bool = False, markdown: bool = False) -> None:
    """Prints an answer: formatted on a terminal, Markdown into a pipe, JSON on request."""
    from rich.console import Console
    from rich.markdown import Markdown

    from bedside.agent.render import to_markdown

    if json:
        typer.echo(answer.to_json())
        return
    console = Console()
    text = to_markdown(answer)
    if markdown or not console.is_terminal:
        typer.echo(text)
    else:
        console.print(Markdown(text))
    typer.secho(f'\nGo on with: bedside ask --thread {answer.thread} "…"', dim=True, err=True)
