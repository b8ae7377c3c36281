"""Where a skin lesion is: "a mole on his upper back", "facial lesion", "site: scalp", "it is on the hand"."""

from __future__ import annotations

import re

from bedside.core.case import Fact, FactStatus
from bedside.knowledge.terms import finding
from bedside.tools.notes.document import Document
from bedside.tools.notes.quantities import make_fact
from bedside.tools.notes.times import NOW

_SITES = {
    "abdomen": "abdomen|abdominal|belly|tummy",
    "back": "back",
    "chest": "chest|breast",
    "ear": "ears?|earlobe",
    "face": "face|facial|cheeks?|nose|nasal|forehead|chin|temple|lips?|eyelids?|eyebrow",
    "foot": "foot|feet|toes?|soles?|heel|plantar",
    "genital": "genital(?:ia|s)?|vulva|penis|scrotum",
    "hand": "hands?|palms?|palmar|fingers?|thumb",
    "lower extremity": "legs?|thigh|calf|shin|knee|ankle|lower limb|lower extremity|buttocks?",
    "neck": "neck",
    "scalp": "scalp",
    "trunk": "trunk|torso|flank",
    "upper extremity": "arms?|forearm|elbow|shoulders?|wrist|upper limb|upper extremity",
}
SITES = tuple(_SITES)
_SITE = "|".join(f"(?P<{name.replace(' ', '_')}>{words})" for name, words in _SITES.items())
_LESION = (
    r"(?:moles?|lesions?|na?evus|na?evi|melanomas?|freckles?|growth|keratos[ie]s|dermatofibroma|(?:skin|pigmented|brown|dark|"
    r"black|scaly|red) (?:spot|patch|mark)|birthmark|basal cell carcinoma|dermoscop\w*|dermatoscop\w*)"
)
_SIDE = (
    r"(?:(?:the|his|her|my|their|a|left|right|upper|lower|mid|middle|outer|inner|anterior|posterior|dorsal)\s+){0,4}"
)
# "The back of his throat" and "the neck of the femur" are no places on the skin.
_END = r"\b(?!\s+of\b)"
_PATTERNS = tuple(
    re.compile(pattern, re.I)
    for pattern in (
        rf"\b{_LESION}\b[^.;:\n?!]{{0,40}}?\b(?:on|over|of|at|behind|from)\s+{_SIDE}(?P<all>{_SITE}){_END}",
        rf"\b(?P<all>{_SITE})\s+(?:skin\s+)?{_LESION}\b",
        rf"\b(?:body\s+)?(?:site|locali[sz]ation|location)\s*(?:of the lesion\s*)?[:=]\s*{_SIDE}(?P<all>{_SITE}){_END}",
        rf"(?:^|[.;\n]\s*)(?:it['’]?s?\s+(?:is\s+)?)?(?:on|over|behind)\s+{_SIDE}(?P<all>{_SITE})\s*(?:[.!\n]|$)",
    )
)


def read_lesion_sites(doc: Document) -> list[Fact]:
    """The site of the lesion that the text speaks of, once; none where it names several."""
    found: dict[str, tuple[int, int]] = {}
    for pattern in _PATTERNS:
        for match in pattern.finditer(doc.text):
            site = next(name for name in SITES if match[name.replace(" ", "_")])
            found.setdefault(site, match.span("all"))
    if len(found) != 1:
        return []
    ((site, (start, end)),) = found.items()
    row = finding("lesion_site")
    return [
        make_fact(doc, row, start, end, value=site, status=FactStatus.PRESENT, when=NOW, written=doc.text[start:end])
    ]
