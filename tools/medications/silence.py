"""What the table does not speak of, in words: never that a drug is safe."""

from __future__ import annotations

from itertools import combinations

from bedside.core.case import Fact
from bedside.knowledge.medications import medication_table
from bedside.tools.medications.asked import asked_drugs, asks_to_start
from bedside.tools.medications.catches import Catch
from bedside.tools.medications.pairs import members_differ, together
from bedside.tools.medications.patient import Patient
from bedside.tools.medications.states import closest
from bedside.tools.medications.unknown import said_of_unknown

_NO_SIGN = "That is no sign that it is safe; look it up in the label."


def not_held(question: str, facts: tuple[Fact, ...], catches: tuple[Catch, ...]) -> tuple[str, ...]:
    """One sentence for each asked drug about what no row speaks of, and one for names that are no drug known here.

    Args:
        question: the user's words.
        facts: what is known of the patient.
        catches: what the table says; an asked drug that none is about is named where the question would start it.
    """
    patient, asked = Patient.of(facts, question), asked_drugs(question)
    taken = [m for m in patient.medicines if m not in asked]
    pairs = [*combinations(asked, 2), *((drug, m) for drug in asked for m in taken)]
    out: list[str] = []
    for drug in asked:
        others = [other for one, other in pairs if one == drug and not together(one, other, ())]
        unclear = [other for other in others if members_differ(drug, other)]
        silent = [other for other in others if other not in unclear]
        parts = [f"with {', '.join(silent)}"] if silent else []
        parts += ["in pregnancy"] if patient.pregnant and not _in_pregnancy(drug) else []
        said = any(drug in c.drugs for c in catches) or any(drug in pair for pair in pairs)
        if not (parts or said) and asks_to_start(question):
            parts = ["with what is known of this patient"]
        out += [f"Not in the table held here: {drug} {' and '.join(parts)}. {_NO_SIGN}"] if parts else []
        if unclear:
            out.append(
                f"It hangs on which drug of the class is meant: {drug} with {', '.join(unclear)}. "
                "Name the drug to have it checked."
            )
    return (*out, *(said_of_unknown(question) if asks_to_start(question) else ()))


def _in_pregnancy(drug: str) -> bool:
    rows = {k: r.pregnancy for k, r in medication_table().reproduction.items() if r.pregnancy}
    return closest(drug, rows) is not None
