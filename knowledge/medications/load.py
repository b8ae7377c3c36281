"""Reads the folder's files into one table, and refuses what does not fit together."""

from __future__ import annotations

from functools import lru_cache
from itertools import pairwise
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from bedside.core.errors import KnowledgeError
from bedside.knowledge.drugs import drugs_in_class, generic, is_class
from bedside.knowledge.medications.schema import SEVERITIES, MedicationTable
from bedside.knowledge.terms import findings, load_yaml

FOLDER = Path(__file__).resolve().parent


@lru_cache(maxsize=1)
def medication_table() -> MedicationTable:
    """The table, read once.

    Raises:
        KnowledgeError: a row breaks the schema, names what is not known, or contradicts another (see `verify`).
    """
    table = read_table(FOLDER)
    verify(table)
    return table


def read_table(folder: Path) -> MedicationTable:
    """The files of a folder as a table, not yet verified.

    Raises:
        KnowledgeError: BED-KNOW-090, a file is missing or breaks its form; the message names it.
    """
    try:
        qt = load_yaml(folder / "qt.yaml")
        return MedicationTable.model_validate(
            {
                "sources": load_yaml(folder / "sources.yaml"),
                "groups": load_yaml(folder / "groups.yaml"),
                "interactions": [r for f in sorted((folder / "interactions").glob("*.yaml")) for r in _pairs(f)],
                "renal": load_yaml(folder / "renal.yaml"),
                "hepatic": {k: _warned(v) for k, v in load_yaml(folder / "hepatic.yaml").items()},
                "reproduction": {k: _states(v) for k, v in load_yaml(folder / "pregnancy.yaml").items()},
                "qt": {drug: k for k in ("known", "possible", "conditional") for drug in qt[k]["drugs"]},
                "qt_limits": qt["limits"],
                "duplicates": {k: _warned(v) for k, v in load_yaml(folder / "duplicates.yaml").items()},
                "conditions": {
                    k: {**v, "drugs": {d: _warned(row) for d, row in v["drugs"].items()}}
                    for k, v in load_yaml(folder / "conditions.yaml").items()
                },
                "ages": load_yaml(folder / "age.yaml"),
            }
        )
    except (ValidationError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise KnowledgeError(
            f"A file of knowledge/medications breaks its form: {error}", "Correct the row.", code="BED-KNOW-090"
        ) from error


def _warned(row: list[str]) -> dict[str, str]:
    severity, effect, action, source = row
    return {"severity": severity, "effect": effect, "action": action, "source": source}


def _pairs(path: Path) -> list[dict[str, str]]:
    """Every pair of a file: the block's mechanism and source hold where the pair gives none of its own."""
    out = []
    for block in load_yaml(path):
        for partner, row in block["pairs"].items():
            if not 3 <= len(row) <= 5:
                raise ValueError(f"{path.name}: {block['drug']} with {partner} has {len(row)} parts, not 3 to 5")
            mechanism = row[3] if len(row) > 3 else block["mechanism"]
            source = row[4] if len(row) > 4 else block["source"]
            out.append({"a": block["drug"], "b": partner, "mechanism": mechanism, **_warned([*row[:3], source])})
    return out


def _states(row: dict[str, Any]) -> dict[str, dict[str, str]]:
    """Pregnancy and breastfeeding of one drug, each with its source."""
    sources = {"pregnancy": row["source"], "breastfeeding": row.get("milk_source", row["source"])}
    return {state: _warned([*row[state], source]) for state, source in sources.items() if state in row}


def verify(table: MedicationTable) -> None:
    """Checks that every name leads somewhere and no two rows speak of the same.

    Raises:
        KnowledgeError: BED-KNOW-091, a row names a drug, class, group, finding or source that does not exist;
            BED-KNOW-092, a pair stands twice, or two bands of kidney function overlap.
    """
    for name, group in table.groups.items():
        for member in group.members:
            _need(generic(member) == member, f"the group {name!r} names {member!r}")
    named = [n for row in table.interactions for n in (row.a, row.b)]
    named += [*table.renal, *table.hepatic, *table.reproduction, *table.qt, *table.duplicates, *table.ages]
    named += [drug for rule in table.conditions.values() for drug in rule.drugs]
    for name in dict.fromkeys(named):
        _need(name in table.groups or generic(name) == name, f"a row names {name!r}")
    for rule in table.conditions.values():
        names = (*rule.any, *rule.above, *rule.below)
        _need(bool(names), f"the condition {rule.label!r} names no finding")
        for name in names:
            _need(name in findings(), f"the condition {rule.label!r} names {name!r}")
    for source in dict.fromkeys(_sources(table)):
        _need(source in table.sources, f"a row names the source {source!r}")
    _without_repeats(table)


def _need(holds: bool, what: str) -> None:
    if not holds:
        raise KnowledgeError(
            f"knowledge/medications: {what}, which is not known.",
            "Take a name of terminology/drugs.yaml, groups.yaml, the findings or sources.yaml.",
            code="BED-KNOW-091",
        )


def _sources(table: MedicationTable) -> list[str]:
    rows = [*table.interactions, *table.hepatic.values(), *table.duplicates.values()]
    out = [row.source for row in rows]
    out += [g.source for g in table.groups.values()] + [r.source for r in table.renal.values()]
    out += [w.source for r in table.reproduction.values() for w in (r.pregnancy, r.breastfeeding) if w]
    out += [w.source for c in table.conditions.values() for w in c.drugs.values()]
    return [*out, table.qt_limits.source, *(r.source for rules in table.ages.values() for r in rules)]


def _without_repeats(table: MedicationTable) -> None:
    seen: set[frozenset[str]] = set()
    for row in table.interactions:
        pair = frozenset((row.a, row.b))
        if pair in seen or len(pair) < 2:
            _twice(f"{row.a} with {row.b} stands twice, or with itself")
        seen.add(pair)
    for drug, rule in table.renal.items():
        for one, other in pairwise(sorted(rule.bands, key=lambda b: b.start)):
            if other.start < one.below:
                _twice(f"two bands of {drug} overlap at {other.start:g}")


def _twice(what: str) -> None:
    raise KnowledgeError(f"knowledge/medications: {what}.", "Keep one row.", code="BED-KNOW-092")


@lru_cache(maxsize=2048)
def members(name: str) -> frozenset[str]:
    """The drugs that a name of a row stands for: itself, or all drugs of the class or group."""
    group = medication_table().groups.get(name)
    if group is not None:
        return frozenset(drug for member in group.members for drug in members(member))
    return frozenset(drugs_in_class(name)) if is_class(name) else frozenset((name,))


@lru_cache(maxsize=1)
def pair_index() -> dict[frozenset[str], tuple[int, ...]]:
    """For each pair of drugs the numbers of the rows that speak of it.

    The row that is closest to the two drugs comes first, and of equally close ones the worst.
    """
    table = medication_table()
    found: dict[frozenset[str], list[int]] = {}
    for number, row in enumerate(table.interactions):
        for one in members(row.a):
            for other in members(row.b):
                if one != other:
                    found.setdefault(frozenset((one, other)), []).append(number)

    def closeness(number: int) -> tuple[bool, int, int]:
        row = table.interactions[number]
        width = len(members(row.a)) * len(members(row.b))
        return (width > 1, SEVERITIES.index(row.severity), width)

    return {pair: tuple(sorted(numbers, key=closeness)) for pair, numbers in found.items()}
