"""Every phrase the reader knows, in one matcher: findings, drugs, allergens and context cues."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import Literal, NamedTuple

from bedside.core.errors import KnowledgeError
from bedside.knowledge.drugs import drug_phrases, drug_table
from bedside.knowledge.phrases import Phrase, PhraseMatcher
from bedside.knowledge.terms import Finding, Variant, findings, load_yaml

Kind = Literal["quantity", "present", "absent", "historical", "timed", "drug", "allergen", "cue", "bp"]


class Term(NamedTuple):
    """What a phrase stands for.

    Attributes:
        kind: ``quantity``, ``present`` (a finding), ``absent`` (a term that says it is not there), ``historical``,
            ``timed`` (counts only with a recent time), ``drug`` (or a class), ``allergen``, ``bp``, or ``cue``.
        name: canonical name of the finding, drug or allergen; of a cue, its groups joined by a space.
        variant: of a quantity, the index of its variant plus one; 0 for the quantity itself.
    """

    kind: Kind
    name: str
    variant: int = 0


@lru_cache(maxsize=1)
def lexicon() -> PhraseMatcher[Term]:
    """The matcher over everything. Where two lists hold the same phrase, findings win over cues and cues over drugs."""
    phrases: list[Phrase[Term]] = [Phrase(t, Term("bp", "bp")) for t in ("blood pressure", "arterial pressure")]
    phrases += [Phrase("BP", Term("bp", "bp"))]
    for row in findings().values():
        phrases += _quantity(row) if row.kind == "quantity" else _presence(row)
    phrases += [Phrase(text, Term("cue", " ".join(groups))) for text, groups in _cues().items()]
    phrases += [Phrase(p.text, Term("drug", p.payload), p.exact) for p in drug_phrases()]
    phrases += [Phrase(a, Term("allergen", a)) for a in drug_table().allergens]
    return PhraseMatcher(phrases)


def _quantity(row: Finding) -> list[Phrase[Term]]:
    out = []
    groups: tuple[Finding | Variant, ...] = (row, *row.variants)
    for index, names in enumerate(groups):
        out += [Phrase(t, Term("quantity", row.name, index)) for t in names.terms]
        out += [Phrase(t, Term("quantity", row.name, index), exact=True) for t in names.exact]
    return out


def _presence(row: Finding) -> list[Phrase[Term]]:
    out = [Phrase(t, Term("present", row.name)) for t in row.terms]
    out += [Phrase(t, Term("present", row.name), exact=True) for t in row.exact]
    out += [Phrase(t, Term("absent", row.name)) for t in row.absent]
    out += [Phrase(t, Term("historical", row.name)) for t in row.historical]
    out += [Phrase(t, Term("timed", row.name)) for t in row.timed]
    return out


def _cues() -> dict[str, list[str]]:
    """Phrase to the groups it is in, in the file's order."""
    out: dict[str, list[str]] = {}
    path = Path(__file__).with_name("cues.yaml")
    for group, texts in load_yaml(path).items():
        if not isinstance(texts, list) or not all(isinstance(t, str) for t in texts):
            raise KnowledgeError(
                f"cues.yaml: {group} is not a list of phrases.", "Quote words such as no and yes.", code="BED-KNOW-040"
            )
        for text in texts:
            groups = out.setdefault(text.lower(), [])
            if group not in groups:
                groups.append(group)
    return out
