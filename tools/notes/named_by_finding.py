"""Numbers behind the name of a finding that is one of them: "hyponatraemia of 128 mEq/L", "tachycardia (130 bpm)"."""

from __future__ import annotations

import re

from bedside.knowledge.terms import finding, to_canonical
from bedside.tools.notes.document import Document
from bedside.tools.notes.numbers import amount_at
from bedside.tools.notes.quantities import Read, add_value

_MEASURES = {
    "hyponatraemia": "sodium", "hypernatraemia": "sodium", "hyperkalaemia": "potassium", "hypokalaemia": "potassium",
    "hypercalcaemia": "calcium", "hypocalcaemia": "calcium", "hyperglycaemia": "glucose", "hypoglycaemia": "glucose",
    "hypoalbuminaemia": "albumin", "hypomagnesaemia": "magnesium", "hyperphosphataemia": "phosphate",
    "hypophosphataemia": "phosphate", "anaemia": "haemoglobin", "thrombocytopenia": "platelets",
    "thrombocytosis": "platelets", "leucocytosis": "white_cells", "leucopenia": "white_cells", "fever": "temperature",
    "high_fever": "temperature", "low_grade_fever": "temperature", "hypothermia": "temperature",
    "tachycardia": "heart_rate", "bradycardia": "heart_rate", "tachypnoea": "respiratory_rate",
    "hypoxia": "oxygen_saturation", "hypertriglyceridaemia": "triglycerides",
    "raised_bilirubin": "bilirubin", "raised_creatinine": "creatinine",
}  # fmt: skip
_LEAD = re.compile(
    r"\s{0,2}(?:\(|,)?\s{0,2}(?:(?:of|at|to|was|is|with|up to|reaching|peaking at|measured|around|about|"
    r"approximately|as high as|as low as|level|an?|rate|saturation|(?:heart|pulse|respiratory) rate)\s+){0,4}(?=\d)",
    re.I,
)


def read_named_by_finding(doc: Document) -> Read:
    """Every number with a unit of its quantity right behind the name of such a finding."""
    out = Read([], [])
    for match in doc.matches:
        name = _MEASURES.get(match.payload.name) if match.payload.kind == "present" else None
        lead = _LEAD.match(doc.text, match.end) if name else None
        if name is None or lead is None:
            continue
        row = finding(name)
        amount = amount_at(doc.text, lead.end(), row)
        if amount is None or amount.trouble or not amount.unit:
            continue
        value = to_canonical(amount.value, amount.unit, row.unit, row.units, row.bare)
        if value is not None and row.plausible(value):
            add_value(doc, row, value, match.start, amount.end, doc.text[lead.end() : amount.end], out)
    return out
