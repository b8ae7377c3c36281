"""`bedside interview`: takes a history at the terminal, with a human as the patient."""

from __future__ import annotations

import json as json_module
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from bedside.agent.interview.conclude import Conclusion
    from bedside.agent.interview.session import Interview

_HELP = (
    "Answer in your own words. Where tests are asked for, write what they showed. An empty line means that it is not "
    "known; /end concludes now. Research software, not a medical device: in an emergency call for help."
)
_UNKNOWN = "I don't know."


def interview(
    told: Annotated[str, typer.Argument(help="What is known at the start: age, sex, complaint.")] = "",
    turns: Annotated[int, typer.Option(min=0, max=200, help="How many questions and requests there may be.")] = 20,
    json: Annotated[bool, typer.Option("--json", help="Print the conclusion as one JSON object.")] = False,
) -> None:
    """Take a history: Bedside asks, you answer; red flags are shown at once, sources at the end."""
    from bedside.api import Assistant

    talk: Interview = Assistant().interview(turns)
    typer.secho(_HELP, dim=True, err=json)
    shown: set[str] = set()
    move = talk.start(told)
    while move.kind != "conclude":
        _warn(talk, shown, json)
        typer.echo(move.text if move.kind == "ask" else f"Please give the result of: {move.text}", err=json)
        try:
            text = typer.prompt("you", prompt_suffix="> ", default="", show_default=False, err=json).strip()
        except (EOFError, typer.Abort):
            break
        if text == "/end":
            break
        move = talk.answer(text or _UNKNOWN)
    _warn(talk, shown, json)
    found = talk.conclude()
    if json:
        typer.echo(_as_json(found, talk))
    else:
        typer.echo()
        show_conclusion(found)


def _warn(talk: Interview, shown: set[str], quiet: bool) -> None:
    """Red flags that are new, at once."""
    for flag in talk.flags:
        if flag.id not in shown:
            shown.add(flag.id)
            typer.secho(f"! {flag.title}: {flag.why}. {flag.action}", fg=typer.colors.RED, bold=True, err=quiet)


def show_conclusion(found: Conclusion) -> None:
    """The conclusion in sections, with the words and the sources that each statement rests on."""
    from bedside.agent.render import evidence_line, sentence, source_line
    from bedside.core.answer import SECTION_TITLES, Section

    if found.why_not:
        typer.echo(f"Nothing is concluded: {found.why_not}.")
    for section in Section:
        claims = found.answer.section(section)
        if claims:
            typer.secho(SECTION_TITLES[section], bold=True)
            for claim in claims:
                typer.echo(f"  {sentence(claim)}")
    _show_words(found)
    for refusal in found.answer.refusals:
        typer.echo(f"{refusal.subject}: {refusal.why} {refusal.do}")
    typer.secho("For the patient", bold=True)
    typer.echo(f"  {found.plain}")
    typer.secho("Sources", bold=True)
    for evidence in found.answer.evidence.values():
        typer.echo(f"  [{evidence.id}] {evidence_line(evidence)} ({source_line(evidence)})")


def _show_words(found: Conclusion) -> None:
    """Each finding once, with the words it was read from and what it speaks for and against."""
    weighed: dict[tuple[str, str], dict[str, list[str]]] = {}
    for s in found.statements:
        weighed.setdefault((s.finding, s.words), {}).setdefault(s.way, []).append(s.diagnosis)
    if weighed:
        typer.secho("What that rests on", bold=True)
    for (finding, words), ways in weighed.items():
        spoken = [f"{way} {', '.join(names)}" for way, names in ways.items()]
        typer.echo(f'  {finding}: {"; ".join(spoken)}. "{words}"')


def _as_json(found: Conclusion, talk: Interview) -> str:
    said = [line.model_dump() for line in talk.lines]
    whole = {"said": said, **found.model_dump(mode="json")}
    return json_module.dumps(whole, ensure_ascii=False, indent=2)
