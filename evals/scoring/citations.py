"""Whether statements carry evidence, and whether that evidence supports them, by rule."""

from __future__ import annotations

from bedside.agent.verify.textmatch import content, negations, normal, quantities
from bedside.evals.patients.actions import Action
from bedside.evals.scoring.final_words import cited_in
from bedside.knowledge.drugs import drugs_in

STATED, SUPPORTED = "statements", "statements with evidence that supports them"
CITED, SUPPORTS = "pieces of evidence cited", "pieces of evidence that support their statement"
_HALF = 0.5


def citation_marks(final: Action | None) -> dict[str, float]:
    """Counts, from which precision (of the evidence) and recall (of the statements) are shares over all cases."""
    statements = cited_in(final)
    held = [[supports(e, s.text) for e in s.evidence] for s in statements]
    return {
        STATED: float(len(statements)),
        SUPPORTED: float(sum(any(one) for one in held)),
        CITED: float(sum(map(len, held))),
        SUPPORTS: float(sum(map(sum, held))),
    }


def supports(evidence: str, statement: str) -> bool:
    """Whether evidence can support a statement.

    It holds it word for word; or it has half of its telling words, every number and every drug of it, and denies where
    it denies. That is necessary and not sufficient: a rule cannot read.
    """
    if normal(statement).lower().rstrip(".") in normal(evidence).lower():
        return True
    words = content(statement)
    if not words or len(words & content(evidence)) < _HALF * len(words):
        return False
    numbers = {(q.value, q.unit) for q in quantities(evidence)}
    if any((q.value, q.unit) not in numbers for q in quantities(statement)):
        return False
    named = {d.name for d in drugs_in(evidence)}
    if not {d.name for d in drugs_in(statement)} <= named:
        return False
    return bool(negations(statement)) == bool(negations(evidence))
