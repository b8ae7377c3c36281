"""What a text must hold for a regular expression to be worth trying on it."""

from __future__ import annotations

import re
from typing import Any

# The parser of `re` itself; private in its name from Python 3.11 on.
try:
    from re import _parser as parser  # type: ignore[attr-defined,unused-ignore]
except ImportError:
    import sre_parse as parser  # type: ignore[no-redef,unused-ignore]

_SHORTEST = 3


def needed(pattern: str) -> tuple[str, ...]:
    """Lower-case strings of which every match of a pattern holds one; () where none can be told.

    A pattern over a whole note costs milliseconds and `in` costs microseconds, so that what cannot match is not tried.
    """
    return _of(list(parser.parse(pattern, re.I)))


def _of(items: list[Any]) -> tuple[str, ...]:
    """The best of a sequence: of its runs of letters and its groups, those whose shortest string is longest."""
    best: tuple[str, ...] = ()
    run = ""
    for name, value in [(str(op), av) for op, av in items] + [("", None)]:
        if name == "LITERAL" and 32 <= value < 128:
            run += chr(value).lower()
            continue
        best, run = _better(best, (run,)), ""
        if name == "SUBPATTERN":
            best = _better(best, _of(list(value[-1])))
        elif name == "BRANCH":
            branches = [_of(list(branch)) for branch in value[1]]
            if all(branches):
                best = _better(best, tuple(dict.fromkeys(text for branch in branches for text in branch)))
        elif name == "MAX_REPEAT" and value[0] > 0:
            best = _better(best, _of(list(value[-1])))
    return best


def _better(one: tuple[str, ...], other: tuple[str, ...]) -> tuple[str, ...]:
    def worth(texts: tuple[str, ...]) -> int:
        return min((len(t) for t in texts), default=0)

    if worth(other) < _SHORTEST:
        return one
    return other if worth(other) > worth(one) else one
