"""A red flag: what it is, what to do now, which facts raised it, and who says so."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BeforeValidator, Field

from bedside.core.base import Frozen
from bedside.core.case import Fact
from bedside.core.evidence import Source

Severity = Literal["immediate", "urgent"]


class Leaf(Frozen):
    """One condition; with `possible_ok` a possible finding is enough for it."""

    text: str
    possible_ok: bool = False


class AtLeast(Frozen):
    """At least `count` of the parts hold."""

    count: int = Field(ge=1)
    parts: tuple[Node, ...] = Field(min_length=1)


class Not(Frozen):
    """The part does not hold; what is not known does not hold."""

    part: Node


def _parse(raw: object) -> object:
    """Turns the YAML form of a tree into a node."""
    if isinstance(raw, str):
        return Leaf(text=raw.rstrip("?"), possible_ok=raw.endswith("?"))
    if isinstance(raw, dict):
        match raw:
            case {"all": list(parts)} if len(raw) == 1:
                return AtLeast(count=len(parts), parts=tuple(parts))
            case {"any": list(parts)} if len(raw) == 1:
                return AtLeast(count=1, parts=tuple(parts))
            case {"at_least": int(count), "of": list(parts)} if len(raw) == 2:
                return AtLeast(count=count, parts=tuple(parts))
            case {"not": part} if len(raw) == 1:
                return Not(part=part)
    return raw


Node = Annotated[Leaf | AtLeast | Not, BeforeValidator(_parse)]
AtLeast.model_rebuild()
Not.model_rebuild()


class Rule(Frozen):
    """One rule of ``rules.yaml``.

    Attributes:
        id: unique, kebab-case.
        title: what a clinician calls the emergency.
        severity: ``immediate`` (now) or ``urgent`` (today).
        action: what to do now, one sentence of our own.
        source: publisher, year, title, section, link.
        unless: ids of rules that say the same more precisely; where one of them holds, this one is silent.
        when: the tree of conditions.
    """

    id: str = Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$")
    title: str
    severity: Severity
    action: str = Field(pattern=r"\.$")
    source: Source
    unless: tuple[str, ...] = ()
    when: Node


class RedFlag(Frozen):
    """One emergency found in the facts; `triggered_by` are the facts that made the rule hold, in the rule's order."""

    id: str
    title: str
    action: str
    triggered_by: tuple[Fact, ...]
    source: Source
    severity: Severity

    @property
    def why(self) -> str:
        """The facts as written, for the banner: "fever; RR 32; BP 88/56"."""
        return "; ".join(dict.fromkeys(f.span.text for f in self.triggered_by))
