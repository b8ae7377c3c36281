"""`bedside tools`: the list of tools, and one tool run alone."""

from __future__ import annotations

import json as jsonlib
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from bedside.cli import bundles
from bedside.cli.ask import Files, Priors

if TYPE_CHECKING:
    from bedside.tools.contract import Tool, ToolResult
    from bedside.tools.registry import Toolbox

app = typer.Typer(no_args_is_help=True, help="List the tools, or run one alone.")
app.add_typer(bundles.app, name="bundle")


@app.command("list")
def list_tools(json: Annotated[bool, typer.Option("--json", help="The whole cards, one a line.")] = False) -> None:
    """Every tool: what it answers and what it accepts."""
    from bedside.core.settings import Settings
    from bedside.tools.registry import Toolbox

    cards = Toolbox(Settings()).cards()
    if json:
        for card in cards:
            typer.echo(card.model_dump_json())
        return
    from rich.console import Console
    from rich.table import Table

    table = Table("tool", "kind", "what it answers", "accepts")
    for card in cards:
        files = [f"{m.value} {'/'.join(card.accepts.kinds)}" for m in card.accepts.modalities]
        table.add_row(card.name, card.kind, card.purpose, ", ".join(files or card.accepts.facts))
    Console().print(table)


@app.command("run")
def run_tool(
    name: Annotated[str, typer.Argument(help="A name from `bedside tools list`.")],
    file: Files = None,
    prior: Priors = None,
    text: Annotated[str, typer.Option("--text", help="The note that facts are read from, or the search.")] = "",
    json: Annotated[bool, typer.Option("--json", help="One JSON object a file.")] = False,
) -> None:
    """Run one tool alone: one line of evidence for each file, or one for the text."""
    from bedside.core.settings import Settings
    from bedside.tools.registry import Toolbox

    settings = Settings()
    toolbox = Toolbox(settings)
    tool = toolbox.get(name)
    paths: list[Path | None] = [*file] if file else [None]
    together = tuple(file[1:]) if file and tool.card.accepts.series else ()
    for path in paths[:1] if together else paths:
        result = _run_on(tool, toolbox, path, text, prior[-1] if prior else None, together)
        typer.echo(_as_json(path, result) if json else _as_text(path, result))


def _run_on(
    tool: Tool, toolbox: Toolbox, path: Path | None, text: str, prior: Path | None, together: tuple[Path, ...] = ()
) -> ToolResult:
    """One tool on one file or text; a file that cannot be read is a refusal of that line, and the others go on.

    `together` are the further files of a tool that reads several series of one patient at once.
    """
    if path is not None and tool.card.kind == "record":
        return _run_on_record(tool, toolbox, path, text)
    from bedside.core.answer import Refusal
    from bedside.core.errors import ImageReadError
    from bedside.tools.compare.reading import with_prior
    from bedside.tools.contract import Gate, ToolRequest, ToolResult
    from bedside.tools.gate import run_gated, with_appearance
    from bedside.tools.imaging.door import open_file
    from bedside.tools.notes.moment import asks_for_admission, at_admission
    from bedside.tools.notes.read import read_note

    try:
        limit = toolbox.settings.bounds.file_bytes
        opened = (
            open_file(place, attachment_id=name, limit_bytes=limit) if place is not None else None
            for place, name in ((path, "A1"), (prior, "A2"))
        )
        study, earlier = (with_appearance(one, toolbox.settings) if one is not None else None for one in opened)
        further = tuple(open_file(p, attachment_id=f"A{n}", limit_bytes=limit) for n, p in enumerate(together, 2))
    except ImageReadError as error:
        refusal = Refusal(code=error.code, subject=str(path), why=error.what, do=error.do)
        gate = Gate(accepted=False, basis="unreadable", why=error.what)
        return ToolResult(tool=tool.card.name, version=tool.card.version, refusal=refusal, gate=gate)
    reading = read_note(text, "m1", items=tool.card.kind == "calculator")
    facts = (*reading.items, *(at_admission(reading.facts) if asks_for_admission(text) else reading.facts))
    request = ToolRequest(
        question=text,
        query=text,
        facts=facts,
        study=study,
        further=further,
        output=toolbox.settings.output,
        progress=_shown_progress(tool.card.title),
    )
    if earlier is not None and tool.card.kind == "comparison":
        request = with_prior(request, earlier, toolbox)
    return run_gated(tool, request)


def _run_on_record(tool: Tool, toolbox: Toolbox, path: Path, text: str) -> ToolResult:
    """A tool that looks things up in a patient's record, on one record."""
    from bedside.core.answer import Refusal
    from bedside.core.errors import RecordError
    from bedside.tools.contract import ToolRequest, ToolResult
    from bedside.tools.record.read import open_record

    try:
        record = open_record(path, limit_bytes=toolbox.settings.record.file_bytes, said=text)
    except RecordError as error:
        refusal = Refusal(code=error.code, subject=str(path), why=error.what, do=error.do)
        return ToolResult(tool=tool.card.name, version=tool.card.version, refusal=refusal)
    return tool.run(ToolRequest(question=text, record=record, attachment="A1", output=toolbox.settings.output))


def _shown_progress(title: str) -> Callable[[float], None]:
    """Says on a terminal how far a tool is that takes long."""
    if not sys.stderr.isatty():
        return lambda share: None

    def show(share: float) -> None:
        sys.stderr.write(f"\r{title}: {share:.0%} " if share < 1 else "\r\033[K")
        sys.stderr.flush()

    return show


def _as_json(path: Path | None, result: ToolResult) -> str:
    row: dict[str, Any] = {"file": str(path) if path is not None else None}
    if result.labels:
        # A score that is no probability is never printed as one.
        name = "probabilities" if all(one.kind == "probability" for one in result.labels) else "scores"
        row[name] = {one.label: one.score for one in result.labels}
    row |= result.model_dump(mode="json")
    return jsonlib.dumps(row, ensure_ascii=False)


def _as_text(path: Path | None, result: ToolResult) -> str:
    head = f"{path}: " if path is not None else ""
    if result.refusal is not None:
        return f"{head}refused: {result.refusal.why} {result.refusal.do} ({result.refusal.code})"
    said = " ".join(e.statement for e in result.evidence) or "nothing"
    lacking = f" Missing: {', '.join(m.label for m in result.missing)}." if result.missing else ""
    return f"{head}{said}{lacking}"
