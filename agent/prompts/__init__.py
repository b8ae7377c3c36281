"""The prompts, one text file each."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path


@lru_cache(maxsize=32)
def prompt(name: str) -> str:
    """The text of ``agent/prompts/<name>.txt``; its fields are filled with `str.format`."""
    return Path(__file__).with_name(f"{name}.txt").read_text(encoding="utf-8")
