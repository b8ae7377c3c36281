"""A model that judges by one token of a few: named with its prompt, each verdict kept, never asked for ever."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from pydantic import ValidationError

from bedside.core.base import Frozen
from bedside.core.errors import ModelOutputError, ModelUnavailableError, StorageError

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel

# After so many calls without an answer, one after the other, the model is not asked again.
_PATIENCE = 3
_AWAY = "away"


class Verdict(Frozen):
    """One verdict.

    Attributes:
        judge: model and prompt that gave it.
        about: what was judged, as it was filled into the prompt.
        option: what was picked; None where the model picked nothing, which counts as wrong.
        probability: of the option, from the model's next token, not calibrated.
        why: the code of the failure where there is no verdict.
    """

    judge: str
    about: tuple[str, ...]
    option: str | None
    probability: float | None = None
    why: str = ""


class OneTokenJudge:
    """Picks one of a few options, once for the same thing.

    Args:
        model: the model; None gives only the verdicts that are kept.
        name: of the model, as reports have it.
        prompt: with a place for each thing that is filled in: ``{0}``.
        kept: a JSON lines file of verdicts; None keeps them in memory.

    Raises:
        StorageError: the file cannot be read.
    """

    def __init__(self, model: BaseChatModel | None, name: str, prompt: str, kept: Path | None = None) -> None:
        self._model, self._prompt, self._kept = model, prompt, kept
        self.name = f"{name}, prompt {hashlib.sha256(prompt.encode()).hexdigest()[:8]}"
        self._silent = 0
        rows = _read(kept) if kept is not None else []
        self._known = {v.about: v for v in rows if v.judge == self.name}
        self.given: dict[tuple[str, ...], Verdict] = {}

    def pick(self, about: tuple[str, ...], options: Sequence[str]) -> Verdict:
        """The verdict on one thing: the one that is kept, else the model's.

        Raises:
            StorageError: the verdict cannot be kept.
        """
        verdict = self._known.get(about)
        if verdict is None:
            verdict = self._known[about] = self._ask(about, options)
            # A server that was away may be back at the next run: what it did not answer is not kept on disk.
            if self._kept is not None and not verdict.why.startswith(_AWAY):
                _append(self._kept, verdict)
        self.given[about] = verdict
        return verdict

    def _ask(self, about: tuple[str, ...], options: Sequence[str]) -> Verdict:
        from bedside.agent.models.decide import choose

        if self._model is None or self._silent >= _PATIENCE:
            return self._none(about, f"{_AWAY}: not asked again")
        try:
            choice = choose(self._model, self._prompt.format(*about), options)
        except ModelOutputError as error:
            return self._none(about, error.code)
        except ModelUnavailableError as error:
            self._silent += 1
            return self._none(about, f"{_AWAY}: {error.code}")
        self._silent = 0
        best = choice.best
        return Verdict(judge=self.name, about=about, option=best, probability=round(choice.probabilities[best], 4))

    def _none(self, about: tuple[str, ...], why: str) -> Verdict:
        return Verdict(judge=self.name, about=about, option=None, why=why)


def one_line(text: str, most: int = 200) -> str:
    """One line of at most so many characters: what is judged is data, and may be a model's."""
    return " ".join(text.split())[:most]


def _read(path: Path) -> list[Verdict]:
    """The verdicts of a file; a line that was cut off is left out, and asked again."""
    if not path.exists():
        return []
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise StorageError(f"{path} cannot be read: {error}.", "Move the file away.") from error
    out = []
    for line in lines:
        try:
            out.append(Verdict.model_validate_json(line))
        except ValidationError:
            continue
    return out


def _append(path: Path, verdict: Verdict) -> None:
    """A line of its own, also behind one that was cut off."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("a+b") as file:
            if file.tell() and not _ends_line(file):
                file.write(b"\n")
            file.write(verdict.model_dump_json().encode() + b"\n")
    except OSError as error:
        raise StorageError(f"{path} cannot be written: {error}.", "Free the disk, or move the file away.") from error


def _ends_line(file: BinaryIO) -> bool:
    file.seek(-1, os.SEEK_END)
    return file.read(1) == b"\n"
