"""One thing that is wrong with a drug for this patient, and the sentence that says it."""

from __future__ import annotations

from dataclasses import dataclass

from bedside.core.case import Fact, FactStatus
from bedside.knowledge.medications import SEVERITIES, Severity, Warned


@dataclass(frozen=True)
class Catch:
    """One catch.

    Attributes:
        kind: ``interaction``, ``duplicate``, ``QT``, ``allergy``, ``pregnancy``, ``breastfeeding``, ``kidney``,
            ``liver``, ``condition`` or ``age``.
        severity: how bad.
        drugs: the drugs it is about, the asked one first.
        statement: the whole catch in one or a few sentences.
        source: key of ``sources.yaml``.
        facts: what of the record it rests on.
        limits: what to know of it.
    """

    kind: str
    severity: Severity
    drugs: tuple[str, ...]
    statement: str
    source: str
    facts: tuple[Fact, ...] = ()
    limits: tuple[str, ...] = ()

    @property
    def rank(self) -> int:
        """0 for the worst."""
        return SEVERITIES.index(self.severity)


def caught(
    kind: str,
    head: str,
    row: Warned,
    drugs: tuple[str, ...],
    facts: tuple[Fact, ...] = (),
    why: str = "",
    limits: tuple[str, ...] = (),
) -> Catch:
    """A catch from a row: head, severity, what happens, why, what to do, and what of it is not settled."""
    because = f" ({why})" if why else ""
    open_ = " and ".join(dict.fromkeys(f.label for f in facts if f.status is FactStatus.POSSIBLE))
    statement = (
        f"{_capital(head)}: {row.severity}. {_capital(row.effect)}{because}. {_capital(row.action.rstrip('.'))}."
        f"{f' It is not settled whether this holds: {open_}.' if open_ else ''}"
    )
    return Catch(kind, row.severity, drugs, statement, row.source, facts, limits)


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
