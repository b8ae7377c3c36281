"""Abbreviations, other names and conditions as they stand in a text."""

from __future__ import annotations

import re
from functools import lru_cache

from bedside.retrieval.lexicon import Names, capital_names, other_names
from bedside.retrieval.words import words


@lru_cache(maxsize=256)
def forms_in(text: str) -> dict[str, tuple[str, ...]]:
    """Every abbreviation or name with other names in `text`, as written there, and its forms."""
    written = words(text)
    found = {" ".join(written[f.start : f.end]): f.forms for f in other_names().find(text)}
    for name, forms in capital_names().items():
        if re.search(rf"\b{name}\b", text):
            found[name.lower()] = forms
    return found


def conditions_in(text: str, conditions: Names) -> tuple[str, ...]:
    """The library's conditions that `text` names, by any of their names."""
    expanded = " ; ".join([text, *(form for forms in forms_in(text).values() for form in forms)])
    return tuple(dict.fromkeys(found.forms[0] for found in conditions.find(expanded)))
