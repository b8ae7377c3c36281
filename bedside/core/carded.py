"""A weight that comes with Bedside: one file, and a JSON card beside it that begins with its sha256."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, NamedTuple

from bedside.core.errors import WeightError


class Carded(NamedTuple):
    """The bytes of a weight, what its card says, and the sha256 that both agree on."""

    content: bytes
    card: dict[str, Any]
    sha256: str


def read_carded(weight: Path, card: Path, limit: int, unusable: Callable[[str], WeightError]) -> Carded:
    """Reads what `write_carded` wrote.

    Args:
        weight: the file.
        card: the JSON beside it.
        limit: bytes; a file that is larger is not ours.
        unusable: the error for the reason given.

    Raises:
        WeightError: a file is not there, or the sha256 is not that of the card.
    """
    try:
        known = json.loads(card.read_text(encoding="utf-8"))
        content, expected = weight.read_bytes(), known["sha256"]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise unusable(repr(error)[:300]) from error
    found = hashlib.sha256(content).hexdigest()
    if len(content) > limit or found != expected:
        raise unusable(f"its sha256 is {found}, not {expected}")
    return Carded(content, known, found)


def write_carded(weight: Path, content: bytes, card: Path, facts: Mapping[str, Any]) -> Path:
    """Writes the weight and, with its sha256 first, the card."""
    weight.parent.mkdir(parents=True, exist_ok=True)
    weight.write_bytes(content)
    known = {"sha256": hashlib.sha256(content).hexdigest(), **facts}
    card.write_text(json.dumps(known, indent=2) + "\n", encoding="utf-8")
    return weight
