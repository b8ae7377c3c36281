"""A human at the terminal as the doctor."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path

from bedside.evals.patients.actions import Abstain, Action, Ask, Choose, Diagnose, Named, RequestImage, RequestTest
from bedside.evals.patients.contract import Step, View

HELP = "Write a question, or: test NAME, image NAME, diagnosis NAME; NAME; …, answer LETTER, stop."
# Endings that a viewer goes by; any other may be part of a name that tells the answer.
_ENDINGS = (".nii.gz", ".nii", ".nrrd", ".png", ".jpg", ".jpeg", ".tif", ".tiff", ".bmp", ".gif", ".webp", ".dcm")


class HumanDoctor:
    """Shows what was said, names the files of pictures to open, and reads the next action from the terminal."""

    name = "human"

    def __init__(self) -> None:
        self._begin()

    def _begin(self) -> None:
        """A folder for copies of one case's pictures: those of some sets may not be left lying about."""
        self._folder = tempfile.TemporaryDirectory(prefix="bedside-images-")
        self._opened: set[str] = set()

    def act(self, view: View) -> Step:
        """The next action; empty lines ask again."""
        import typer

        first = not any(said.speaker == "doctor" for said in view.said)
        if first:
            self._folder.cleanup()
            self._begin()
            typer.echo("\n" + "\n".join(text for text in (view.objective, view.context, view.question) if text))
            for option in view.options:
                typer.echo(f"  {option.letter}. {option.text}")
        for said in view.said[-1:]:
            typer.echo(f"{said.speaker}: {said.text}")
        fresh = view.given if first else view.said[-1].pictures
        for place, path in enumerate(view.pictures, 1):
            if path in fresh:
                typer.echo(self._copied(place, path))
        if first:
            typer.echo(HELP)
        action = read_action(typer.prompt(f"you ({view.turns_left} left)"))
        return Step(action=action, looked=len(self._opened))

    def _copied(self, place: int, path: str) -> str:
        """Where a picture can be opened: a copy, since the set's own name may tell the answer."""
        ending = next((e for e in _ENDINGS if path.lower().endswith(e)), "")
        copy = Path(tempfile.mkdtemp(dir=self._folder.name)) / f"image-{place}{ending}"
        try:
            shutil.copyfile(path, copy)
        except OSError as error:
            return f"[image {place} cannot be opened: {error.strerror}]"
        self._opened.add(path)
        return f"[image {place}: open {copy}]"


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
