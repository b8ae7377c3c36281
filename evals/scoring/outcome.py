"""How a dialogue ended and what it cost: the same marks for every task, computed without reading a text."""

from __future__ import annotations

from bedside.evals.patients.actions import Ask, Choose, Diagnose, RequestImage, RequestTest
from bedside.evals.patients.case import Row
from bedside.evals.patients.dialogue import Dialogue
from bedside.evals.scoring.judge import DiagnosisJudge
from bedside.evals.scoring.same_diagnosis import place

FIRST, FIVE = "right answer first", "right answer among five"
ABSTAINED, FAILED = "abstained", "failed or no answer"
FACTS_TOLD, RESULTS_SEEN = "share of facts elicited", "share of results seen"
LOOKED, PICTURES = "pictures looked at", "pictures there"


def outcome_of(row: Row, dialogue: Dialogue) -> dict[str, float]:
    """Whether the right answer was given, with `spent_in`: the same names whatever the task is."""
    return placed(row, dialogue, None) | spent_in(row, dialogue)


def placed(row: Row, dialogue: Dialogue, judge: DiagnosisJudge | None) -> dict[str, float]:
    """Whether the right diagnosis, or the right option, is first and among the first five."""
    final, found = dialogue.final, 0
    if isinstance(final, Diagnose):
        ranked = tuple(d.name for d in final.ranked)
        found = judge.place(ranked, row.gold) if judge else place(ranked, row.gold)
    elif isinstance(final, Choose):
        found = int(final.letter == row.gold.option)
    return {FIRST: float(found == 1), FIVE: float(0 < found <= 5)}


def spent_in(row: Row, dialogue: Dialogue) -> dict[str, float]:
    """How it ended, what was asked, what of the case was told, tokens and seconds."""
    questions = sum(isinstance(t.action, Ask) for t in dialogue.turns)
    tests = sum(isinstance(t.action, RequestTest | RequestImage) for t in dialogue.turns)
    facts, results = {f.id for f in row.case.facts}, {r.id for r in row.case.results}
    there = sum(p.path is not None for p in row.case.pictures)
    return {
        ABSTAINED: float(dialogue.ended == "abstained"),
        FAILED: float(dialogue.ended in ("failed", "no answer")),
        "questions asked": float(questions),
        "tests asked for": float(tests),
        FACTS_TOLD: len(dialogue.used & facts) / len(facts) if facts else 0.0,
        RESULTS_SEEN: len(dialogue.used & results) / len(results) if results else 0.0,
        "tokens": float(dialogue.tokens),
        "seconds": dialogue.seconds,
        LOOKED: float(min(dialogue.looked, there)),
        PICTURES: float(there),
    }
