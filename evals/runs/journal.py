"""Finished dialogues, one line each, on disk before the next begins: a kill costs the dialogue in flight at most."""

from __future__ import annotations

import os
from pathlib import Path

from pydantic import ValidationError

from bedside.core.errors import StorageError
from bedside.evals.patients.dialogue import Dialogue


class Journal:
    """An append-only file of dialogues.

    Args:
        path: of the file; its folder is made.
    """

    def __init__(self, path: Path) -> None:
        self.path = path

    def read(self) -> dict[str, Dialogue]:
        """The finished dialogues by case, in the order in which they were kept; a last line that is cut off is dropped.

        Raises:
            StorageError: the file cannot be read, or a line that is not the last is no dialogue.
        """
        try:
            lines = self.path.read_text(encoding="utf-8").split("\n") if self.path.exists() else []
        except (OSError, UnicodeDecodeError) as error:
            raise _unreadable(self.path, str(error)) from error
        out: dict[str, Dialogue] = {}
        for number, line in enumerate(lines, 1):
            if not line.strip():
                continue
            try:
                dialogue = Dialogue.model_validate_json(line)
            except ValidationError as error:
                if number == len(lines):
                    break
                raise _unreadable(self.path, f"line {number} is no dialogue") from error
            out.pop(dialogue.case, None)  # the order is that in which they were kept
            out[dialogue.case] = dialogue
        return out

    def begin(self) -> dict[str, Dialogue]:
        """Reads, cuts off what a killed run left half-written, and returns the finished dialogues.

        Raises:
            StorageError: the file cannot be read or written.
        """
        done = self.read()
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            if self.path.exists():
                with self.path.open("rb+") as file:
                    whole = file.read()
                    file.truncate(whole.rfind(b"\n") + 1)
        except OSError as error:
            raise _unreadable(self.path, str(error)) from error
        return done

    def set_aside(self) -> None:
        """Puts what is there beside itself, so that `begin` finds nothing; what was put aside before goes.

        Raises:
            StorageError: the file cannot be moved.
        """
        try:
            if self.path.exists():
                self.path.replace(self.path.with_suffix(".before.jsonl"))
        except OSError as error:
            raise _unreadable(self.path, str(error)) from error

    def add(self, dialogue: Dialogue) -> None:
        """Appends a dialogue; it is on disk when this returns.

        Raises:
            StorageError: the disk is full or the file cannot be written.
        """
        try:
            with self.path.open("a", encoding="utf-8") as file:
                file.write(dialogue.model_dump_json() + "\n")
                file.flush()
                os.fsync(file.fileno())
        except OSError as error:
            raise _unreadable(self.path, str(error)) from error


def _unreadable(path: Path, why: str) -> StorageError:
    return StorageError(f"The journal {path} cannot be used: {why}.", "Free the disk, or move the file away.")
