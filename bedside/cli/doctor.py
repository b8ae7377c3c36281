"""`bedside doctor`: every model, tool and service: ready, or missing and how to get it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import typer

if TYPE_CHECKING:
    from rich.table import Table

    from bedside.core.settings import Settings

_COLOUR = {"ready": "green", "missing": "yellow", "damaged": "red", "off": "yellow"}


def doctor() -> None:
    """Show what is ready and what is missing, with how to get it. Exit code 1 when the core model is missing."""
    from rich.console import Console

    from bedside.agent.models.status import core_model_status
    from bedside.core.settings import Settings

    settings = Settings()
    console = Console()
    core = core_model_status(settings)
    console.print(weights_table(settings))
    console.print(tools_table(settings))
    console.print(services_table(settings))
    if not core.ready:
        raise typer.Exit(1)


def weights_table(settings: Settings) -> Table:
    """One row a weight."""
    from rich.table import Table

    from bedside.core.weights import all_weights, weight_status
    from bedside.core.weights.progress import size_text

    table = Table("weight", "state", "task", "size", "licence", "how to get it", title="Models")
    for name in all_weights():
        status = weight_status(name, settings)
        size = size_text(status.size)
        table.add_row(name, _state(status.state), status.task, size, status.licence, status.how_to_get)
    return table


def tools_table(settings: Settings) -> Table:
    """One row a tool: ready when its weights are."""
    from rich.table import Table

    from bedside.core.weights import weight_status
    from bedside.tools.registry import cards

    table = Table("tool", "state", "kind", "what it answers", title="Tools")
    for card in cards():
        lacking = [w for w in card.weights if weight_status(w, settings).state != "ready"]
        state = f"[yellow]needs {', '.join(lacking)}[/yellow]" if lacking else _state("ready")
        table.add_row(card.name, state, card.kind, card.purpose)
    return table


def services_table(settings: Settings) -> Table:
    """The core model, the guideline library, what searches documents, the optional parts, and places."""
    from rich.markup import escape
    from rich.table import Table

    from bedside.agent.models.status import core_model_status
    from bedside.core.errors import BedsideError
    from bedside.evals.runs import task
    from bedside.knowledge.library import load_library
    from bedside.retrieval.corpus.opening import vectors_status
    from bedside.tools import rare
    from bedside.tools.imaging import burned_in

    table = Table("service", "state", "detail", title="Services")
    core = core_model_status(settings)
    table.add_row("core model", _state("ready" if core.ready else "missing"), core.detail)
    try:
        library = load_library(settings)
        held = f"{len(library.passages())} recommendations from {len(library.guidelines)} guidelines"
        table.add_row("guidelines", _state("ready"), held)
    except BedsideError as error:
        table.add_row("guidelines", _state("damaged"), str(error))
    there, detail = vectors_status(settings)
    table.add_row("vectors of your documents", _state("ready" if there else "missing"), escape(detail))
    state, detail = _likeness_status(settings)
    table.add_row("likeness to an emergency", _state(state), escape(detail))
    for name, part in (("burned-in text", burned_in), ("simulated patients", task), ("rare diseases", rare)):
        there = part.available()
        table.add_row(name, _state("ready" if there else "missing"), "" if there else escape(part.HOW_TO_GET))
    table.add_row("threads", "", str(settings.home))
    table.add_row("cache", "", str(settings.cache))
    table.add_row(
        "offline", "", "yes: nothing leaves this machine" if settings.offline else "no: weights may be fetched"
    )
    return table


def _likeness_status(settings: Settings) -> tuple[str, str]:
    """Whether the second net under the red flags can be used, and what keeps it off."""
    from bedside.core.errors import BedsideError
    from bedside.core.weights import weight_status
    from bedside.tools.redflags.likeness import load_likeness

    if not settings.likeness:
        return "off", "BEDSIDE_LIKENESS is false"
    try:
        load_likeness()
    except BedsideError as error:
        return "damaged", str(error)
    embedder = weight_status("minilm", settings).state
    return (embedder, "" if embedder == "ready" else "needs minilm")


def _state(state: str) -> str:
    return f"[{_COLOUR[state]}]{state}[/{_COLOUR[state]}]"
