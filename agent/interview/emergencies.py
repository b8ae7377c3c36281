"""Which single answer would make a red flag of what is known, and so has to be asked for before all else."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import lru_cache

from bedside.core.case import Fact
from bedside.knowledge.conditions import parse_condition
from bedside.knowledge.terms import findings
from bedside.tools.known import Known, known_values
from bedside.tools.redflags.engine import red_flags, rules
from bedside.tools.redflags.schema import Leaf, Node, Not


def would_settle(facts: tuple[Fact, ...], known: Iterable[str] = ()) -> dict[str, tuple[str, ...]]:
    """Findings that are not known and whose presence would raise a red flag that is not raised, with those flags' ids.

    Only rules that a symptom speaks for are looked at: all else that is needed of those is one answer.

    Args:
        facts: what was read; their findings count as known, whatever is said of them.
        known: further findings that are not to be asked for.
    """
    raised = {flag.id for flag in red_flags(facts)}
    values = known_values(facts)
    there = frozenset(name for name, said in values.items() if any(v is not False for v in said))
    not_asked = _leaves() - frozenset(known) - {fact.name for fact in facts}
    out: dict[str, tuple[str, ...]] = {}
    for rule in rules():
        # A rule that a raised flag silences stays silent, whatever is answered.
        if not raised.isdisjoint((rule.id, *rule.unless)) or not there & _symptoms(rule.id):
            continue
        for name in _parts(rule.id) & not_asked:
            if _holds(rule.when, values, name):
                out[name] = (*out.get(name, ()), rule.id)
    return out


def _holds(node: Node, values: Known, supposed: str) -> bool:
    """Whether a rule would hold if one finding were there."""
    if isinstance(node, Leaf):
        condition = parse_condition(node.text)
        if condition.name == supposed:
            return not condition.op and not condition.negated
        return condition.holds(values) is True
    if isinstance(node, Not):
        return not _holds(node.part, values, supposed)
    return sum(_holds(part, values, supposed) for part in node.parts) >= node.count


@lru_cache(maxsize=1)
def _leaves() -> frozenset[str]:
    """Plain findings that rules ask for."""
    return frozenset(name for rule in rules() for name in _plain(rule.when) if findings()[name].kind == "presence")


@lru_cache(maxsize=512)
def _parts(rule_id: str) -> frozenset[str]:
    return frozenset(name for rule in rules() if rule.id == rule_id for name in _plain(rule.when))


@lru_cache(maxsize=512)
def _symptoms(rule_id: str) -> frozenset[str]:
    return frozenset(name for name in _parts(rule_id) if findings()[name].course == "symptom")


def _plain(node: Node) -> Iterator[str]:
    if isinstance(node, Not):
        return
    if isinstance(node, Leaf):
        condition = parse_condition(node.text)
        if not condition.op and not condition.negated:
            yield condition.name
        return
    for part in node.parts:
        yield from _plain(part)
