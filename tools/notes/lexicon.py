"""Every phrase the reader knows, in one matcher: findings, drugs, allergens and context cues."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Literal, NamedTuple

from bedside.core.errors import KnowledgeError
from bedside.knowledge.drugs import drug_phrases, drug_table
from bedside.knowledge.phrases import Match, Phrase, PhraseMatcher, Word, words_of
from bedside.knowledge.terms import Finding, Variant, findings, load_yaml
from bedside.tools.notes.levels import read_levels
from bedside.tools.notes.needed import needed
from bedside.tools.notes.places import read_places

Kind = Literal["quantity", "present", "absent", "historical", "timed", "drug", "allergen", "cue", "bp"]
_PRESSURES = (
    "blood pressure", "arterial pressure", "arterial blood pressure", "blood pressure level", "blood pressures",
)  # fmt: skip
# Kinds of terms that name a finding which is there or not, and of those that name a number.
PRESENCE: frozenset[Kind] = frozenset({"present", "absent", "historical", "timed"})
VALUES: frozenset[Kind] = frozenset({"quantity", "bp"})


class Term(NamedTuple):
    """What a phrase stands for.

    Attributes:
        kind: ``quantity``, ``present`` (a finding), ``absent`` (a term that says it is not there), ``historical``,
            ``timed`` (counts only with a recent time), ``drug`` (or a class), ``allergen``, ``bp``, or ``cue``.
        name: canonical name of the finding, drug or allergen; of a cue, its groups joined by a space.
        variant: of a quantity, the index of its variant plus one; 0 for the quantity itself.
        terse: a short name in another case than usual ("k", "NA"), which counts only right before a plausible number.
    """

    kind: Kind
    name: str
    variant: int = 0
    terse: bool = False

    @property
    def groups(self) -> tuple[str, ...]:
        """The groups of a cue; () of anything else."""
        return tuple(self.name.split()) if self.kind == "cue" else ()


_VALUE = re.compile(r"(?:2?\+|-(?=\s))?\s?[:=]?\s?(\d+(?:\.\d+)?)(?![\d.]*\s?[-–/x×]\s?\d)")
# "Urinalysis negative for nitrites": what follows is denied.
_NEGATIVE = "negative"
_NEGATIVE_FOR = re.compile(
    rf"{_NEGATIVE}\s+for\b(?!\s+(?:\d|years|months|many|several|now|her|him|them|me|the (?:last|past|first|second)))",
    re.I,
)
# Of tests with many results only what follows is denied; "D-dimer negative for PE" denies the test's one result, too.
_MANY_RESULTS = frozenset({
    "urine_leucocytes", "positive_drug_screen", "positive_urine_culture", "positive_blood_culture", "stool_pathogen",
    "viral_pcr_positive", "viral_hepatitis", "chlamydia_gonorrhoea_positive", "positive_biopsy_malignancy", "fracture",
    "pregnancy",
})  # fmt: skip
# "No murmurs or gallops": the "no" of a term that denies by itself denies what is joined to it, too.
_NO = re.compile(r"(?:no|without|denies|denied|never|(?:does|did|do) not)\b", re.I)
_DENIES = Term("cue", "negated_before")
_ALSO_UNITS = frozenset({"mg", "g"})
_NUMBER_FOLLOWS = re.compile(r"[^\d;\n]{0,25}\d")
_TAKEN = re.compile(r"\b(?:on|takes?|taking|took|uses?|using|started|given|treated with|receiving|prescribed)\b", re.I)
# "Cant walk" is "can't walk" written in haste.
_NOT = re.compile(r"(?<=\w)n['’]t\b", re.I)
# "Lost weight, 8 kg" is no weight.
_CHANGES = frozenset({"weight", "height"})


class Lexicon(PhraseMatcher[Term]):
    """The matcher over every phrase, and over the patterns of the findings; of two that overlap, the longer holds."""

    def __init__(self, phrases: Iterable[Phrase[Term]]) -> None:
        phrases = list(phrases)
        super().__init__(phrases)
        self._quantities = PhraseMatcher(
            p for p in phrases if p.payload.kind in VALUES and p.payload.name not in _CHANGES
        )
        self._drugs = PhraseMatcher(p for p in phrases if p.payload.kind == "drug")
        self._family = PhraseMatcher(p for p in phrases if "family" in p.payload.groups)
        rows = findings().values()
        self._patterns = [
            (re.compile(p, re.I), Term("present", row.name), needed(p)) for row in rows for p in row.patterns
        ]

    def find(self, text: str, words: Sequence[Word] | None = None) -> list[Match[Term]]:
        """Every phrase and pattern in `text`, in order, without overlap."""
        words = words_of(text) if words is None else words
        read = [m for m in super().find(text, words) if not m.payload.terse or _names_a_value(text, m)]
        found = [part for m in read for part in self._split(text, words, m)]
        lower = text.lower()
        patterns = ((p, term) for p, term, words_ in self._patterns if not words_ or any(w in lower for w in words_))
        hits = [_match(*span_of(hit), term, words) for pattern, term in patterns for hit in pattern.finditer(text)]
        hits += [_match(p.start, p.end, Term("present", p.name), words) for p in read_places(text, words)]
        hits += [
            _match(v.start, v.end, Term("present" if v.there else "absent", v.name), words)
            for v in read_levels(text, words)
        ]
        return self._with_inner(text, words, _merged(text, found, hits) if hits else found)

    def _with_inner(self, text: str, words: Sequence[Word], found: list[Match[Term]]) -> list[Match[Term]]:
        """Adds what findings hold: "on lisinopril" is a medicine too, and "brother has anaemia" speaks of a brother."""
        out: list[Match[Term]] = []
        for match in found:
            if match.payload.kind == "absent" and _NEGATIVE_FOR.match(text, match.end - len(_NEGATIVE)):
                last = match.last + 1
                if match.payload.name not in _MANY_RESULTS:
                    out.append(match)
                out.append(Match(words[match.last].start, words[last].end, _DENIES, match.last, last))
                continue
            if match.payload.kind == "absent" and (no := _NO.match(text, match.start)):
                last = match.first + len(no.group().split()) - 1
                out.append(Match(match.start, no.end(), _DENIES, match.first, last))
            out.append(match)
            if match.payload.kind in PRESENCE:
                inner = words[match.first : match.last + 1]
                relative = [m for m in self._family.find(text, inner) if m.first == 0 and m.last < len(inner) - 1]
                out += [m._replace(first=m.first + match.first, last=m.last + match.first) for m in relative]
                drugs = self._drugs.find(text, inner)
                whole = [d for d in drugs if d.last - d.first == match.last - match.first]
                if drugs and (whole or _TAKEN.search(text, match.start, match.end)):
                    out += [d._replace(first=d.first + match.first, last=d.last + match.first) for d in drugs]
        return out

    def _split(self, text: str, words: Sequence[Word], match: Match[Term]) -> list[Match[Term]]:
        """ "Low sodium" before a number is a finding and a quantity: the finding keeps the words beside the name."""
        first, last = match.first, match.last
        if first == last or match.payload.kind not in PRESENCE or not _NUMBER_FOLLOWS.match(text, match.end):
            return [match]
        for part in self._quantities.find(text, words[first : last + 1]):
            begins, ends = part.first + first, part.last + first
            named = part._replace(first=begins, last=ends)
            if ends == last and begins > first:
                return [match._replace(end=words[begins - 1].end, last=begins - 1), named]
            if begins == first and ends < last:
                return [named, match._replace(start=words[ends + 1].start, first=ends + 1)]
        return [match]


def _names_a_value(text: str, match: Match[Term]) -> bool:
    """Whether a plausible number stands right behind a terse name, and nothing before it makes it part of a word."""
    number = _VALUE.match(text, match.end)
    before = text[max(0, match.start - 8) : match.start].rstrip(" ")
    written = text[match.start : match.end].lower()
    if number is None or text[max(0, match.start - 1) : match.start] in {"'", "’", "/", "-"}:
        return False
    if written in _ALSO_UNITS and before[-1:].isdigit():
        return False
    return any(low <= float(number[1]) <= high for low, high, *_ in findings()[match.payload.name].bare)


def span_of(hit: re.Match[str]) -> tuple[int, int]:
    """The mention of a pattern's hit: its group ``span``, or all of it where it has none."""
    return hit.span("span") if "span" in hit.re.groupindex else hit.span()


def _match(start: int, end: int, term: Term, words: Sequence[Word]) -> Match[Term]:
    first = bisect_right(words, start, key=lambda w: w.end)
    last = max(first, bisect_left(words, end, key=lambda w: w.start) - 1)
    return Match(start, end, term, first, last)


def _merged(text: str, found: list[Match[Term]], hits: list[Match[Term]]) -> list[Match[Term]]:
    """Phrases and hits in order; a hit gives way to a longer phrase, and to a hit that starts before it.

    A quantity with its number stays beside a hit: "sats 85%" is a value whatever else it says. A negation whose last
    words a hit takes keeps its first ones: "no history of" beside "history of thrombosis" is "no".
    """
    valued = {i for i, m in enumerate(found) if m.payload.kind in VALUES and _NUMBER_FOLLOWS.match(text, m.end)}
    starts, ends = [m.start for m in found], [m.end for m in found]
    dropped: set[int] = set()
    kept: list[Match[Term]] = []
    for hit in sorted(hits, key=lambda m: (m.start, -m.end)):
        overlapping = range(bisect_right(ends, hit.start), bisect_left(starts, hit.end))
        longer = any(ends[i] - starts[i] > hit.end - hit.start for i in overlapping)
        if not longer and (not kept or kept[-1].end <= hit.start):
            dropped.update(i for i in overlapping if i not in valued)
            kept += [_before(text, found[i], hit) for i in overlapping if _begins_negation(text, found[i], hit)]
            kept.append(hit)
    return sorted([m for i, m in enumerate(found) if i not in dropped] + kept, key=lambda m: m.start)


def _begins_negation(text: str, phrase: Match[Term], hit: Match[Term]) -> bool:
    """Whether a phrase that a hit takes begins before it with a word that denies: a cue, or "no edema" as one."""
    denies = "negated_before" in phrase.payload.groups or (
        phrase.payload.kind == "absent" and _NO.match(text, phrase.start) is not None
    )
    return denies and phrase.start < hit.start


def _before(text: str, phrase: Match[Term], hit: Match[Term]) -> Match[Term]:
    """The words of a phrase before a hit, as a cue."""
    end = phrase.start + len(text[phrase.start : hit.start].rstrip())
    cue = phrase.payload if phrase.payload.groups else _DENIES
    return phrase._replace(end=end, payload=cue, last=max(phrase.first, hit.first - 1))


@lru_cache(maxsize=1)
def lexicon() -> Lexicon:
    """The matcher over everything. Where two lists hold the same phrase, findings win over cues and cues over drugs."""
    phrases: list[Phrase[Term]] = [Phrase(t, Term("bp", "bp")) for t in _PRESSURES]
    phrases += [Phrase(t, Term("bp", "bp")) for t in ("BP", "B P", "B/P", "ABP", "NIBP")]
    for row in findings().values():
        phrases += _quantity(row) if row.kind == "quantity" else _presence(row)
    phrases += [Phrase(text, Term("cue", " ".join(groups))) for text, groups in _cues().items()]
    phrases += [Phrase(p.text, Term("drug", p.payload), p.exact) for p in drug_phrases()]
    phrases += [Phrase(a, Term("allergen", a)) for a in drug_table().allergens]
    in_haste = [Phrase(_NOT.sub("nt", p.text), p.payload, p.exact) for p in phrases if _NOT.search(p.text)]
    return Lexicon([*phrases, *in_haste])


def _quantity(row: Finding) -> list[Phrase[Term]]:
    out = []
    groups: tuple[Finding | Variant, ...] = (row, *row.variants)
    for index, names in enumerate(groups):
        out += [Phrase(t, Term("quantity", row.name, index)) for t in names.terms]
        out += [Phrase(t, Term("quantity", row.name, index), exact=True) for t in names.exact]
        out += [Phrase(t, Term("quantity", row.name, index, terse=True)) for t in names.exact]
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
