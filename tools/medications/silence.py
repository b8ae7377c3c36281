"""What the table does not speak of, in words: never that a drug is safe."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from bedside.tools.medications.asked import asked_drugs, asks_to_start
from bedside.tools.medications.catches import Catch
from bedside.tools.medications.pairs import members_differ
from bedside.tools.medications.patient import Patient
from bedside.tools.medications.states import in_pregnancy
from bedside.tools.medications.unknown import said_of_unknown

_NO_SIGN = "That is no sign that it is safe; look it up in the label."


def not_held(
    question: str, patient: Patient, pairs: Mapping[tuple[str, str], Sequence[Catch]], catches: tuple[Catch, ...]
) -> tuple[str, ...]:
    """One sentence for each asked drug about what no row speaks of, and one for names that are no drug known here.

    Args:
        question: the user's words.
        patient: what is known.
        pairs: the catches of every two drugs asked or taken, the asked one first.
        catches: what the table says; an asked drug that none is about is named where the question would start it.
    """
    out: list[str] = []
    for drug in asked_drugs(question):
        others = [other for (one, other), found in pairs.items() if one == drug and not found]
        unclear = [other for other in others if members_differ(drug, other)]
        silent = [other for other in others if other not in unclear]
        parts = [f"with {', '.join(silent)}"] if silent else []
        parts += ["in pregnancy"] if patient.pregnant and in_pregnancy(drug) is None else []
        said = any(drug in c.drugs for c in catches) or any(drug in pair for pair in pairs)
        if not (parts or said or patient.empty) and asks_to_start(question):
            parts = ["with what is known of this patient"]
        out += [f"Not in the table held here: {drug} {' and '.join(parts)}. {_NO_SIGN}"] if parts else []
        if unclear:
            out.append(
                f"It hangs on which drug of the class is meant: {drug} with {', '.join(unclear)}. "
                "Name the drug to have it checked."
            )
    return (*out, *(said_of_unknown(question) if asks_to_start(question) else ()))
