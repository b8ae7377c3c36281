"""The seven labels in the order of the network's outputs, in words that call nothing harmless, with their codes.

The labels are those of HAM10000 (Tschandl et al. 2018, doi:10.1038/sdata.2018.161). Codes are ICD-10 (WHO, version
2019) and SNOMED CT, given only where one code fits the whole label and is certain.
"""

from __future__ import annotations

from typing import NamedTuple


class Label(NamedTuple):
    """One label: as HAM10000 abbreviates it, as it is shown, what it covers, and its codes ("" where uncertain)."""

    short: str
    name: str
    covers: str = ""
    icd10: str = ""
    snomed: str = ""

    @property
    def shown(self) -> str:
        """The name with what it covers and its codes: "melanoma (ICD-10 C43, SNOMED 93655004)"."""
        codes = [f"ICD-10 {self.icd10}"] * bool(self.icd10) + [f"SNOMED {self.snomed}"] * bool(self.snomed)
        inside = "; ".join(part for part in (self.covers, ", ".join(codes)) if part)
        return f"{self.name} ({inside})" if inside else self.name


MELANOMA = "melanoma"
LABELS = (
    Label("akiec", "actinic keratosis or intraepithelial carcinoma", icd10="L57.0 or D04"),
    Label("bcc", "basal cell carcinoma", icd10="C44", snomed="254701007"),
    Label("bkl", "keratosis-like lesion", "solar lentigo, seborrhoeic or lichen planus-like keratosis"),
    Label("df", "dermatofibroma", icd10="D23"),
    Label("mel", MELANOMA, icd10="C43", snomed="93655004"),
    Label("nv", "melanocytic naevus", icd10="D22"),
    Label("vasc", "vascular lesion", "angioma, angiokeratoma, pyogenic granuloma or haemorrhage"),
)
