"""The made-up texts that the likeness to an emergency is fitted to, and those that are kept apart to test it."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from bedside.core.base import Frozen
from bedside.evals.rows import read_rows

_DATA = Path(__file__).resolve().parent / "data"
TRAINING, TEST = _DATA / "likeness_training.yaml", _DATA / "likeness_test.yaml"


class Told(Frozen):
    """A made-up text.

    Attributes:
        id: unique.
        style: who would write so.
        emergency: what to check for; "" where there is none.
        kind: of one without, what could mislead.
        text: as written.
    """

    id: str
    style: Literal["ward", "gp", "parent", "own", "triage", "question"]
    emergency: str = ""
    kind: Literal[
        "", "negated", "family", "past", "hypothetical", "lookalike", "question", "ordinary", "drug", "document"
    ] = ""
    text: str


def read_told(path: Path = TRAINING) -> tuple[Told, ...]:
    """The texts of a file of the form of `likeness_training.yaml`.

    Raises:
        SettingsError: it cannot be read or breaks the form.
    """
    from pydantic import TypeAdapter

    return read_rows(path, TypeAdapter(tuple[Told, ...]), "texts", TRAINING)
