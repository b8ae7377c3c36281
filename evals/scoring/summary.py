"""The figures of a run: means of marks, shares of counts, confidence, F1, and what is right in each stratum."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from bedside.evals.patients.actions import Choose, Diagnose
from bedside.evals.patients.case import Gold, Row
from bedside.evals.patients.dialogue import Dialogue
from bedside.evals.registry import Score
from bedside.evals.scoring.by_questions import AT, right_within
from bedside.evals.scoring.class_f1 import NONE, weighted_f1
from bedside.evals.scoring.confidence import Sure, accuracy_at, area, calibration_error, confidence_of, estimated
from bedside.evals.scoring.corrections import FLAG
from bedside.evals.scoring.marks import ABSTAINED, FAILED, FIRST, FIVE
from bedside.evals.scoring.outcome import FACTS_TOLD, RESULTS_SEEN
from bedside.evals.scoring.ratios import PARTS, RATIOS, ratio
from bedside.evals.scoring.rubric import TOTAL
from bedside.evals.scoring.same_diagnosis import place
from bedside.evals.scoring.text_match import EXACT, MATCH, SHARED
from bedside.evals.stats import Estimate, bootstrap, proportion

SHARES = (FIRST, FIVE, ABSTAINED, FAILED, EXACT, MATCH, FLAG)
_HEADLINES = (FIRST, FIVE, FLAG, TOTAL, MATCH, SHARED, "ROUGE-1", "ROUGE-L")
# Counts that say something for themselves, beside the share that they are part of.
_SHOWN_ALONE = frozenset({"red flags missed", "unsafe advice", "statements"})
_HALF = 0.5

Marks = Sequence[Mapping[str, float]]


def scores_of(rows: Sequence[Row], dialogues: Sequence[Dialogue], marks: Marks, system: str) -> list[Score]:
    """Every figure of one system.

    Args:
        rows: the cases.
        dialogues: of the same cases, in order.
        marks: of `marks_of_all`, in order.
        system: its name in the report.
    """
    if not rows:
        return []
    # Of a set that also asks for texts, what is said of answers is said of the rows that have an answer.
    answers = [i for i, m in enumerate(marks) if FIRST in m]
    placed = [marks[i] for i in answers]
    ends = [dialogues[i] for i in answers]
    more = _of_confidence(ends, placed) | _of_classes([rows[i] for i in answers], ends) | _within(placed)
    all_of = figures_of(held_marks(rows, marks)) | more
    return [Score(metric=name, system=system, estimate=e) for name, e in all_of.items()] + _strata(rows, marks, system)


def figures_of(marks: Marks) -> dict[str, Estimate]:
    """The mean of each mark over the cases that have it, and each share of counts of which there are any."""
    names = names_in(marks)
    means = {name: _mean(name, _of(marks, name)) for name in names if name not in PARTS or name in _SHOWN_ALONE}
    shares = {
        name: ratio(_of(marks, part), _of(marks, whole))
        for name, (part, whole) in RATIOS.items()
        if part in names and whole in names and any(_of(marks, whole))
    }
    return {name: mean for name, mean in means.items() if mean.n} | shares


def held_marks(rows: Sequence[Row], marks: Marks) -> list[dict[str, float]]:
    """The marks that can be of each row: of a case without facts no share of its facts is told."""
    without = [
        {name for name, holds in ((FACTS_TOLD, row.case.facts), (RESULTS_SEEN, row.case.results)) if not holds}
        for row in rows
    ]
    return [
        {name: value for name, value in m.items() if name not in none} for none, m in zip(without, marks, strict=True)
    ]


def names_in(marks: Marks) -> list[str]:
    """The names of all marks, in the order in which they come."""
    return list(dict.fromkeys(name for m in marks for name in m))


def _of(marks: Marks, name: str) -> list[float]:
    """A mark of the rows that have it."""
    return [m[name] for m in marks if name in m]


def headlines_of(names: Sequence[str]) -> tuple[str, ...]:
    """The marks that say how good a system is, of those that there are; what two systems are compared by."""
    return tuple(name for name in _HEADLINES if name in names)


def strata_of(rows: Sequence[Row]) -> dict[str, list[int]]:
    """The places of the rows of each stratum, by words to put behind a metric; none where all rows are alike."""
    leaky = [i for i, row in enumerate(rows) if row.gold.leaky]
    if not leaky:
        return {}
    rest = [i for i in range(len(rows)) if i not in set(leaky)]
    return {", answer named in the case": leaky, ", answer not named": rest}


def _strata(rows: Sequence[Row], marks: Marks, system: str) -> list[Score]:
    return [
        Score(metric=name + words, system=system, estimate=_mean(name, _of([marks[i] for i in places], name)))
        for words, places in strata_of(rows).items()
        for name in headlines_of(names_in([marks[i] for i in places]))
    ]


def _mean(name: str, values: list[float]) -> Estimate:
    return proportion(round(sum(values)), len(values)) if name in SHARES else bootstrap(values)


def _of_confidence(dialogues: Sequence[Dialogue], marks: Marks) -> dict[str, Estimate]:
    """The area under accuracy by coverage and its neighbours; nothing where the doctor gives no confidence."""
    cases = [Sure(confidence_of(d.final), m[FIRST] == 1) for d, m in zip(dialogues, marks, strict=True)]
    if not any(c.confidence is not None for c in cases):
        return {}
    return {
        "area under accuracy by coverage": estimated(cases, area),
        "accuracy of the surest half": estimated(cases, lambda drawn: accuracy_at(drawn, _HALF)),
        "calibration error": estimated(cases, calibration_error),
    }


def _of_classes(rows: Sequence[Row], dialogues: Sequence[Dialogue]) -> dict[str, Estimate]:
    """Weighted F1 over diagnoses or letters, no answer counted as one."""
    golds = {row.gold.diagnosis: row.gold for row in rows if row.gold.diagnosis}
    pairs = [_classes(row, d, tuple(golds.values())) for row, d in zip(rows, dialogues, strict=True)]
    if not any(right for _, right in pairs):
        return {}
    import numpy as np

    drawn = np.random.default_rng(20261128).integers(0, len(pairs), (1000, len(pairs)))
    values = [weighted_f1(*zip(*(pairs[i] for i in one), strict=True)) for one in drawn]
    low, high = np.percentile(values, [2.5, 97.5])
    value = weighted_f1([s for s, _ in pairs], [r for _, r in pairs])
    return {"weighted F1": Estimate(value=value, low=float(low), high=float(high), n=len(pairs))}


def _classes(row: Row, dialogue: Dialogue, golds: Sequence[Gold]) -> tuple[str, str]:
    """The class that was said, and the right one; "" is right where the set has no classes.

    A wrong diagnosis is of the class of the set that it is another name of; one that is none of them is its own.
    """
    final = dialogue.final
    if isinstance(final, Choose):
        return final.letter, row.gold.option
    right = row.gold.diagnosis or row.gold.option
    if isinstance(final, Diagnose):
        first = final.ranked[0].name
        return next((g.diagnosis for g in (row.gold, *golds) if place((first,), g)), first), right
    return NONE, right


def _within(marks: Marks) -> dict[str, Estimate]:
    asked = any(m.get("questions asked", 0) + m.get("tests asked for", 0) for m in marks)
    if not asked:
        return {}
    return {f"right with at most {n} questions and tests": right_within(marks, n) for n in AT}
