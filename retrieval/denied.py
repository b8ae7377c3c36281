"""What a text denies: "no chest pain" must not find chest pain.

The words of denial are those of ConText (Harkema 2009, doi:10.1016/j.jbi.2009.05.002) that stand before what they deny;
only findings that the terminology knows are taken out, so that "no response to steroids" stays on steroids.
"""

from __future__ import annotations

import re
from functools import lru_cache

from bedside.knowledge.phrases import Phrase, PhraseMatcher
from bedside.knowledge.terms import findings

_ENDS = r"(?!\b(?:but|and|with|in|on|for|to|despite|except|who|which|has|is)\b)"
# "Denies fever, cough, rash" denies a list; "no fever, cough" may not.
_DENIES = re.compile(
    rf"\b(?:denie[sd]|denying)\b(?:{_ENDS}[^.;:?!\n])*|"
    rf"\b(?:no|nil|without|negative for|absence of|never had)\b(?:{_ENDS}[^.,;:?!\n])*",
    re.IGNORECASE,
)
# Whether a patient is pregnant is read with its own denials; a drug's group is not a finding to take out.
_KEPT = frozenset({"pregnancy", "positive_pregnancy_test", "postpartum", "gravida", "breastfeeding"})


def without_denied(text: str) -> str:
    """`text` without the findings it says are not there; the words around them stay."""

    def emptied(match: re.Match[str]) -> str:
        clause = match.group()
        for found in reversed(_matcher().find(clause)):
            clause = f"{clause[: found.start]} {clause[found.end :]}"
        return clause

    return _DENIES.sub(emptied, text)


@lru_cache(maxsize=1)
def _matcher() -> PhraseMatcher[str]:
    present = [f for f in findings().values() if f.kind == "presence" and f.name not in _KEPT]
    phrases = [Phrase(term, f.name) for f in present for term in (f.label, *f.terms)]
    return PhraseMatcher([*phrases, *(Phrase(term, f.name, exact=True) for f in present for term in f.exact)])
