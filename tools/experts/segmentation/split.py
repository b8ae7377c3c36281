"""Which part of a set a person belongs to."""

from __future__ import annotations

import hashlib

PARTS = ("train", "validation", "held-out")


def part_of(model: str, person: str, train: float, validation: float) -> str:
    """The person's part, by the hash of the name: the same on every machine, whatever else is there.

    Args:
        model: whose split it is.
        person: the person's name in the set.
        train: the share of persons to fit on.
        validation: the share to check on; the rest is held out.
    """
    share = int.from_bytes(hashlib.sha256(f"{model} {person}".encode()).digest()[:4], "big") / 2**32
    return PARTS[0] if share < train else PARTS[1] if share < train + validation else PARTS[2]
