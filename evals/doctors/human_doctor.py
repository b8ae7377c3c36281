"""A human at the terminal as the doctor."""

from __future__ import annotations

from bedside.evals.patients.actions import Abstain, Action, Ask, Choose, Diagnose, Named, RequestImage, RequestTest
from bedside.evals.patients.contract import Step, View

HELP = "Write a question, or: test NAME, image NAME, diagnosis NAME; NAME; …, answer LETTER, stop."


class HumanDoctor:
    """Shows what was said and reads the next action from the terminal."""

    name = "human"

    def act(self, view: View) -> Step:
        """The next action; empty lines ask again."""
        import typer

        if not view.said:
            typer.echo(f"\n{view.objective}\n{view.question}".rstrip())
            for option in view.options:
                typer.echo(f"  {option.letter}. {option.text}")
            typer.echo(HELP)
        else:
            typer.echo(f"{view.said[-1].speaker}: {view.said[-1].text}")
        return Step(action=read_action(typer.prompt(f"you ({view.turns_left} left)")))


def read_action(text: str) -> Action:
    """A line of the terminal as an action."""
    word, _, rest = text.strip().partition(" ")
    rest = rest.strip()
    if word == "test" and rest:
        return RequestTest(name=rest)
    if word == "image" and rest:
        return RequestImage(name=rest)
    if word == "diagnosis" and rest:
        return Diagnose(ranked=tuple(Named(name=n.strip()) for n in rest.split(";") if n.strip()))
    if word == "answer" and rest:
        return Choose(letter=rest[:1].upper())
    if word == "stop" and not rest:
        return Abstain(why="stopped at the terminal")
    return Ask(text=text.strip())
