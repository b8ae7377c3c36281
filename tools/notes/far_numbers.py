"""Numbers that do not stand right behind their name: before it, further on, or in a list that says "respectively"."""

from __future__ import annotations

import re
from functools import lru_cache
from itertools import pairwise

from bedside.knowledge.phrases import Match, Phrase, PhraseMatcher
from bedside.knowledge.terms import Finding, Variant, finding, findings, score_inputs, to_canonical
from bedside.tools.notes.document import Document
from bedside.tools.notes.lexicon import VALUES, Term
from bedside.tools.notes.numbers import NUMBER, Amount, amount_at

# A sentence that says "slightly low at 133 mEq/L" of a name; anything longer is another statement.
_FURTHEST = 60
_LINKS = re.compile(r"\b(?:at|of|to|as|is|was|are|were|be|being|measuring|recorded|reading)\s*:?\s*$|[:=(]\s*$", re.I)
_BEFORE = re.compile(r"(?<![\d.,/])(?P<number>\d[\d,]*(?:\.\d+)?)(?P<unit>[^\d,;()\n]{0,22}?)\s*(?:of\s+)?$", re.I)
_RESPECTIVELY = re.compile(r"\brespectively\b", re.I)
_BETWEEN = re.compile(r"(?:[\s,;/&()+−⁺⁻-]|\b(?:and|or|serum|plasma|the|levels?|his|her)\b)*", re.I)
_VALUES = re.compile(
    r"(?:[\s:=,]|\b(?:levels?|concentrations?|values?|results?|readings?|measures?|measurements?|infusions?|rates?|running|"
    r"run|were|was|are|is|of|at|as|measured|recorded|found|to|be|blood|pressures?|serum|in|showed|by)\b)*",
    re.I,
)
_IN_URINE = re.compile(
    r"\b(?:urine|urinary) (?:\w+ ){0,2}(?:studies|study|electrolytes|chemistry|tests?|analysis|values|sample|"
    r"showed|shows|revealed|demonstrated)\b(?!.*\b(?:serum|blood|plasma)\b)",
    re.I | re.S,
)
_URINE = re.compile(r"\b(?:urine|urinary)\b", re.I)
_JOINED = re.compile(r"(?:[\s,/&]|\b(?:and|or|the|levels?)\b)*", re.I)
# "Serum and urine sodium were 130 and 20": one name, two samples.
_BLOOD_AND = re.compile(r"\b(?:serum|plasma|blood)\s*(?:and|/|&)\s*(?:urine\s|urinary\s)?$", re.I)
_URINE_AND = re.compile(r"\b(?:urine|urinary)\s*(?:and|/|&)\s*(?:serum\s|plasma\s|blood\s)?$", re.I)
_BLOOD_LED = re.compile(r"(?:serum|plasma|blood)\b", re.I)
_ASIDE = re.compile(
    r"\s*[A-Za-zµμ/²^\d.%]{0,14}?\s*(?:\([^()]{0,40}\)|\[[^\[\]]{0,40}\])?\s*(?:,\s*(?:and\s+)?|and\s+|;\s*)", re.I
)
_SLASH = re.compile(r"[\s+−⁺⁻-]{0,2}/\s?")


def in_urine(doc: Document, position: int) -> bool:
    """Whether the sentence speaks of a urine sample up to here ("Urine studies revealed sodium 32 mEq/L").

    "Urine sodium and creatinine": what is said of the first of some names holds for those joined to it.
    """
    start = doc.sentence(position).start
    if _BLOOD_LED.match(doc.text, position):
        return False
    if position - start < 400 and _IN_URINE.search(doc.text, start, position):
        return True
    words = list(_URINE.finditer(doc.text, max(start, position - 60), position))
    if not words:
        return False
    at, between = words[-1].end(), ""
    for match in doc.between(words[-1].start(), position):
        if match.payload.kind == "quantity":
            between, at = between + doc.text[at : max(at, match.start)], max(at, match.end)
    return _JOINED.fullmatch(between + doc.text[at:position]) is not None


def names_of(match: Match[Term]) -> Finding | Variant:
    """The quantity, or the variant of it, whose names and units a match has."""
    row = finding(match.payload.name)
    return row.variants[match.payload.variant - 1] if match.payload.variant else row


def quantity_matches(doc: Document) -> list[Match[Term]]:
    """The names of quantities in a text in order, those that only a score asks for ("target BMI") among them."""
    own = _only_scores().find(doc.text, doc.words)
    held = {i for m in own for i in range(m.first, m.last + 1)}
    named = [m for m in doc.matches if m.payload.kind == "quantity" and held.isdisjoint(range(m.first, m.last + 1))]
    return sorted([*(_of_sample(doc, m) for m in named), *own], key=lambda m: m.start)


def _of_sample(doc: Document, match: Match[Term]) -> Match[Term]:
    """The name as that of urine where the sample is urine and a quantity of it is known."""
    return (_named(match, f"urine_{match.payload.name}") or match) if in_urine(doc, match.start) else match


def _named(match: Match[Term], name: str) -> Match[Term] | None:
    return match._replace(payload=match.payload._replace(name=name, variant=0)) if name in findings() else None


@lru_cache(maxsize=1)
def _only_scores() -> PhraseMatcher[Term]:
    rows = (row for row in score_inputs().values() if row.kind == "quantity")
    return PhraseMatcher([Phrase(t, Term("quantity", row.name)) for row in rows for t in row.terms])


def number_before(doc: Document, match: Match[Term], reached: int) -> tuple[int, Amount] | None:
    """A number with a unit of this quantity right before its name, that no other name has taken.

    Args:
        doc: the text.
        match: the name.
        reached: where the last number or name that was read ends.
    """
    low = max(reached, match.start - 34, doc.sentence(match.start).start)
    found = _BEFORE.search(doc.text, low, match.start)
    row = finding(match.payload.name)
    if found is None or not found["unit"].strip() or row.name in {"weight", "height", "temperature"}:
        return None
    amount = amount_at(doc.text, found.start("number"), names_of(match))
    if (
        amount is None
        or amount.trouble
        or not amount.unit
        or doc.text[amount.end : match.start].strip() not in {"", "of"}
    ):
        return None
    earlier = [m for m in doc.between(max(0, low - 60), found.start("number")) if m.payload.kind in VALUES]
    # "sodium 135 mmol/L potassium": the number belongs to the name before it.
    if earlier and earlier[-1].end > reached and not re.search(r"[,;.]", doc.text[earlier[-1].end : found.start()]):
        return None
    return found.start("number"), amount


def number_further_on(doc: Document, match: Match[Term], names: Finding | Variant) -> tuple[int, Amount] | None:
    """A number in a few words behind a name ("sodium within normal limits at 139 mEq/L"); its unit must be written."""
    end = min(doc.sentence(match.start).end, match.end + _FURTHEST)
    number = NUMBER.search(doc.text, match.end, end)
    if number is None or doc.text[number.start() - 1 : number.start()].isalpha():
        return None
    between = doc.text[match.end : number.start()]
    others = [m for m in doc.between(match.end, number.start()) if m.payload.kind in VALUES | {"drug"}]
    if others or re.search(r"[;\n]|\b(?:and|but|with)\b", between) or not _LINKS.search(between):
        return None
    amount = amount_at(doc.text, number.start(), names)
    if amount is None or amount.trouble or (names.units and not amount.unit):
        return None
    return number.start(), amount


def read_listed(
    doc: Document, matches: list[Match[Term]]
) -> tuple[list[tuple[Match[Term], tuple[int, Amount]]], frozenset[int]]:
    """The values that a list gives by their place, and the starts of the names that have theirs so.

    "Sodium, potassium and chloride were 174 mEq/L, 3.6 mEq/L and 135 mEq/L respectively"; without "respectively" only
    two names joined by "and" before two numbers joined by "and".

    Args:
        doc: the text.
        matches: the names of its quantities (see `quantity_matches`).
    """
    out: list[tuple[Match[Term], tuple[int, Amount]]] = []
    done = -1
    unclear: set[int] = set()
    for index, first in enumerate(matches):
        if first.start <= done:
            continue
        samples = _two_samples(doc, first)
        names = samples or _run_of_names(doc, matches, index)
        if len(names) < 2:
            continue
        if samples:
            unclear.add(first.start)  # one number alone would be of either
        sentence_end = doc.sentence(first.start).end
        slashed = all(_SLASH.fullmatch(doc.text, a.end, b.start) for a, b in pairwise(names))
        values = _values_behind(doc, names, sentence_end, _SLASH if slashed else _ASIDE)
        said = _RESPECTIVELY.search(doc.text, names[-1].end, sentence_end + 40)
        if len(values) == len(names) and (said or slashed or len(names) == 2):
            out += list(zip(names, values, strict=True))
            done = names[-1].start
    return out, frozenset({match.start for match, _ in out} | unclear)


def _two_samples(doc: Document, match: Match[Term]) -> list[Match[Term]]:
    """One name as that of blood and of urine, in the order of the text; [] where it is of one sample."""
    before = slice(max(0, match.start - 24), match.start)
    blood = _named(match, match.payload.name.removeprefix("urine_"))
    urine = _named(match, f"urine_{match.payload.name.removeprefix('urine_')}")
    if blood is None or urine is None:
        return []
    if _BLOOD_AND.search(doc.text[before]) and match.payload.name == urine.payload.name:
        return [blood, urine]
    if _URINE_AND.search(doc.text[before]) and _BLOOD_LED.match(doc.text, match.start):
        return [urine, blood]
    return []


def _run_of_names(doc: Document, matches: list[Match[Term]], index: int) -> list[Match[Term]]:
    names = [matches[index]]
    for match in matches[index + 1 :]:
        if not _BETWEEN.fullmatch(doc.text, names[-1].end, match.start):
            break
        names.append(match)
    return names


def _values_behind(
    doc: Document, names: list[Match[Term]], end: int, separator: re.Pattern[str]
) -> list[tuple[int, Amount]]:
    """The numbers behind a run of names, one for each, or as many as can be read; a unit written last holds for all."""
    lead = _VALUES.match(doc.text, names[-1].end)
    at = lead.end() if lead else names[-1].end
    out: list[tuple[int, Amount]] = []
    for match in names:
        amount = amount_at(doc.text, at, names_of(match))
        if amount is None or at >= end:
            return []
        out.append((at, amount))
        aside = separator.match(doc.text, amount.end)
        at = aside.end() if aside else end
    unit = next((a.unit for _, a in reversed(out) if a.unit), "")
    shared = [(at, a._replace(unit=a.unit or unit, trouble="" if a.trouble == "other" else a.trouble)) for at, a in out]
    return shared if all(_fits(m, a) for m, (_, a) in zip(names, shared, strict=True)) else []


def _fits(match: Match[Term], amount: Amount) -> bool:
    row, of = finding(match.payload.name), names_of(match)
    value = to_canonical(amount.value, amount.unit, row.unit, of.units, of.bare)
    return not amount.trouble and value is not None and row.plausible(value)
