"""`bedside knowledge coverage`, `review` and `find`: the guideline library itself."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from bedside.retrieval.guideline_filter import GuidelineFilter


def coverage() -> None:
    """The guideline library by specialty and year, as Markdown (docs/guidelines.md is this page)."""
    from bedside.core.settings import Settings
    from bedside.knowledge.coverage import coverage_page
    from bedside.knowledge.library import load_library

    typer.echo(coverage_page(load_library(Settings())), nl=False)


def review(
    draw: Annotated[int, typer.Option("--draw", help="Draw so many at random to compare yourself.")] = 0,
    seed: Annotated[int, typer.Option("--seed", help="Of the draw.")] = 1,
) -> None:
    """The random draws of recommendations that were compared with their published sources: sources and verdicts.

    Example: bedside knowledge review --draw 40 --seed 7
    """
    from bedside.core.settings import Settings
    from bedside.knowledge import review as reviewing
    from bedside.knowledge.library import load_library

    if draw:
        for passage in reviewing.draw(load_library(Settings()), draw, seed):
            guideline, recommendation = passage.guideline, passage.recommendation
            graded = f"{recommendation.strength}; {recommendation.certainty}"
            typer.echo(f"{passage.id} ({guideline.short}, {recommendation.section}; {graded})")
            typer.echo(f"   {passage.text}\n   {guideline.link}")
        return
    for held in reviewing.reviews():
        typer.echo(
            f"\nDrawn from {held.held:,} recommendations by seed {held.seed}, compared on {held.on}: {held.when}."
        )
        for row in held.rows:
            typer.echo(f"\n{row.passage}: {row.verdict} ({row.read})\n   {row.found}")
            typer.echo("".join(f"   read: {source}\n" for source in row.sources), nl=False)
            if row.remark:
                typer.echo(f"   remark: {row.remark}")
        counted = ", ".join(f"{verdict} {count}" for verdict, count in held.counts().items())
        typer.echo(f"\nOf {len(held.rows)}: {counted}.")


def find(
    query: Annotated[str, typer.Argument(help="A clinical question, in words.")],
    specialty: Annotated[list[str] | None, typer.Option("--specialty", help="Only of these (cardiology).")] = None,
    body: Annotated[list[str] | None, typer.Option("--body", help="Only by these (NICE, ESC).")] = None,
    since: Annotated[int | None, typer.Option("--since", help="Only of that year or later.")] = None,
    current: Annotated[bool, typer.Option("--current", help="Nothing superseded.")] = False,
    about: Annotated[
        list[str] | None, typer.Option("--about", help="Only on: children, pregnancy, breastfeeding, dialysis.")
    ] = None,
    top: Annotated[int, typer.Option("--top", "-n", help="How many at most.")] = 5,
    json: Annotated[bool, typer.Option("--json", help="One JSON object a line.")] = False,
) -> None:
    """Search the guideline library; nothing is printed but "none" where nothing held answers.

    Example: bedside knowledge find "NSTEMI, which P2Y12 inhibitor?" --body ESC --since 2023 --current
    """
    from bedside.core.settings import Settings
    from bedside.knowledge.library import load_library
    from bedside.retrieval.intent import intents_of
    from bedside.retrieval.search import Retriever

    settings = Settings()
    retriever = Retriever(settings, load_library(settings))
    only = _filter(specialty, body, since, current, about)
    hits = retriever.search(query, top_k=top, intents=intents_of(query), only=only)
    for hit in hits:
        if json:
            typer.echo(hit.model_dump_json())
            continue
        passage = retriever.library.passage(hit.passage_id)
        guideline, recommendation = passage.guideline, passage.recommendation
        standing = "" if guideline.status == "current" else f", {guideline.status}"
        typer.echo(f"{hit.rank}. {guideline.short}, {recommendation.section}{standing} [{passage.id}] {hit.score:.2f}")
        typer.echo(f"   {passage.text}\n   {recommendation.strength}; {guideline.link}\n")
    if not hits and not json:
        typer.echo("None: no guideline passage held here answers.")


def _filter(
    specialty: list[str] | None, body: list[str] | None, since: int | None, current: bool, about: list[str] | None
) -> GuidelineFilter:
    from pydantic import ValidationError

    from bedside.retrieval.guideline_filter import GuidelineFilter

    try:
        return GuidelineFilter.model_validate({
            "specialties": specialty or (), "bodies": body or (), "since": since, "current": current,
            "groups": about or (),
        })  # fmt: skip
    except ValidationError as error:
        first = error.errors()[0]
        raise typer.BadParameter(f"{first['input']!r}: {first['msg']}") from error
