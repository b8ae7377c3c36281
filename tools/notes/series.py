"""Runs of one quantity: "GCS was 15 now 9", "K 5.2 -> 6.7", "RR 18 at 0800, 32 at 1000", "Cr 2.4 (baseline 1.0)"."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Protocol, TypeVar

from bedside.tools.notes.times import NOW, When, time_of

_CLOCK = (
    r"(?:at\s+|@\s?)(?:[01]?\d|2[0-3])(?:[:.]?[0-5]\d)?(?:\s?(?:h|hrs|am|pm)\b)?(?!\d)|"
    r"(?:at|on|in)\s+(?:triage|arrival|admission|ED|scene|presentation)\b"
)
_WORDS = (
    r"this morning|this afternoon|this evening|tonight|overnight|last night|yesterday(?: morning| evening)?|"
    r"(?:last|previous) (?:week|month|year|visit)|earlier(?: today)?|"
    r"\d+ (?:min|minute|hour|hr|day|week|month)s? (?:ago|earlier|later)|"
    r"today|now|currently|initially|on (?:mon|tues|wednes|thurs|fri|satur|sun)day"
)
_TIME = rf"(?:{_CLOCK}|{_WORDS})"
_LATER = r"(?:and |but |is |has )?(?:now|then|currently|today|repeat(?:ed)?|latest|later)|[-–=]*[>→]|→|⇒"
_MOVED = (
    r"(?:(?:rising|falling|dropping|up|down|rose|fell|dropped|risen|fallen|"
    r"improved|improving|increased|decreased|deteriorated|worsened) to|to now)"
)
_FORMER = (
    r"(?:(?:his |her |the |known |usual |normal )?baseline|was|were|prev(?:ious(?:ly)?)?\.?|usual(?:ly)?|normal(?:ly)?|"
    r"from|up from|down from|last)"
)
_FILLER = r"(?:\s*(?:is|was|of|at|to|about|=|:|~))?\s*"
_NEXT = re.compile(
    rf"\s*(?P<own>\(?(?!(?:now|currently|today)\W*\d){_TIME}\)?)?\s*(?P<bracket>[,;.]?\s*\(|[,;/])?\s*(?:and\s+)?"
    rf"(?:(?P<later>{_LATER}|{_MOVED})|(?P<former>{_FORMER})\b|(?P<stated>{_TIME}))?{_FILLER}(?=[\d.])",
    re.I,
)
_TO = re.compile(rf"\s*(?P<own>\(?{_TIME}\)?)?(?P<former>(?!))?(?P<stated>(?!))?\s*(?P<later>to)\s+(?=\d)", re.I)
_TRAILING = re.compile(rf"\s*\(?(?P<time>{_TIME}|baseline|usual|previously)", re.I)
_AT = re.compile(rf"\s*\(?(?P<time>{_CLOCK})", re.I)
_RUN = 12


class _Amount(Protocol):
    """A number with the end of its words."""

    @property
    def end(self) -> int: ...


T = TypeVar("T", bound=_Amount)


def read_run(
    text: str, start: int, position: int, first: T, parse: Callable[[int], T | None], *, moving: bool = False
) -> list[tuple[int, T, When | None]]:
    """The values of a run, the earliest-written first, each with where its number begins and its own time.

    Args:
        text: the whole text.
        start: where the name of the quantity begins.
        position: where the first number begins.
        first: the first number.
        parse: reads a plausible number at a position; None where there is none.
        moving: "from" stands before the first number, so that "to" leads to the next.

    Returns:
        One entry with time None, where no run follows; then the words around the value tell the time.
    """
    run: list[tuple[int, T, When | None]] = [(position, first, None)]
    while len(run) < _RUN:
        at, last, when = run[-1]
        link = (_TO if moving else _NEXT).match(text, last.end)
        if link is None:
            break
        following = parse(link.end())
        if following is None:
            break
        tail = _TRAILING.match(text, following.end)
        if not (link["later"] or link["former"] or link["stated"] or (link["own"] and tail)):
            break
        own = _clean(link["own"])
        if link["former"]:
            run[-1] = (at, last, when or (time_of(own) if own else NOW))
            said = _clean(tail["time"]) if tail else link["former"].lower()
            run.insert(len(run) - 1, (link.end(), following, When(said, 1.0, True)))
            break
        was = "was" if re.search(r"\bwas\b", text[start:at], re.I) else "earlier"
        run[-1] = (at, last, when if when and when.text and not own else time_of(own) if own else When(was, 0.04, True))
        word = re.match(r"(?:\w+ )?(now|currently|today)", link["later"] or "", re.I)
        said = (
            _clean(tail["time"])
            if tail and not _begins_another(text, tail)
            else (word[1] if word else _clean(link["stated"]))
        )
        run.append((link.end(), following, time_of(said) if said else NOW))
    return run


def clock_behind(text: str, end: int) -> When | None:
    """The clock time right behind a number ("at 0800"), or None."""
    found = _AT.match(text, end)
    return time_of(_clean(found["time"])) if found else None


def _begins_another(text: str, tail: re.Match[str]) -> bool:
    """Whether the time words behind a number belong to the next one ("15, then 12 now 9")."""
    return re.match(r"\W*\d", text[tail.end() :][:8]) is not None and "at" not in tail["time"].lower().split()[0]


def _clean(words: str | None) -> str:
    return (words or "").strip(" ()").lower()
