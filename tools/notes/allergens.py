"""Allergens that the list of drugs does not hold as written: short names, misspellings, and what cannot be read."""

from __future__ import annotations

import re
from typing import NamedTuple

from bedside.core.answer import Refusal
from bedside.core.case import Span
from bedside.knowledge.drugs import drug_table, misspelt
from bedside.knowledge.phrases import Match
from bedside.tools.notes.document import Document
from bedside.tools.notes.lexicon import Term

_WORD = r"(?P<word>[A-Za-z][A-Za-z-]*[A-Za-z])"
_REACTION = (
    r"rash|hives|urticaria|angio-?\s?o?edema|(?:facial|lip|tongue) swelling|(?:adverse |bad )?reaction|reacts|reacted"
)
_NAMED_AFTER = re.compile(
    rf"\b(?P<cue>allerg(?:y|ic|ies)|anaphyla\w+|hypersensitiv\w+|{_REACTION})(?:\s+reaction)?\s+(?:with|to|from|after)\s+"
    rf"(?:(?:the|a|an|any|his|her|oral|iv|taking)\s+)*[\"'“‘(]?{_WORD}",
    re.I,
)
_NAMED_BEFORE = re.compile(rf"\b{_WORD}[\"'”’]?[ -]*(?:drug )?(?P<cue>allerg(?:y|ic|ies)|{_REACTION})\b", re.I)
_NEXT = re.compile(rf"\s*(?:,|/|&|\band\b|\bor\b)\s*(?:and\s+)?{_WORD}", re.I)
_LISTED = re.compile(r"[A-Za-z][A-Za-z-]*[A-Za-z]")
_CORRECTED = re.compile(
    rf"\bNKD?A\b[\s.,;:!–-]*(?:\b(?:no|wait|sorry|actually|correction)\b[\s.,;:!–-]*)+{_WORD}", re.I
)
# How drugs end: an unknown word before "allergy" that ends so was meant as one.
_LIKE_A_DRUG = re.compile(
    r".{3,}(?:in|ine|ol|am|ide|ate|one|il|ir|an|mab|azole|ium|fen|oxib|cept|statin|sone|ax|ex)$", re.I
)
_NOTHING = re.compile(r"\s*(?:nil|none|no|nkd?a|n/a)\b", re.I)
_VAGUE = frozenset({
    "anything", "something", "nothing", "medication", "medications", "medicine", "medicines", "drug", "drugs",
    "some", "any", "certain", "many", "multiple", "several", "what", "which", "it", "this", "that", "them",
    "these", "those", "him", "her", "one", "other", "others", "all", "everything", "food", "foods", "light",
    "treatment", "known", "and", "or", "but", "with", "unknown", "animals", "grass",
})  # fmt: skip


class Unread(NamedTuple):
    """Allergens that were made out, and refusals of those that were not."""

    matches: list[Match[Term]]
    refused: list[tuple[Refusal, Span]]


def read_unlisted(doc: Document) -> Unread:
    """Words beside "allergy" that are no known drug as written: "pen", "penecillin", "wibblemycin"."""
    out = Unread([], [])
    for found in _NAMED_AFTER.finditer(doc.text):
        surely = found["cue"].lower().startswith(("allerg", "anaphyl", "hypersens"))
        _take(doc, found, out, refuse=surely)
        following = _NEXT.match(doc.text, found.end())
        while following and _take(doc, following, out, refuse=False):
            following = _NEXT.match(doc.text, following.end())
    for found in _NAMED_BEFORE.finditer(doc.text):
        meant = found["cue"].lower().startswith("allerg") and _LIKE_A_DRUG.fullmatch(found["word"])
        _take(doc, found, out, refuse=bool(meant))
    for found in _CORRECTED.finditer(doc.text):
        _take(doc, found, out, refuse=False)
    for section in doc.sections:
        if section.kind == "allergy":
            _section(doc, section.start, section.end, out)
    return out


def _take(doc: Document, found: re.Match[str], out: Unread, *, refuse: bool) -> bool:
    """Reads the word found, and says whether it is an allergen; refuses it on request where it is not."""
    start, end = found.span("word")
    near = doc.between(max(0, start - 30), end)
    if any(m.payload.kind in {"drug", "allergen"} and m.end > start for m in near):
        return True
    word = doc.text[start:end].lower()
    name = _meaning(word)
    if name:
        _add(doc, start, end, name, out)
    elif refuse and word not in _VAGUE and not any(m.end > start for m in near):
        _refuse(doc, start, end, out)
    return bool(name)


def _meaning(word: str) -> str:
    return drug_table().allergy_names.get(word.lower(), "") or misspelt(word)


def _add(doc: Document, start: int, end: int, name: str, out: Unread) -> None:
    if all(m.start != start for m in out.matches):
        out.matches.append(Match(start, end, Term("allergen", name), -1, -1))


def _section(doc: Document, start: int, end: int, out: Unread) -> None:
    """What stands under "Allergies:" and names no known drug."""
    body = doc.text[start:end]
    inside = doc.between(start, end)
    for found in list(_LISTED.finditer(doc.text, start, end))[:12]:
        if not any(m.start <= found.start() < m.end for m in inside) and (name := _meaning(found.group())):
            _add(doc, found.start(), found.end(), name, out)
    read = any(m.payload.kind in {"drug", "allergen"} or "none_known" in m.payload.groups for m in inside)
    if not (read or _NOTHING.match(body) or any(start <= m.start < end for m in out.matches)) and body.strip(
        " \t\n-:.?"
    ):
        first = start + len(body) - len(body.lstrip(" \t\n-:"))
        _refuse(doc, first, min(end, first + len(doc.text[first:end].split("\n")[0]), first + 60), out)


def _refuse(doc: Document, start: int, end: int, out: Unread) -> None:
    span = doc.span(start, end)
    if any(s.start == start for _, s in out.refused):
        return
    refusal = Refusal(
        code="BED-NOTE-004",
        subject="allergy",
        why=f"The allergy to {span.text.strip()!r} was not understood, so no drug is checked against it.",
        do="Which drug or substance is the allergy to? Write its generic name.",
    )
    out.refused.append((refusal, span))
