"""Which file is compared with which: what was handed over as a prior, else what the thread or the dates tell."""

from __future__ import annotations

import re

from bedside.agent.state import Call
from bedside.core.answer import Refusal
from bedside.core.case import Attachment

COMPARE = "compare_prior"
_KINDS = ("image", "volume")
_OF_CHANGE = re.compile(
    r"\b(?:chang(?:e|ed|es|ing)|compar(?:e|ed|ing|ison)|prior|previous(?:ly)?|progress(?:ed|ing|ion)?|evolv(?:ed|ing)|"
    r"grown|growth|growing|shrunk|shrinking|(?:larger|smaller|bigger|worse|better) (?:than|since)|interval|"
    r"since (?:the )?last|stable)\b",
    re.I,
)
_WHICH = Refusal(
    code="BED-COMPARE-001",
    subject="Comparison with a prior",
    why="Two images are attached and neither their dates nor you say which is the earlier.",
    do="Attach the earlier one as the prior (`--prior FILE`), or in a message before this one.",
)
Pair = tuple[Attachment, Attachment]


def pairs_of(
    question: str, new: tuple[Attachment, ...], old: tuple[Attachment, ...]
) -> tuple[tuple[Pair, ...], tuple[Refusal, ...]]:
    """The comparisons that this turn asks for, each as (current, prior).

    A file handed over as a prior is always compared. Otherwise the question must ask about change: then the prior is
    the last image of the same kind of an earlier message, or, of two in one message, the one that was made earlier.

    Args:
        question: the user's words.
        new: the files of this message.
        old: those of earlier ones.

    Returns:
        The pairs; and a refusal where two images are there and which is the earlier cannot be told.
    """
    images = [a for a in new if _is_image(a)]
    earlier = [a for a in old if _is_image(a)]
    current = [a for a in images if not a.prior]
    given = [a for a in images if a.prior]
    if given:
        return _paired(current or [a for a in earlier if not a.prior][-1:], given), ()
    if not _OF_CHANGE.search(question):
        return (), ()
    if current and earlier:
        return _paired(current, earlier), ()
    if not current:
        marked = [a for a in earlier if a.prior]
        rest = [a for a in earlier if not a.prior]
        return _paired(rest[-1:], marked or rest[:-1]), ()
    return _by_date(current)


def calls_for(pairs: tuple[Pair, ...]) -> tuple[Call, ...]:
    """A call of the comparison for each pair."""
    return tuple(
        Call(tool=COMPARE, attachment=now.id, prior=prior.id, reason="a prior is there") for now, prior in pairs
    )


def _is_image(attachment: Attachment) -> bool:
    return attachment.study is not None and attachment.study.kind in _KINDS


def _kind(attachment: Attachment) -> str:
    return attachment.study.kind if attachment.study is not None else ""


def _day(attachment: Attachment) -> str:
    return attachment.study.acquired if attachment.study is not None else ""


def _paired(current: list[Attachment], priors: list[Attachment]) -> tuple[Pair, ...]:
    """Each current image with the latest prior of its kind; where there is none of its kind, the comparison says so."""
    pairs = []
    for now in current:
        alike = [p for p in priors if _kind(p) == _kind(now)] or priors
        if alike:
            pairs.append((now, max(alike, key=lambda p: (_day(p), priors.index(p)))))
    return tuple(pairs)


def _by_date(current: list[Attachment]) -> tuple[tuple[Pair, ...], tuple[Refusal, ...]]:
    alike = [a for a in current if _kind(a) == _kind(current[0])]
    if len(alike) < 2:
        return (), ()
    days = sorted({_day(a) for a in alike})
    if "" in days or len(days) < len(alike):
        return (), (_WHICH,)
    *before, now = sorted(alike, key=_day)
    return ((now, before[-1]),), ()
