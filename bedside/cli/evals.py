"""`bedside eval`: evaluations, each printed with n and an interval beside its baseline."""

from __future__ import annotations

from json import dumps
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
    limit: Annotated[int | None, typer.Option("-n", min=1, help="Only the first N cases.")] = None,
    only: Annotated[list[str] | None, typer.Option(help="Only this part; may be given again.")] = None,
    source: Annotated[str, typer.Option("--from", help="What it starts from, where it can choose.")] = "",
    alone: Annotated[
        int, typer.Option("--alone", help="Ask the core model alone on so many of the same cases, where it can.")
    ] = 0,
    doctor: Annotated[
        list[str] | None,
        typer.Option(help="Of dialogues: bedside, model, human or http://HOST:PORT/v1#MODEL; again to compare."),
    ] = None,
    patient: Annotated[
        str,
        typer.Option(
            help="Of dialogues: who answers: facts, choleric, fr, model, ... (docs/patients.md); join with +."
        ),
    ] = "facts",
    without: Annotated[
        list[str] | None, typer.Option(help="Of dialogues: run Bedside without tools, guidelines or policy, too.")
    ] = None,
    turns: Annotated[
        int | None, typer.Option(help="Of dialogues: how many questions and tests; default: as published.")
    ] = None,
    at_once: Annotated[
        int, typer.Option(min=1, max=256, help="Of dialogues: how many at the same time, where a server answers.")
    ] = 1,
    fresh: Annotated[bool, typer.Option("--fresh", help="Of dialogues: have those again that are kept.")] = False,
    log: Annotated[
        bool, typer.Option(help="Of dialogues: run on inspect-ai and leave its log; the log can be written later.")
    ] = True,
    ray: Annotated[str, typer.Option(help="Of dialogues: run on this Ray cluster; `local` makes one here.")] = "",
    judge: Annotated[
        str,
        typer.Option(help="Of dialogues: who marks where the rules are silent: model or an address."),
    ] = "",
    json: Annotated[bool, typer.Option("--json", help="Print the scores as JSON.")] = False,
) -> None:
    """Run one evaluation and print its scores."""
    from bedside.core.settings import Settings
    from bedside.evals.registry import evaluations, run
    from bedside.evals.runs.how import How
    from bedside.evals.runs.setup import setups_of

    found = evaluations().get(name)
    talks = (found.talks if found else None) or 0
    setups = setups_of(doctor or ["bedside"], patient, without or [], talks if turns is None else turns, judge)
    how = How(fresh=fresh, at_once=at_once, log=log, ray=ray)
    typer.echo(run(name, Settings(), data, limit, json, only or (), source, alone, setups, how))


@app.command("runs")
def list_runs(
    name: Annotated[str, typer.Argument(help="Only of this benchmark.")] = "",
    json: Annotated[bool, typer.Option("--json", help="Print them as JSON.")] = False,
) -> None:
    """The runs of dialogues that are kept, finished and not, the last one last."""
    from bedside.core.settings import Settings
    from bedside.evals.runs.kept import kept_runs
    from bedside.evals.runs.listed import listed, to_text

    runs = [listed(run) for run in kept_runs(Settings().output, name)]
    typer.echo(dumps([run.model_dump(mode="json") for run in runs], indent=2) if json else to_text(runs))


@app.command("compare")
def compare_runs(
    names: Annotated[
        list[str],
        typer.Argument(help="Folders of runs and files of `bedside eval marks`, or the name of one benchmark."),
    ],
    doctor: Annotated[
        list[str] | None, typer.Option(help="Of a benchmark: these, as `bedside eval runs` names them; again for more.")
    ] = None,
    json: Annotated[bool, typer.Option("--json", help="Print the scores as JSON.")] = False,
) -> None:
    """Compare finished runs over the same cases, the first with each other one, in pairs."""
    from bedside.core.settings import Settings
    from bedside.evals.reports.compared import compare, to_text
    from bedside.evals.reports.named import sides_named

    found = compare(sides_named(names, Settings(), doctor or ()))
    typer.echo(found.model_dump_json(indent=2) if json else to_text(found))


@app.command("marks")
def write_marks(
    name: Annotated[str, typer.Argument(help="The folder of a run.")],
    out: Annotated[Path | None, typer.Option(help="The file; default: marks.json beside the run.")] = None,
) -> None:
    """Write what a finished run scores, case by case and without a text of the set, for others to compare with."""
    from bedside.core.settings import Settings
    from bedside.evals.reports.named import run_named, side_judged
    from bedside.evals.reports.sides import write_side

    settings = Settings()
    run = run_named(name, settings)
    typer.echo(f"The marks are in {write_side(side_judged(run, settings), out or run.folder / 'marks.json')}.")


@app.command("report")
def report_runs(
    names: Annotated[list[str], typer.Argument(help="Folders of runs over the same cases, or a benchmark's name.")],
    out: Annotated[Path | None, typer.Option(help="The file; default: report.html beside the first run.")] = None,
    doctor: Annotated[list[str] | None, typer.Option(help="Of a benchmark: only these; again for more.")] = None,
    times: Annotated[bool, typer.Option(help="Say when and how long.")] = True,
    json: Annotated[bool, typer.Option("--json", help="Print the scores as JSON, too.")] = False,
) -> None:
    """Write finished runs as one page: figures, comparison, failures and every conversation."""
    from bedside.core.settings import Settings
    from bedside.evals.reports.compared import compare
    from bedside.evals.reports.named import judge_of
    from bedside.evals.reports.page import write_page
    from bedside.evals.reports.sides import side_of
    from bedside.evals.runs.kept import runs_to_show

    settings = Settings()
    runs = runs_to_show(names, settings.output, doctor or ())
    judge = judge_of(runs[0], settings)
    path = write_page(runs, out or runs[0].folder / "report.html", judge, times=times)
    found = compare([side_of(run, judge) for run in runs], times=times) if json else None
    typer.echo(found.model_dump_json(indent=2) if found else f"The report is in {path}.")


@app.command("leaderboard")
def show_leaderboard(
    update: Annotated[
        bool, typer.Option("--update", help="Measure Bedside on the slice and keep the figures.")
    ] = False,
    name: Annotated[str, typer.Option("--benchmark", help="With --update: which.")] = "agentclinic",
    data: Annotated[Path | None, typer.Option(help="With --update: a file or folder of its format.")] = None,
    json: Annotated[bool, typer.Option("--json", help="Print it as JSON.")] = False,
) -> None:
    """How Bedside stands on the first 20 cases of a benchmark; tests fail when it falls."""
    from bedside.core.settings import Settings
    from bedside.evals import leaderboard

    rows = leaderboard.update(leaderboard.measure(Settings(), name, data)) if update else leaderboard.standings()
    typer.echo(dumps([row.model_dump() for row in rows], indent=2) if json else leaderboard.to_text(rows))
