"""Whether statements carry evidence, and whether that evidence supports them, by rule.

Evidence is words that were said or read, or the source of a recommendation; of a source that is held here, what it says
is looked up. Bedside reads its patients by the rules that this mark reads their words by: of its statements the mark
tells that the words which are cited are enough for the rules, and not that the rules are right.
"""

from __future__ import annotations

import re
from functools import lru_cache

from bedside.agent.verify.textmatch import content, negations, normal, quantities
from bedside.evals.patients.actions import Action
from bedside.evals.scoring.final_words import cited_in
from bedside.knowledge.conditions import Known, parse_condition
from bedside.knowledge.drugs import drugs_in
from bedside.knowledge.library import load_library
from bedside.knowledge.terms import findings
from bedside.tools.known import known_values
from bedside.tools.notes.read import read_facts

STATED, SUPPORTED = "statements", "statements with evidence that supports them"
CITED, SUPPORTS = "pieces of evidence cited", "pieces of evidence that support their statement"
_HALF = 0.5
# `Statement.text` of the interview: "Against migraine: temperature >= 38." The words of a patient bear out the finding;
# what it says of the disease is not theirs.
_WEIGHED = re.compile(
    r"(?:For|Against|Not explained by) [^:]+: (?P<label>.+?)"
    r"(?P<bound> (?:[<>]=? -?\d+(?:\.\d+)?|!?= [\w .+-]+?))?\.",
    re.S,
)
_LINK = re.compile(r"https://\S+")


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

    A finding for or against a disease has to be read in it. Of any other statement it, or what the source that it names
    says here, holds it word for word; or has half of its telling words, every number and every drug of it, and denies
    where it denies. That is necessary and not sufficient: a rule cannot read.
    """
    conditions = _conditions_in(statement)
    if conditions:
        return any(parse_condition(c).holds(_read(evidence)) for c in conditions)
    return any(_says(text, statement) for text in (evidence, *_looked_up(evidence)))


def _says(evidence: str, statement: str) -> bool:
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


def _conditions_in(statement: str) -> tuple[str, ...]:
    """The finding that a statement weighs, as the conditions that it may mean; none where it weighs no finding held."""
    said = _WEIGHED.fullmatch(statement)
    return tuple(f"{name}{said['bound'] or ''}" for name in _conditions().get(said["label"], ())) if said else ()


@lru_cache(maxsize=1)
def _conditions() -> dict[str, tuple[str, ...]]:
    """What each label means, and what it means behind a "no"."""
    out: dict[str, tuple[str, ...]] = {}
    for row in findings().values():
        for label, condition in ((row.label, row.name), (f"no {row.label}", f"not {row.name}")):
            out[label] = (*out.get(label, ()), condition)
    return out


@lru_cache(maxsize=4096)
def _read(words: str) -> Known:
    return known_values(read_facts(words, "said"))


def _looked_up(reference: str) -> tuple[str, ...]:
    """What the recommendations say whose link and section stand in a reference."""
    linked = [row for link in _LINK.findall(reference) for row in _linked().get(link, ())]
    return tuple(text for section, text in linked if section in reference)


@lru_cache(maxsize=1)
def _linked() -> dict[str, list[tuple[str, str]]]:
    """Section and text of every recommendation held, by the link of its guideline."""
    out: dict[str, list[tuple[str, str]]] = {}
    for passage in load_library().passages():
        out.setdefault(passage.guideline.link, []).append((passage.recommendation.section, passage.text))
    return out
