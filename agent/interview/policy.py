"""What an interview does next: openers, what would make an emergency, then whatever tells most for what it costs.

Nothing is asked twice, nobody is asked what cannot be of their age and sex, and tests are ordered by their names. The
constants were chosen on the dev half of AgentClinic's cases (`evals/tasks/dialogues.py`).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal, NamedTuple

import numpy as np

from bedside.agent.interview.asking import question_about
from bedside.agent.interview.emergencies import would_settle
from bedside.agent.interview.first_tests import first_tests
from bedside.agent.interview.heard import Heard
from bedside.agent.interview.ordering import GENERAL, ordered_as
from bedside.agent.interview.parent import to_parent
from bedside.agent.interview.suits import suits
from bedside.agent.interview.words import (
    COMPLAINT,
    COMPLAINT_AND_AGE,
    EXAMINE,
    PAST,
    ROUTINE,
    SEX,
    SYMPTOMS,
    WELCOME,
    life_of,
)
from bedside.core.base import Frozen
from bedside.tools.differential.observed import UNKNOWN
from bedside.tools.differential.question import gains, related
from bedside.tools.differential.rank import Ranking
from bedside.tools.differential.table import Floats, askable

# Stop where nothing left tells this many bits for the cost of a question, or the first disease has this share.
LEAST_WORTH = 0.02
SURE = 0.97
# After each answer in a row that told nothing new, the next of its kind is taken to tell this share of what it would.
FADES = 0.35
# So many things may be asked, and tests ordered, in a turn; what goes along is worth at least this share of the first.
ASKED_AT_ONCE, ORDERED_AT_ONCE, GOES_ALONG = 2, 3, 0.3
# A finding that would raise a red flag is asked for before all else where it is at least so likely.
LIKELY_FLAG = 0.05
# What an examination of one region still tells after the whole patient was examined.
LOOKED = 0.1
# Before the end, so many tests that weigh at least this much are ordered for the first, the second … diagnosis.
CONFIRMED_BY, LEAST_WEIGHT = (2, 2, 2), 1.0
# ... as far as it has this share; and what only a specialist does (a biopsy, a lumbar puncture) from this share on.
CONFIRMED_FROM, SPECIALIST_FROM = 0.05, 0.2
# What a test tells beside its best finding counts by this share, since what one shows another often shows too.
BESIDE = 0.3


class Move(Frozen):
    """What is done next: a question to the patient, a request for tests, or the end; and why, in words."""

    kind: Literal["ask", "test", "conclude"]
    text: str = ""
    why: str = ""


class Worth(NamedTuple):
    """One thing that could be asked or ordered: bits for the cost of a question, the words, and the column."""

    worth: float
    kind: Literal["ask", "test"]
    text: str
    column: int


def next_move(heard: Heard, turns_left: int) -> Move:
    """The next move; the parent of a small child is asked about the child.

    Args:
        heard: so far.
        turns_left: how many questions and requests there may be.
    """
    return _put(_next(heard, turns_left), heard)


def _next(heard: Heard, turns_left: int) -> Move:
    if turns_left <= 0:
        return Move(kind="conclude", why="there are no turns left")
    opening = _opening(heard)
    if opening is not None:
        return opening
    ranking = heard.ranking
    if ranking is None:
        return _called_for(heard) or _nothing_known(heard)
    return _flag(heard, ranking) or _called_for(heard) or _most_worth(heard, ranking)


def opening_move(heard: Heard) -> Move | None:
    """The openers, each once, to the parent of a small child; None where all were put."""
    move = _opening(heard)
    return None if move is None else _put(move, heard)


def _put(move: Move, heard: Heard) -> Move:
    """As it is put: a question about a small child to its parent."""
    return move.model_copy(update={"text": to_parent(move.text, heard.person)}) if move.kind == "ask" else move


def _opening(heard: Heard) -> Move | None:
    person = heard.person
    if "complaint" not in heard.put:
        words = COMPLAINT_AND_AGE if person.age is None else COMPLAINT
        return Move(kind="ask", text=f"{WELCOME} {words}")
    if "symptoms" not in heard.put:
        return Move(kind="ask", text=SYMPTOMS)
    if not person.sex and "sex" not in heard.put:
        return Move(kind="ask", text=SEX)
    if "examine" not in heard.put:
        return Move(kind="test", text=EXAMINE)
    if "past" not in heard.put:
        return Move(kind="ask", text=f"{PAST} {life_of(person)}")
    return None


def _flag(heard: Heard, ranking: Ranking) -> Move | None:
    """The question about what would make an emergency of this, where that is likely enough."""
    table, observed = ranking.table, ranking.observed
    known = {c.finding.name for c, s in zip(table.columns, observed.state, strict=True) if s != UNKNOWN}
    settles = would_settle(heard.facts, known | heard.asked)
    likely: list[tuple[float, str]] = []
    for name in settles:
        for i in table.reads.get(name, ()):
            column = table.columns[i]
            question = question_about(column.finding)
            if column.condition.op or not question or not suits(question, heard.person):
                continue
            share = float(ranking.share @ table.share[:, i])
            if share >= LIKELY_FLAG:
                likely.append((share, question))
    asked = list(dict.fromkeys(q for _, q in sorted(likely, reverse=True)))[:ASKED_AT_ONCE]
    return Move(kind="ask", text=" ".join(asked), why="it would settle a possible emergency") if asked else None


def _called_for(heard: Heard) -> Move | None:
    """The tests that what was told calls for; None where all were ordered."""
    tests = first_tests(heard)[:ORDERED_AT_ONCE]
    return Move(kind="test", text="; ".join(tests), why="what was told calls for them") if tests else None


def _nothing_known(heard: Heard) -> Move:
    """The usual tests where nothing points to a disease held here, and then the end."""
    if "routine" in heard.put:
        return Move(kind="conclude", why="nothing was said or found that a disease held here is known by")
    return Move(kind="test", text=f"{ROUTINE}; urinalysis; ECG; chest X-ray")


def _most_worth(heard: Heard, ranking: Ranking) -> Move:
    """The questions or the tests that tell most for their cost; the end where that is too little."""
    if float(ranking.share[ranking.order[0]]) >= SURE:
        return _confirmed(heard, ranking, "one diagnosis stands far before the others")
    told = gains(ranking)
    options = sorted([*_questions(heard, ranking, told), *_tests(heard, ranking, told)], key=lambda w: -w.worth)
    if not options or options[0].worth < LEAST_WORTH:
        return _confirmed(heard, ranking, "nothing left to ask or test tells enough for what it costs")
    best = options[0]
    most = ASKED_AT_ONCE if best.kind == "ask" else ORDERED_AT_ONCE
    along = [o for o in options if o.kind == best.kind and o.worth >= GOES_ALONG * best.worth]
    texts = list(dict.fromkeys(o.text for o in _apart(along, ranking)))[:most]
    bloods = any(ranking.table.columns[o.column].by == "blood" for o in along)
    if best.kind == "test" and "routine" not in heard.put and bloods:
        texts = [ROUTINE, *texts]
    why = f"it tells {best.worth:.2f} bits for the cost of a question"
    return Move(kind=best.kind, text=(" " if best.kind == "ask" else "; ").join(texts), why=why)


def _confirmed(heard: Heard, ranking: Ranking, why: str) -> Move:
    """The end, once the tests that weigh most for and against the first diagnoses were ordered; else those tests."""
    names: list[str] = []
    for d, most in zip(ranking.candidates(), CONFIRMED_BY, strict=False):
        if float(ranking.share[d]) >= CONFIRMED_FROM:
            names += _confirming(heard, ranking, d, most)
    left = [name for name in dict.fromkeys(names) if name.lower() not in heard.tests]
    if not left:
        return Move(kind="conclude", why=why)
    return Move(kind="test", text="; ".join(left), why="they weigh most for or against the first diagnoses")


def _confirming(heard: Heard, ranking: Ranking, d: int, most: int) -> list[str]:
    """The tests that weigh most for or against one disease, ordered or not, as far as it names what they show."""
    table = ranking.table
    share = table.share[d]
    weight = table.kept * (share * np.maximum(table.there[d], 0) + (1 - share) * np.maximum(-table.gone[d], 0))
    weight = np.where(table.named[d], weight, 0.0)
    left_out = ("ask", "examine", "specialist") if ranking.share[d] < SPECIALIST_FROM else ("ask", "examine")
    out: dict[str, None] = {}
    for f in np.argsort(-weight, kind="stable"):
        column = table.columns[f]
        if len(out) == most or weight[f] < LEAST_WEIGHT:
            break
        name = ordered_as(column) if column.by not in left_out else ""
        if name and suits(name, heard.person):
            out[name] = None
    return list(out)


def _apart(options: list[Worth], ranking: Ranking) -> list[Worth]:
    """Those of which none implies one before it, or is implied by it; tests as they are."""
    out: list[Worth] = []
    for option in options:
        if option.kind == "test" or not any(related(ranking, option.column, o.column) for o in out):
            out.append(option)
    return out


def _questions(heard: Heard, ranking: Ranking, told: Floats) -> Iterator[Worth]:
    """What the patient can be asked."""
    table = ranking.table
    fade = FADES ** heard.barren["patient"]
    done = _asked_columns(heard, ranking)
    for f in np.flatnonzero(told > 0):
        column = table.columns[f]
        if column.condition.op or done[f] or not askable(column):
            continue
        question = question_about(column.finding)
        if question and column.by in ("ask", "examine") and suits(question, heard.person):
            yield Worth(float(told[f]) * fade, "ask", question, int(f))


def _asked_columns(heard: Heard, ranking: Ranking) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    """(F,) whether a column was asked for, or is implied by one that was."""
    table = ranking.table
    own = np.zeros(len(table.columns), dtype=bool)
    own[[i for name in heard.asked for i in table.reads.get(name, ())]] = True
    done: np.ndarray[tuple[int], np.dtype[np.bool_]] = own | table.implies[own].any(axis=0)
    return done


def _tests(heard: Heard, ranking: Ranking, told: Floats) -> Iterator[Worth]:
    """What can be ordered or examined, each test with all that it would show."""
    table = ranking.table
    fade = FADES ** heard.barren["result"]
    shown: dict[str, list[int]] = {}
    for f in np.flatnonzero(told > 0):
        column = table.columns[f]
        if column.by == "ask" or not askable(column) or question_about(column.finding):
            continue
        shown.setdefault(ordered_as(column), []).append(int(f))
    for name, columns in shown.items():
        examined = name == GENERAL and "examine" in heard.put
        if name and not examined and name.lower() not in heard.tests and suits(name, heard.person):
            best = max(columns, key=lambda f: told[f])
            again = LOOKED if table.columns[best].by == "examine" and "examine" in heard.put else 1.0
            cost = float(table.costs[columns].min())
            yield Worth(_of_test(told[columns]) / cost * fade * again, "test", name, best)


def _of_test(told: Floats) -> float:
    """Bits of a test from those of its findings."""
    return float(told.max() + BESIDE * (told.sum() - told.max()))
