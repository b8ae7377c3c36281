"""Writes knowledge/terminology/disease_words.txt: the words of ICD-10-CM's titles and inclusion terms, chapters A to R.

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
# Injuries, poisonings, external causes and factors that are no disease.
_NO_DISEASE = frozenset("STUVWXYZ")
# A word of more codes than this ("unspecified", "arthritis") names no disease by itself.
_COMMON = 60


def disease_words() -> list[str]:
    """Words of four letters or more, in alphabetical order."""
    found: Counter[str] = Counter()
    for code in icd.get_all_codes():
        if icd.is_chapter(code) or icd.is_block(code) or code[0] in _NO_DISEASE:
            continue
        for text in (icd.get_description(code), *icd.get_inclusion_term(code)):
            found.update(set(re.findall(r"[a-z]{4,}", text.lower())))
    return sorted(word for word, codes in found.items() if codes <= _COMMON)


if __name__ == "__main__":
    words = disease_words()
    TARGET.write_text("\n".join(words) + "\n", encoding="utf-8")
    print(f"{len(words)} words in {TARGET}")
