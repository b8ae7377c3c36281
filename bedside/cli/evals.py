"""`bedside eval`: evaluations, each printed with n and an interval beside its baseline."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

app = typer.Typer(no_args_is_help=True, help="Run evaluations: every figure with n, an interval and a baseline.")


@app.command("list")
def list_evaluations() -> None:
    """The evaluations there are."""
    from bedside.evals.registry import evaluations

    for name, evaluation in sorted(evaluations().items()):
        typer.echo(f"{name:16} {evaluation.purpose}")
        for part in evaluation.parts() if evaluation.parts else ():
            typer.echo(f"{'':16} --only {part.name}: needs {part.needs}")


@app.command("run")
def run_evaluation(
    name: Annotated[str, typer.Argument(help="A name from `bedside eval list`.")],
    data: Annotated[
        Path | None, typer.Option(help="A file or folder in the evaluation's format; default: its own.")
    ] = None,
    limit: Annotated[int | None, typer.Option("-n", help="Only the first N cases.")] = None,
    only: Annotated[list[str] | None, typer.Option(help="Only this part; may be given again.")] = None,
    source: Annotated[str, typer.Option("--from", help="What it starts from, where it can choose.")] = "",
    alone: Annotated[
        int, typer.Option("--alone", help="Ask the core model alone on so many of the same cases, where it can.")
    ] = 0,
    doctor: Annotated[
        list[str] | None,
        typer.Option(help="Of dialogues: bedside, model, human or http://HOST:PORT/v1#MODEL; again to compare."),
    ] = None,
    patient: Annotated[str, typer.Option(help="Of dialogues: who answers.")] = "facts",
    without: Annotated[
        list[str] | None, typer.Option(help="Of dialogues: run Bedside without tools, guidelines or policy, too.")
    ] = None,
    turns: Annotated[
        int | None, typer.Option(help="Of dialogues: how many questions and tests; default: as published.")
    ] = None,
    judge: Annotated[
        str,
        typer.Option(help="Of dialogues: who marks where the rules are silent: model or an address."),
    ] = "",
    json: Annotated[bool, typer.Option("--json", help="Print the scores as JSON.")] = False,
) -> None:
    """Run one evaluation and print its scores."""
    from bedside.core.settings import Settings
    from bedside.evals.registry import evaluations, run
    from bedside.evals.runs.setup import setups_of

    found = evaluations().get(name)
    talks = (found.talks if found else None) or 0
    setups = setups_of(doctor or ["bedside"], patient, without or [], talks if turns is None else turns, judge)
    typer.echo(run(name, Settings(), data, limit, json, only or (), source, alone, setups))
