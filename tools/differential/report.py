"""A ranking in words: for, against and not asked of each disease, with the words of the record behind each."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from typing import Literal, NamedTuple

import numpy as np

from bedside.core.case import Fact, FactStatus
from bedside.core.evidence import Evidence, EvidenceKind, ScoreInput, Source
from bedside.core.units import show
from bedside.tools.differential import NEXT, RANKED, TYPE, URGENT
from bedside.tools.differential.observed import ABSENT, PRESENT, UNKNOWN
from bedside.tools.differential.question import NextQuestion, rules_out
from bedside.tools.differential.rank import Ranking
from bedside.tools.differential.table import Column

Way = Literal["for", "against", "unexplained by"]
SHOWN = 5
_URGENT_SHOWN = 4
# A disease that must not be missed is shown from this share on, as long as something that is there speaks for it.
URGENT_SHARE = 0.005
_FOR, _AGAINST, _OPEN = 5, 3, 3
_SAYS_SOMETHING = 0.05
_VERBS = {
    "ask": "Ask next",
    "examine": "Examine next",
    "bedside": "Test next, at the bedside",
    "blood": "Test next, in blood",
    "image": "Look next, by imaging",
    "specialist": "Consider next, by a specialist",
}
_ORDERS = {
    "ask": "Ask about",
    "examine": "Examine for",
    "bedside": "Test at the bedside for",
    "blood": "Order a blood test for",
    "image": "Order imaging for",
    "specialist": "Ask a specialist about",
}
_COMPARED = {"<": "below", "<=": "at most", ">": "above", ">=": "at least", "=": "equal to", "!=": "other than"}
LIMITS = (
    "The share is among the diseases held here, not a probability of disease; it has not been calibrated on patients.",
    "What is not held here, or was not read, cannot be in this list.",
)


class Basis(NamedTuple):
    """What every Evidence of one ranking rests on.

    Attributes:
        version: of the tool.
        dumped: the facts as JSON.
        latest: the last fact of each name and of whether it is there.
    """

    version: str
    dumped: tuple[str, ...]
    latest: dict[tuple[str, bool], Fact]

    @classmethod
    def of(cls, facts: tuple[Fact, ...], version: str) -> Basis:
        """Of the facts in the order in which they were read."""
        latest = {(f.name, f.status is FactStatus.PRESENT): f for f in facts}
        return cls(version, tuple(f.model_dump_json() for f in facts), latest)

    def hashed(self, *row: str) -> str:
        """The sha256 of the version, of what a row says and of the facts."""
        return hashlib.sha256("\x1f".join((self.version, *row, *self.dumped)).encode()).hexdigest()


def reported(ranking: Ranking, basis: Basis) -> tuple[Evidence, ...]:
    """The first `SHOWN`, then what must not be missed and is not among them."""
    first = ranking.candidates()[:SHOWN]
    ranked = [_ranked(ranking, d, place, basis) for place, d in enumerate(first, start=1)]
    return (*ranked, *(_urgent(ranking, d, basis) for d in urgent_below(ranking, first)))


def shown(ranking: Ranking) -> list[int]:
    """The diseases (row numbers) that `reported` shows."""
    first = ranking.candidates()[:SHOWN]
    return first + urgent_below(ranking, first)


def urgent_below(ranking: Ranking, first: Iterable[int]) -> list[int]:
    """The diseases (row numbers) that must not be missed, are likely enough to say so, and are not shown already."""
    wanted = ranking.table.urgent & (ranking.share >= URGENT_SHARE)
    known = set(first)
    return [d for d in ranking.candidates() if wanted[d] and d not in known][:_URGENT_SHOWN]


def _ranked(ranking: Ranking, d: int, place: int, basis: Basis) -> Evidence:
    row = ranking.table.diseases[d]
    urgent = ", not to be missed" if row.cannot_miss else ""
    statement = f"{place}. {row.name} ({row.icd10}){urgent}: {_why(ranking, d)}."
    return _evidence(ranking, d, statement, RANKED, basis)


def _urgent(ranking: Ranking, d: int, basis: Basis) -> Evidence:
    row = ranking.table.diseases[d]
    out = rules_out(ranking, d)
    test = f"; absence of {ranking.table.columns[out].label} would speak most against it" if out is not None else ""
    statement = f"Not to be missed: {row.name} ({row.icd10}): {_why(ranking, d)}{test}."
    return _evidence(ranking, d, statement, URGENT, basis)


def _why(ranking: Ranking, d: int) -> str:
    """For, against and not known, each part left out where it is empty."""
    for_, against, open_ = explained(ranking, d)
    parts = (
        ("for it", [c.label for c in for_]),
        ("against it", [_against(ranking, d, c) for c in against]),
        ("not known", [c.label for c in open_]),
    )
    return "; ".join(f"{words} {', '.join(said)}" for words, said in parts if said)


def explained(ranking: Ranking, d: int) -> tuple[tuple[Column, ...], tuple[Column, ...], tuple[Column, ...]]:
    """The columns that speak for a disease, against it, and those it names that are not known; the weightiest first."""
    table, state, weights = ranking.table, ranking.observed.state, ranking.weights(d)
    order = np.argsort(-np.abs(weights), kind="stable")
    said = [int(f) for f in order if abs(weights[f]) > _SAYS_SOMETHING]
    for_ = [f for f in said if weights[f] > 0 and state[f] == PRESENT]
    against = [f for f in said if weights[f] < 0]
    unknown = [int(f) for f in np.flatnonzero(table.named[d] & (state == UNKNOWN))]
    unknown.sort(key=lambda f: -max(table.there[d, f], -table.gone[d, f]))
    columns = table.columns
    return (
        tuple(columns[f] for f in for_[:_FOR]),
        tuple(columns[f] for f in against[:_AGAINST]),
        tuple(columns[f] for f in unknown[:_OPEN]),
    )


def _against(ranking: Ranking, d: int, column: Column) -> str:
    f = ranking.table.index[column.key]
    if ranking.observed.state[f] == ABSENT:
        return f"no {column.label}" if not column.condition.op else f"not {column.label}"
    return f"{column.label}, which it does not explain" if _unexplained(ranking, d, f) else column.label


def _unexplained(ranking: Ranking, d: int, f: int) -> bool:
    """Whether something is there that the disease does not name: no sign against it, but not explained by it."""
    return ranking.observed.state[f] != ABSENT and not ranking.table.named[d, f]


def _evidence(ranking: Ranking, d: int, statement: str, section: str, basis: Basis) -> Evidence:
    row = ranking.table.diseases[d]
    return Evidence(
        kind=EvidenceKind.SCORE,
        statement=statement,
        value=round(float(ranking.share[d]), 3),
        unit="1",
        source=Source(
            type=TYPE, id=row.id, version=basis.version, title=row.name, section=section, citation=row.source
        ),
        inputs=_inputs(ranking, d, basis),
        limits=(*LIMITS, *(f"{r.finding}: likelihood ratios of {r.source}." for r in row.evidence)),
        input_hash=basis.hashed(row.model_dump_json()),
    )


def _inputs(ranking: Ranking, d: int, basis: Basis) -> tuple[ScoreInput, ...]:
    """The facts that move the disease, each with where it was read and what it adds."""
    out = []
    weights = ranking.weights(d)
    for f in np.argsort(-np.abs(weights), kind="stable"):
        weight = float(weights[f])
        if abs(weight) <= _SAYS_SOMETHING:
            break
        column = ranking.table.columns[f]
        there = ranking.observed.state[f] == PRESENT
        fact = basis.latest.get((column.finding.name, there or bool(column.condition.op)))
        out.append(
            ScoreInput(
                name=column.finding.name,
                label=column.label,
                value="present" if there else "absent",
                as_written=fact.span.text if fact is not None else "",
                span=fact.span if fact is not None else None,
                note=f"{_way(ranking, d, int(f), weight)} it, weight {weight:+.2f}",
            )
        )
    return tuple(out)


def _way(ranking: Ranking, d: int, f: int, weight: float) -> Way:
    if weight > 0:
        return "for"
    return "unexplained by" if _unexplained(ranking, d, f) else "against"


def question_words(question: NextQuestion) -> str:
    """The question as it is put to a patient, or what the clinician would look for or order."""
    column = question.column
    if _is_asked(column):
        return column.finding.ask
    order = "Measure" if column.condition.op and column.by == "examine" else _ORDERS[column.by]
    return f"{order}: {_sought(column)}."


def question_evidence(ranking: Ranking, question: NextQuestion, basis: Basis) -> Evidence:
    """A next question as evidence: what it tells apart, in bits, and what it costs."""
    column = question.column
    names = [ranking.table.diseases[d].name for d in question.apart]
    apart = f"tells {names[0]} from {names[1]}" if len(names) > 1 else f"speaks for or against {names[0]}"
    words = column.finding.ask if _is_asked(column) else f"{_sought(column)}."
    statement = f"{_VERBS[column.by]}: {words} It {apart}."
    return Evidence(
        kind=EvidenceKind.SCORE,
        statement=statement,
        value=round(question.bits, 3),
        unit="bit",
        source=Source(type=TYPE, id=column.finding.name, version=basis.version, title=statement, section=NEXT),
        limits=(f"Chosen by expected information ({question.bits:.2f} bits, urgent diseases counted more) over cost.",),
        input_hash=basis.hashed(),
    )


def _is_asked(column: Column) -> bool:
    return column.by == "ask" and bool(column.finding.ask) and not column.condition.op


def _sought(column: Column) -> str:
    """What is looked for: "crackles in the lungs", "lactate, whether above 2 mmol/L"."""
    op, value = column.condition.op, column.condition.value
    if not op or isinstance(value, str):
        return column.label
    return f"{column.finding.label}, whether {_COMPARED[op]} {show(value, column.finding.unit)}"
