"""What a doctor says in the end, as text."""

from __future__ import annotations

from bedside.evals.patients.actions import Abstain, Action, Cited, Diagnose, Write


def said_in(final: Action | None) -> tuple[str, ...]:
    """The doctor's words in the end, piece by piece: diagnoses, statements, plan, plain words, text; no readings."""
    if isinstance(final, Diagnose):
        named = tuple(d.name for d in final.ranked)
        return (*named, *(c.text for c in cited_in(final)), *((final.plain,) if final.plain else ()))
    if isinstance(final, Write):
        return (final.text,)
    return (final.why,) if isinstance(final, Abstain) else ()


def cited_in(final: Action | None) -> tuple[Cited, ...]:
    """The statements with what they rest on: those for and against, then the plan; or the written text as one."""
    if isinstance(final, Diagnose):
        return (*final.statements, *final.plan)
    return (Cited(text=final.text, evidence=final.evidence),) if isinstance(final, Write) else ()


def advice_in(final: Action | None) -> tuple[str, ...]:
    """What is to be done: the lines of the plan, or the written text."""
    if isinstance(final, Diagnose):
        return tuple(c.text for c in final.plan)
    return (final.text,) if isinstance(final, Write) else ()
