"""`bedside knowledge`: what the library holds."""

from __future__ import annotations

import typer

app = typer.Typer(no_args_is_help=True, help="What the guideline library holds, and your own documents beside it.")


@app.command("coverage")
def coverage() -> None:
    """The library by specialty and year, as Markdown (docs/guidelines.md is this page)."""
    from bedside.core.settings import Settings
    from bedside.knowledge.coverage import coverage_page
    from bedside.knowledge.library import load_library

    typer.echo(coverage_page(load_library(Settings())), nl=False)
