"""What DICOM calls what was outlined and measured: SNOMED CT, DCM and UCUM codes from pydicom's dictionaries.

A label without a code there keeps its words under Bedside's own coding scheme, which says that it is no standard one.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pydicom.sr.coding import Code

OWN_SCHEME = "99BEDSIDE"
_SIDES = {"left": "Left", "right": "Right"}
# Labels whose words are not the dictionary's keyword: PS3.16 CID 7140 and 7153 (brain structures), 4030 (regions).
_STRUCTURES = {
    "intracranial volume": "CranialCavity",
    "brain": "Brain",
    "hippocampus anterior": "Hippocampus",
    "hippocampus posterior": "Hippocampus",
    "anterior hippocampus": "Hippocampus",
    "posterior hippocampus": "Hippocampus",
    "lungs": "Lung",
    "lung": "Lung",
    "heart": "Heart",
}
_QUANTITIES = {
    "volume": ("SCT", "Volume"),
    "area": ("SCT", "Area"),
    "diameter": ("SCT", "Diameter"),
    "length": ("SCT", "Length"),
    "probability": ("DCM", "Probability"),
}
_ABNORMAL = frozenset(
    (
        "tumor",
        "tumour",
        "lesion",
        "lesions",
        "nodule",
        "mass",
        "edema",
        "oedema",
        "haemorrhage",
        "hemorrhage",
        "metastasis",
    )
)
_UNIT_WORDS = {
    "mm3": "cubic millimeter",
    "mL": "milliliter",
    "mm2": "square millimeter",
    "mm": "millimeter",
    "1": "no units",
}


def structure(label: str) -> tuple[Code, Code, Code | None]:
    """The code of what a mask outlines.

    Returns:
        Category (CID 7150), type, and laterality (CID 244) where the label names a side and the type does not.
    """
    from pydicom.sr.codedict import codes

    words = label.lower().replace("_", " ").strip()
    side = next((word for word in _SIDES if re.search(rf"\b{word}\b", words)), "")
    bare = " ".join(word for word in words.split() if word != side)
    abnormal = not _ABNORMAL.isdisjoint(words.split())
    category = codes.SCT.MorphologicallyAbnormalStructure if abnormal else codes.SCT.AnatomicalStructure
    whole = _keyword(words) or (_keyword(f"{side} {bare}") if side else None)
    if whole is not None:
        return category, whole, None
    found = _keyword(_STRUCTURES.get(bare, bare)) or own(label)
    return category, found, getattr(codes.SCT, _SIDES[side]) if side else None


def quantity(name: str) -> Code:
    """The code of a measured quantity."""
    from pydicom.sr.codedict import codes

    scheme, keyword = _QUANTITIES.get(name.lower(), ("", ""))
    return _of(getattr(codes, scheme), keyword) or own(name) if scheme else own(name)


def unit(ucum: str) -> Code:
    """A UCUM unit as a code; its meaning is the unit in words where they are known."""
    from pydicom.sr.coding import Code

    return Code(ucum, "UCUM", _UNIT_WORDS.get(ucum, ucum))


def procedure() -> Code:
    """What was done to get the Study: an imaging procedure; which one, its modality tells."""
    from pydicom.sr.codedict import codes

    found: Code = codes.SCT.ImagingProcedure
    return found


def own(words: str) -> Code:
    """A code of Bedside's own scheme for what no dictionary here names."""
    from pydicom.sr.coding import Code

    value = re.sub(r"[^A-Z0-9]+", "_", words.upper()).strip("_")[:16] or "UNNAMED"
    return Code(value, OWN_SCHEME, words[:64] or "unnamed")


def _keyword(words: str) -> Code | None:
    from pydicom.sr.codedict import codes

    keyword = words if words in _STRUCTURES.values() else "".join(part.capitalize() for part in words.split())
    return _of(codes.SCT, keyword)


def _of(collection: Any, keyword: str) -> Code | None:
    from pydicom.sr.coding import Code

    if not keyword.isidentifier() or keyword.startswith("_"):
        return None
    try:
        found = getattr(collection, keyword)
    except AttributeError:
        return None
    return found if isinstance(found, Code) else None
