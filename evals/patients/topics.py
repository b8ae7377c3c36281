"""What a question or a request is about, so that a case can answer it: findings, sections and telling words."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from functools import lru_cache
from math import log
from pathlib import Path
from typing import Any

from bedside.evals.patients.case import Section
from bedside.knowledge.terms import TERMINOLOGY, findings, load_yaml
from bedside.tools.notes.read import read_facts

_SECTIONS: tuple[tuple[Section, str], ...] = (
    ("complaint", r"brings? you|what(?:'s| is) (?:wrong|the matter|the problem)|how can i help|main problem"),
    ("person", r"how old|your age|about yourself|your (?:name|sex|gender)"),
    ("history", r"when did|how long|what happened|tell me more|describe|started|start\b|come on|worse or better"),
    ("symptoms", r"(?:other|any|what) (?:\w+ )?(?:symptoms|complaints|problems)|anything else|notic"),
    ("past", r"medical (?:history|problems|conditions)|past (?:history|problems)|illness(?:es)?|operations?|surger"
             r"|hospital|other conditions|diagnosed with"),
    ("medicines", r"medicines?|medications?|drugs? (?:do )?you take|tablets|pills|supplements|treatments?"),
    ("allergies", r"allerg"),
    ("family", r"family|relatives|parents|siblings|mother|father|runs in"),
    ("social", r"smoke|smoking|alcohol|drink|recreational|occupation|your work|job\b|live with|at home|travel|sexual"
               r"|social|lifestyle|diet|partner"),
    ("review", r"(?:other|any|what) (?:\w+ )?symptoms|review of systems|head to toe|generally|anything else"),
)  # fmt: skip
# A question about the complaint is answered by the history where the case keeps no complaint apart.
_ALSO: dict[Section, tuple[Section, ...]] = {"complaint": ("complaint", "history")}
# What a fact without a section is about, by its words.
_OF_FACT: tuple[tuple[Section, str], ...] = (
    ("person", r"\b\d{1,3}[- ](?:year|month|week|day)s?[- ]old\b"),
    ("family", r"\b(?:mother|father|brother|sister|sibling|parents?|grand\w+|family|uncle|aunt|cousin)\b"),
    ("allergies", r"allerg(?:y|ic|ies)\b"),
    ("medicines", r"\b(?:takes?|taking|medications?|medicines?|prescribed|treated with|inhaler|tablets?)\b"),
    ("social", r"\b(?:smok\w+|cigarettes?|alcohol|drinks?|drugs?|works? as|lives?|travel\w*|sexual\w*|married)\b"),
    ("past", r"\b(?:history of|past medical|previously|underwent|surger\w+|diagnosed|vaccin\w+|immuni[sz]\w+)\b"),
)  # fmt: skip
# What examination and tests found is of no section: a question to the patient about its history does not ask for it.
_FOUND = re.compile(
    r"\b(?:exam(?:ination)?\b|vital signs|temperature|pulse|respirat\w+ (?:rate|are)|blood pressure is|serum"
    r"|laborator\w+|radiograph|x-?ray|ct\b|mri\b|ecg\b|ultraso\w+|biops\w+"
    r"|culture|count\b|bmi\b|weighs|\d+ cm\b|mg/d|mm ?hg|/min)",
    re.I,
)


@lru_cache(maxsize=4096)
def asked_sections(text: str) -> frozenset[Section]:
    """The sections that a question is about, by its words."""
    found = [name for name, pattern in _SECTIONS if re.search(pattern, text.lower())]
    return frozenset(s for name in found for s in _ALSO.get(name, (name,)))


@lru_cache(maxsize=4096)
def sections_of(text: str) -> frozenset[Section]:
    """What a fact without a section is about."""
    found = frozenset(name for name, pattern in _OF_FACT if re.search(pattern, text.lower()))
    return found or frozenset(() if _FOUND.search(text) else ("history", "symptoms"))


@lru_cache(maxsize=8192)
def named_in(text: str) -> frozenset[str]:
    """The findings that a text names, whatever it says of them, with those that they imply."""
    names = {fact.name for fact in read_facts(text, "topic")}
    wide = {wider for name in names if name in findings() for wider in findings()[name].implies}
    return frozenset(names | wide)


@lru_cache(maxsize=16384)
def stems_of(text: str) -> tuple[str, ...]:
    """Stems of the telling words, in order; abbreviations also written out ("ECG": electrocardiogram)."""
    words = re.findall(r"[a-z][a-z]+|\d+", text.lower().replace("'", ""))
    out = [w for word in words for w in (word, *_written_out().get(word, ())) if w not in stop_words()]
    return tuple(dict.fromkeys(_stemmer().stemWords(out)))


def shared(asked: Iterable[str], told: Iterable[str], weight: dict[str, float]) -> float:
    """What share of the weight of the stems asked is told, 0 to 1."""
    asked, told = set(asked), set(told)
    whole = sum(weight.get(stem, _RARE) for stem in asked)
    return sum(weight.get(stem, _RARE) for stem in asked & told) / whole if whole else 0.0


def weights(texts: Iterable[tuple[str, ...]]) -> dict[str, float]:
    """How telling each stem is among texts: rare ones tell more (inverse document frequency)."""
    rows = [set(stems) for stems in texts]
    counts = Counter(stem for row in rows for stem in row)
    return {stem: log(1 + len(rows) / n) for stem, n in counts.items()}


@lru_cache(maxsize=1)
def stop_words() -> frozenset[str]:
    """Words that tell nothing of what a question or a fact is about."""
    return frozenset((Path(__file__).parent / "stop_words.txt").read_text(encoding="utf-8").split())


_RARE = 2.0


@lru_cache(maxsize=1)
def _written_out() -> dict[str, tuple[str, ...]]:
    rows = load_yaml(TERMINOLOGY / "abbreviations.yaml")["short"]
    return {short: tuple(re.findall(r"[a-z]+", " ".join(names).lower())) for short, names in rows.items()}


@lru_cache(maxsize=1)
def _stemmer() -> Any:
    import Stemmer

    return Stemmer.Stemmer("english")
