"""Whether there is a corpus at all, told without opening it."""

from __future__ import annotations

from pathlib import Path

from bedside.retrieval.corpus.database import FILE


def holds_corpus(folder: Path) -> bool:
    """Whether documents were ever added to that folder."""
    return (folder / FILE).is_file()
