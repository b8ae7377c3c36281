"""Writes knowledge/terminology/disease_words.txt: the nouns by which ICD-10-CM names diseases, chapters A to Q.

Of each title and inclusion term only the head counts (the last word before "with", "of", a comma or a bracket), what
stands in brackets, and the name of a discoverer: "fast" and "rise" stand in titles too, and name no disease.

    pip install simple-icd-10-cm==1.5.0 && python scripts/disease_words.py

ICD-10-CM is a work of the US National Center for Health Statistics, in the public domain. The words are kept in a file
because reading the whole classification takes seconds, and a search may take a tenth of one.
"""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

import simple_icd_10_cm as icd

TARGET = Path(__file__).resolve().parents[1] / "knowledge" / "terminology" / "disease_words.txt"
# Symptoms and findings, injuries, external causes and factors that are no disease.
_NO_DISEASE = frozenset("RSTUVWXYZ")
# But for what is filed among the findings and is treated as a disease: shock, sepsis, bacteraemia.
_ALL_THE_SAME = ("R57", "R65", "R78.81")
# A word of more codes than this ("unspecified", "arthritis") names no disease by itself.
_COMMON = 60
_TAIL = re.compile(
    r",|\(|\[|\b(?:with|without|due|in|of|not|from|by|at|on|during|following|and|or|as|for|to|unspecified)\b"
)


def disease_words() -> list[str]:
    """Words of four letters or more, in alphabetical order."""
    found: Counter[str] = Counter()
    for code in icd.get_all_codes():
        left_out = code[0] in _NO_DISEASE and not code.startswith(_ALL_THE_SAME)
        if icd.is_chapter(code) or icd.is_block(code) or left_out:
            continue
        for text in (icd.get_description(code), *icd.get_inclusion_term(code)):
            found.update(_names(text.lower()))
    return sorted(word for word, codes in found.items() if codes <= _COMMON)


def _names(text: str) -> set[str]:
    """The words of one title that name the disease."""
    head = re.findall(r"[a-z]{4,}", _TAIL.split(text)[0])
    bracketed = re.findall(r"\[([a-z]{4,})\]", text)
    return {*head[-1:], *bracketed, *re.findall(r"([a-z]{4,})'s\b", text)}


if __name__ == "__main__":
    words = disease_words()
    TARGET.write_text("\n".join(words) + "\n", encoding="utf-8")
    print(f"{len(words)} words in {TARGET}")
