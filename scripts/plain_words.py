"""Writes knowledge/terminology/plain_words.txt: words that are no names of drugs, by which an unknown drug is told.

The words of the guidelines, the diseases and the findings held here, of ICD-10-CM's titles, and some of every day. Left
out are the drugs held here, which are known anyway, what ends like the international name of a drug, and `_DRUGS`.

    python scripts/plain_words.py

ICD-10-CM is a work of the US National Center for Health Statistics, in the public domain.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import simple_icd_10_cm as icd

from bedside.knowledge.drugs import drugs_in
from bedside.tools.medications.unknown import ends_like_a_drug

KNOWLEDGE = Path(__file__).resolve().parents[1] / "knowledge"
TARGET = KNOWLEDGE / "terminology" / "plain_words.txt"
_FOLDERS = ("diseases", "guidelines", "terminology/findings")
_FILES = ("terminology/findings.yaml", "terminology/score_inputs.yaml", "terminology/abbreviations.yaml")
_SHORTEST = 5
# Drugs that a guideline speaks of and the table of drugs does not hold.
_DRUGS = frozenset({
    "alafenamide", "andexanet", "atovaquone", "betamethasone", "cilastatin", "cyproterone", "hyoscine", "lactoferrin",
    "resmetirom", "reteplase", "sacubitril", "selepressin", "silymarin",
})  # fmt: skip
# What people eat and do beside their medicines, and the texts do not speak of.
_EVERYDAY = frozenset({
    "stuff",
    "acupuncture", "afternoon", "apples", "appointment", "bacon", "bananas", "berries", "birthday", "biscuits",
    "blueberries", "bread", "breakfast", "broccoli", "burger", "butter", "candy", "carrots", "cereal", "champagne",
    "cheese", "cherries", "chicken", "chocolate", "cider", "cocktail", "coffee", "commuting", "computer", "cookies",
    "cooking", "crackers", "cranberry", "cream", "cucumber", "curry", "custard", "cycling", "dancing", "dinner",
    "email", "espresso", "evening", "football", "friday", "gardening", "garlic", "granola", "grapefruit", "grapes",
    "gravy", "hiking", "holidays", "homework", "honey", "internet", "jogging", "juice", "ketchup", "knitting",
    "lager", "laptop", "latte", "lemonade", "lemons", "letter", "lettuce", "lunch", "massage", "midnight", "monday",
    "morning", "mushrooms", "mustard", "noodles", "noon", "oatmeal", "onions", "oranges", "overtime", "paperwork",
    "pasta", "pepper", "phone", "pilates", "pizza", "porridge", "potatoes", "prawns", "pudding", "salad", "salmon",
    "sandwich", "saturday", "sauce", "sauna", "sausage", "shopping", "shower", "shrimp", "singing", "smoothie",
    "snacks", "spices", "spinach", "steak", "strawberries", "sugar", "sunday", "supper", "sushi", "sweets",
    "telephone", "tennis", "thursday", "toast", "tomatoes", "traveling", "travelling", "tuesday", "turkey", "vinegar",
    "vodka", "water", "website", "wedding", "wednesday", "weekend", "whisky", "yoga", "yoghurt", "yogurt",
})  # fmt: skip


def plain_words() -> list[str]:
    """Words of `_SHORTEST` letters or more, in alphabetical order."""
    found = {word for text in _texts() for word in re.findall(r"[^\W\d_]+", text.lower()) if len(word) >= _SHORTEST}
    found = (found | _EVERYDAY) - _DRUGS
    return sorted(word for word in found if word.isascii() and not (ends_like_a_drug(word) or drugs_in(word)))


def _texts() -> Iterator[str]:
    for folder in _FOLDERS:
        yield from (path.read_text(encoding="utf-8") for path in (KNOWLEDGE / folder).rglob("*.yaml"))
    yield from ((KNOWLEDGE / name).read_text(encoding="utf-8") for name in _FILES)
    for code in icd.get_all_codes():
        yield from (icd.get_description(code), *icd.get_inclusion_term(code))


if __name__ == "__main__":
    words = plain_words()
    TARGET.write_text("\n".join(words) + "\n", encoding="utf-8")
    print(f"{len(words)} words in {TARGET}")
