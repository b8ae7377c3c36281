from __future__ import annotations

import pytest

from bedside.tools.notes.read import read_facts

CASES = [
    ("allergic to penicillin", [("allergy", "penicillin", "present")]),
    ("penicillin allergy (rash)", [("allergy", "penicillin", "present")]),
    ("anaphylaxis to amoxicillin", [("allergy", "amoxicillin", "present")]),
    ("allergic to codeine and latex", [("allergy", "codeine", "present"), ("allergy", "latex", "present")]),
    ("not allergic to penicillin", [("allergy", "penicillin", "absent")]),
    ("his mother is allergic to penicillin", [("allergy", "penicillin", "family")]),
    ("and if he is allergic to penicillin?", [("allergy", "penicillin", "possible")]),
    ("NKDA", [("allergy", None, "absent")]),
    ("no known allergies", [("allergy", None, "absent")]),
    ("Allergies: nil", [("allergy", None, "absent")]),
    ("no known drug allergies except penicillin", [("allergy", "penicillin", "present")]),
    ("on lisinopril and metformin", [("medication", "lisinopril", "present"), ("medication", "metformin", "present")]),
    ("takes Coumadin", [("medication", "warfarin", "present")]),
    ("started on apixaban 5 mg bd", [("medication", "apixaban", "present")]),
    ("Meds:\n- aspirin 75 mg\n- Ramipril 5mg OD\n\nCeftriaxone was given.",
     [("medication", "aspirin", "present"), ("medication", "ramipril", "present")]),
    ("stopped warfarin", [("medication", "warfarin", "absent")]),
    ("not on warfarin", [("medication", "warfarin", "absent")]),
    ("Is he on warfarin?", [("medication", "warfarin", "possible")]),
    ("Can I give Biaxin to a man who takes Zocor 40 mg and is on Coumadin?",
     [("medication", "simvastatin", "present"), ("medication", "warfarin", "present")]),
    ("Should an 82-year-old on Ativan get Ambien?", [("medication", "lorazepam", "present")]),
    ("Should I start him on apixaban?", []),
    ("Can lisinopril be used in pregnancy?", []),
    ("What is the dose of vancomycin for MRSA pneumonia?", []),
    ("give amoxicillin 500 mg", []),
]  # fmt: skip


@pytest.mark.parametrize(("text", "expected"), CASES)
def test_allergies_and_medication_are_told_apart(text: str, expected: list[tuple[str, str | None, str]]) -> None:
    found = [(f.name, f.value, f.status.value) for f in read_facts(text, "m1")]
    assert [f for f in found if f[0] in {"allergy", "medication"}] == expected
    assert not [f for f in found if f[0] in {"anaphylaxis", "rash"}]
