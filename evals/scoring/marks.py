"""The marks of one dialogue. A failed dialogue, an abstention and a case that cannot be used count as wrong."""

from __future__ import annotations

from bedside.evals.patients.actions import Choose, Diagnose, RequestImage, RequestTest
from bedside.evals.patients.case import Row
from bedside.evals.patients.dialogue import Dialogue
from bedside.evals.scoring.judge import DiagnosisJudge
from bedside.evals.scoring.same_diagnosis import place

FIRST, FIVE = "right answer first", "right answer among five"
ABSTAINED, FAILED = "abstained", "failed or no answer"


def marks_of(row: Row, dialogue: Dialogue, judge: DiagnosisJudge | None = None) -> dict[str, float]:
    """What a dialogue scores, by name; each a number that may be averaged over cases.

    Args:
        row: the case with what is right.
        dialogue: its dialogue.
        judge: marks diagnoses on which the rules are silent; None leaves it at the rules.
    """
    final = dialogue.final
    found = 0
    if isinstance(final, Diagnose):
        ranked = tuple(d.name for d in final.ranked)
        found = judge.place(ranked, row.gold) if judge else place(ranked, row.gold)
    elif isinstance(final, Choose):
        found = int(final.letter == row.gold.option)
    told = [t for t in dialogue.turns if t.speaker != "doctor"]
    tests = sum(isinstance(t.action, RequestTest | RequestImage) for t in dialogue.turns)
    facts, results = {f.id for f in row.case.facts}, {r.id for r in row.case.results}
    return {
        FIRST: float(found == 1),
        FIVE: float(0 < found <= 5),
        ABSTAINED: float(dialogue.ended == "abstained"),
        FAILED: float(dialogue.ended in ("failed", "no answer")),
        "questions asked": float(len(told) - tests),
        "tests asked for": float(tests),
        "share of facts elicited": len(dialogue.used & facts) / len(facts) if facts else 0.0,
        "share of results seen": len(dialogue.used & results) / len(results) if results else 0.0,
        "tokens": float(dialogue.tokens),
        "seconds": dialogue.seconds,
    }
