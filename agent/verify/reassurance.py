"""Whether a sentence gives comfort: says that something is harmless, or that a disease is not there."""

from __future__ import annotations

import re
from collections.abc import Iterable

_COMFORTS = re.compile(
    r"\b(?:benign|harmless|innocent|innocuous|reassur\w*|all[- ]clear|"
    r"nothing (?:to worry|serious|suspicious|of concern)|"
    r"no (?:cause|reason) (?:for|to) (?:concern|worry)|no need (?:to|for)|"
    r"not (?:suspicious|worrying|dangerous|serious)|"
    r"(?:can|may) (?:safely )?be (?:left|ignored)|safe to (?:leave|ignore|wait))\b",
    re.I,
)
# "Does not rule out melanoma" and "melanoma cannot be excluded" give no comfort; they are taken out before the search.
_LEAVES_OPEN = re.compile(
    r"(?:\b(?:do(?:es)?|can|could|may|is|are|was) ?not\b|\b(?:do(?:es)?|ca|could|is|are)n['’]t\b|\bnever\b)"
    r"(?: \w+){0,2}? (?:rules?|ruled|exclude[sd]?|excluding)\b",
    re.I,
)
_DISEASES = ("cancer", "melanoma", "malignan", "carcinoma", "tumour", "tumor", "metasta")
_DENIES = r"\b(?:no|not|never|without|free of|absence of|excludes?|excluded|rules? out|ruled out|unlikely)\b"


def comforts(text: str) -> str:
    """The words that call something harmless, "" where there are none."""
    found = _COMFORTS.search(_closed(text))
    return found[0] if found else ""


def denies(text: str, names: Iterable[str]) -> str:
    """The words that say one of the named findings, or any cancer, is not there; "" where none do."""
    what = "|".join(re.escape(name) for name in (*_DISEASES, *names))
    before, after = rf"{_DENIES}[^.;:]{{0,40}}?\b(?:{what})", rf"\b(?:{what})\w*[^.;:]{{0,25}}?{_DENIES}"
    found = re.search(f"{before}|{after}", _closed(text), re.I)
    return found[0] if found else ""


def _closed(text: str) -> str:
    return _LEAVES_OPEN.sub(" ", text)
