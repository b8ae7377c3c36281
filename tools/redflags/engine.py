"""Red flags by rule, before any model speaks: the same facts always give the same flags.

Absent, family and historical facts, and values of an earlier day, never count. A possible finding counts only where the
rule says so and something certain stands beside it. Diseases alone raise nothing: "explain status epilepticus" is a
question, and only a measurement, an age, a sex, a symptom or a sign says that there is a patient.
"""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from pydantic import ValidationError

from bedside.core.case import Case, Fact, FactStatus
from bedside.core.errors import KnowledgeError
from bedside.knowledge.conditions import parse_condition
from bedside.knowledge.terms import finding, findings, load_yaml
from bedside.tools.notes.times import is_past
from bedside.tools.redflags.schema import Leaf, Node, Not, RedFlag, Rule

# These narrow a general question ("sepsis in pregnancy") as often as they describe a patient.
_STATES = frozenset({"pregnancy", "breastfeeding", "immobilisation", "smoker", "overdose", "active_cancer"})


# In order of precedence: of two flags as urgent, the one whose rule is read first is shown first.
FILES = (
    "rules.yaml",
    "rules/heart-lungs-and-childbearing.yaml",
    "rules/nerves-and-mind.yaml",
    "rules/children-airway-and-eyes.yaml",
    "rules/skin-bones-and-abdomen.yaml",
    "rules/blood-hormones-and-poisons.yaml",
)


@lru_cache(maxsize=1)
def rules() -> tuple[Rule, ...]:
    """Every rule, in order of precedence.

    Raises:
        KnowledgeError: a file of rules breaks its schema, names a finding or a rule that does not exist, or uses the
            id of another rule; the message names it.
    """
    raw = [(name, row) for name in FILES for row in load_yaml(Path(__file__).parent / name)]
    ids = [row["id"] for _, row in raw]
    out: list[Rule] = []
    for name, row in raw:
        try:
            source = {"type": "guideline", **row.pop("source")}
            rule = Rule.model_validate({**row, "source": source})
            unknown = [n for n in _names(rule.when) if n not in findings()]
        except (ValidationError, ValueError, KeyError) as error:
            raise KnowledgeError(f"{name}: {error}", "Correct the rule.", code="BED-KNOW-050") from error
        unknown += [i for i in rule.unless if i not in ids] + [rule.id] * (ids.count(rule.id) > 1)
        if unknown:
            raise KnowledgeError(
                f"{name}: {rule.id} names {unknown[0]!r}, which does not exist or is there twice.",
                "Correct it.",
                code="BED-KNOW-051",
            )
        out.append(rule)
    return tuple(out)


@lru_cache(maxsize=1)
def _named() -> dict[str, frozenset[str]]:
    """What each rule speaks of, by its id; where none of it is known, the rule cannot hold."""
    return {rule.id: frozenset(_names(rule.when)) for rule in rules()}


@lru_cache(maxsize=64)  # one turn asks several times for the same facts
def red_flags(facts: tuple[Fact, ...]) -> tuple[RedFlag, ...]:
    """The emergencies in what is known of a patient now.

    Args:
        facts: in the order read; the latest of each key holds.

    Returns:
        Flags in the rules' order, immediate before urgent, each with the facts that raised it.
    """
    facts = _read(facts)
    if not _of_a_patient(facts):
        return ()
    known = _usable(facts)
    hits: dict[str, RedFlag] = {}
    for rule in rules():
        if _named()[rule.id].isdisjoint(known):
            continue
        found = _facts_for(rule.when, known)
        # A possible finding alone is a question and no emergency.
        if found and any(f.status is FactStatus.PRESENT for f in found):
            hits[rule.id] = RedFlag(
                id=rule.id,
                title=rule.title,
                action=rule.action,
                triggered_by=tuple(dict.fromkeys(found)),
                source=rule.source,
                severity=rule.severity,
            )
    silenced = {r.id for r in rules() if any(i in hits for i in r.unless)}
    shown = [flag for flag in hits.values() if flag.id not in silenced]
    return tuple(sorted(shown, key=lambda flag: flag.severity != "immediate"))


def of_a_patient(facts: tuple[Fact, ...]) -> bool:
    """Whether the facts of a text tell of a patient, and are not only diseases that are asked about."""
    return _of_a_patient(_read(facts))


def _read(facts: tuple[Fact, ...]) -> tuple[Fact, ...]:
    return tuple(f for f in facts if f.name in findings())  # a stated score is a fact and no finding


def _of_a_patient(facts: tuple[Fact, ...]) -> bool:
    """Whether a fact tells of a patient: a measurement, age, sex, symptom or sign that is not part of a disease."""
    said = [f for f in facts if f.status in {FactStatus.PRESENT, FactStatus.ABSENT}]
    diseases = [f for f in said if finding(f.name).course != "symptom"]
    brought = {(f.span, name) for f in diseases for name in finding(f.name).implies}
    return any((f.span, f.name) not in brought and _tells(f) for f in said)


def _tells(fact: Fact) -> bool:
    row = finding(fact.name)
    if row.kind == "category":
        return row.name == "sex"
    return row.kind == "quantity" or (row.course == "symptom" and row.name not in _STATES)


def _usable(facts: tuple[Fact, ...]) -> dict[str, list[Fact]]:
    out: dict[str, list[Fact]] = {}
    for fact in Case(facts=tuple(f for f in facts if _holds_now(f))).current:
        if fact.status in {FactStatus.PRESENT, FactStatus.POSSIBLE}:
            out.setdefault(fact.name, []).append(fact)
        elif fact.status is FactStatus.ABSENT:
            out.setdefault(f"not {fact.name}", []).append(fact)
    return out


def _holds_now(fact: Fact) -> bool:
    """Whether its time leaves it true today: an aneurysm found last year is there, and so is chemotherapy last week."""
    row = finding(fact.name)
    return not is_past(fact.time) or row.course == "chronic" or row.within_days > 0


def _facts_for(node: Node, known: dict[str, list[Fact]]) -> tuple[Fact, ...] | None:
    """The facts that make a node hold, or None where it does not hold. A `not` that holds gives no facts."""
    if isinstance(node, Leaf):
        return _leaf(node, known)
    if isinstance(node, Not):
        return () if _facts_for(node.part, known) is None else None
    held = [found for part in node.parts if (found := _facts_for(part, known)) is not None]
    return tuple(f for found in held for f in found) if len(held) >= node.count else None


def _leaf(leaf: Leaf, known: dict[str, list[Fact]]) -> tuple[Fact, ...] | None:
    condition = parse_condition(leaf.text)
    if condition.negated:
        return tuple(known.get(f"not {condition.name}", ())) or None
    if condition.name not in known:
        return None
    facts = [f for f in known[condition.name] if leaf.possible_ok or f.status is FactStatus.PRESENT]
    holding = tuple(f for f in facts if condition.holds({condition.name: (True if f.value is None else f.value,)}))
    return holding or None


def _names(node: Node) -> list[str]:
    if isinstance(node, Leaf):
        return [parse_condition(node.text).name]
    if isinstance(node, Not):
        return _names(node.part)
    return [name for part in node.parts for name in _names(part)]
