"""What this message changed: facts added, replaced or supposed, and scores that have another value now."""

from __future__ import annotations

from bedside.agent.record import fact_evidence
from bedside.agent.state import State
from bedside.agent.verify.derived import change_sentence, same_thing, supposed_sentence
from bedside.agent.view import is_headline
from bedside.core.answer import Claim, Section
from bedside.core.case import Span
from bedside.core.evidence import Evidence, EvidenceKind


def changes(state: State, evidence: tuple[Evidence, ...]) -> list[Claim]:
    """One claim for each fact or score that this message changed; none for the first message of a case."""
    turn = state["turn"]
    ids = {e.key: e for e in state["ledger"].items}
    supposed = [ids[fact_evidence(f).key] for f in turn.assumed]
    out = [_claim(supposed_sentence(e), e) for e in supposed]
    for change in turn.changes:
        now = ids[fact_evidence(change.now).key]
        before = ids.get(fact_evidence(change.before).key) if change.before is not None else None
        out.append(_said(before, now))
    last = state.get("settled")
    told = {f.span for f in state["case"].facts}
    scores = [e for e in last.evidence.values() if _on_record(e, told)] if last is not None else []
    for now in (e for e in evidence if is_headline(e)):
        old = next((e for e in reversed(scores) if same_thing(e, now)), None)
        if old is not None and (old.value, old.low, old.high) != (now.value, now.low, now.high):
            out.append(_claim(change_sentence(old, now), old, now))
    return out


def _on_record(score: Evidence, told: set[Span]) -> bool:
    """Whether it is a score of facts that were told; one of a "what if" is nothing that a later score has changed."""
    return score.kind is EvidenceKind.SCORE and all(i.span is None or i.span in told for i in score.inputs)


def _said(before: Evidence | None, now: Evidence) -> Claim:
    if before is None or before.statement == now.statement:
        return _claim(f"{now.statement}.", now)
    return _claim(change_sentence(before, now), before, now)


def _claim(text: str, *evidence: Evidence) -> Claim:
    return Claim(text=text, section=Section.CHANGED, evidence=tuple(e.id for e in evidence))
