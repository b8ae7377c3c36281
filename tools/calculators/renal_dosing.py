"""Doses by creatinine clearance: Cockcroft-Gault with the actual weight, and what the drug's label says at that
clearance.

The labels were written with the actual body weight, which is therefore used. Drugs held: enoxaparin (treatment),
dabigatran, rivaroxaban and edoxaban in atrial fibrillation, gabapentin, levetiracetam (immediate release). Another
drug is not in this table, which does not mean that its dose needs no change.

Sources: Cockcroft DW, Gault MH. Nephron 1976;16:31-41, doi:10.1159/000180580; the US prescribing information of each
drug, as named in the result.
"""

from __future__ import annotations

from bedside.core.units import show
from bedside.tools.bands import Publication
from bedside.tools.calculator import Finding, half_up, score_card
from bedside.tools.calculator_inputs import Values, age, category, optional, quantity, sex
from bedside.tools.calculators.cockcroft_gault import SOURCE, cockcroft, renal_bands
from bedside.tools.equation import Equation
from bedside.tools.registry import register

LABELS = Publication(
    "US prescribing information, DailyMed (National Library of Medicine)", "https://dailymed.nlm.nih.gov/dailymed/"
)
# For each drug: from this clearance in mL/min up, what the label says; highest first.
DOSES: dict[str, tuple[tuple[float, str], ...]] = {
    "enoxaparin": (
        (30, "no change of the treatment dose (Lovenox label, 2022)"),
        (0, "1 mg/kg once daily for treatment (Lovenox label, 2022)"),
    ),
    "dabigatran": (
        (30.1, "150 mg twice daily in atrial fibrillation (Pradaxa label, 2021)"),
        (15, "75 mg twice daily in atrial fibrillation (Pradaxa label, 2021)"),
        (0, "no recommendation can be given (Pradaxa label, 2021)"),
    ),
    "rivaroxaban": (
        (50.1, "20 mg once daily with the evening meal in atrial fibrillation (Xarelto label, 2021)"),
        (0, "15 mg once daily with the evening meal in atrial fibrillation (Xarelto label, 2021)"),
    ),
    "edoxaban": (
        (95.1, "not to be used in atrial fibrillation (Savaysa label, 2021)"),
        (50.1, "60 mg once daily in atrial fibrillation (Savaysa label, 2021)"),
        (15, "30 mg once daily in atrial fibrillation (Savaysa label, 2021)"),
        (0, "not recommended (Savaysa label, 2021)"),
    ),
    "gabapentin": (
        (60, "900 to 3600 mg a day in three doses (Neurontin label, 2020)"),
        (30, "400 to 1400 mg a day in two doses (Neurontin label, 2020)"),
        (15.1, "200 to 700 mg once daily (Neurontin label, 2020)"),
        (0, "100 to 300 mg once daily, in proportion to the clearance (Neurontin label, 2020)"),
    ),
    "levetiracetam": (
        (80.1, "500 to 1500 mg every 12 hours (Keppra label, 2020)"),
        (50, "500 to 1000 mg every 12 hours (Keppra label, 2020)"),
        (30, "250 to 750 mg every 12 hours (Keppra label, 2020)"),
        (0, "250 to 500 mg every 12 hours (Keppra label, 2020)"),
    ),
}


@register
class RenalDosing(Equation):
    """Dosing by creatinine clearance; see the module for the rule and its source."""

    inputs = (
        age(),
        sex(),
        quantity("weight"),
        quantity("creatinine"),
        optional(category("medication", options=tuple(DOSES))),
    )
    card = score_card(
        "renal_dosing",
        "Dosing by creatinine clearance",
        "What dose does the label give at this creatinine clearance?",
        inputs,
        SOURCE,
        population="adults with stable creatinine",
        topics=(
            "renal dosing",
            "renal dose",
            "dose adjustment renal",
            "creatinine clearance dosing",
        ),
        limits=(
            "Six drugs are held; a drug that is not among them is not thereby safe at its usual dose.",
            "It holds for stable creatinine, and not on dialysis.",
            "The indication and interactions change doses too: read the label.",
        ),
    )
    link = SOURCE.link
    unit = "mL/min"
    bands = renal_bands()

    def solve(self, v: Values) -> float:
        """Clearance in mL/min, with the actual weight."""
        female = v.word("sex") == "female"
        return cockcroft(v.need("age"), v.need("weight"), v.in_unit("creatinine", "mg/dL"), female)

    def parts(self, v: Values) -> tuple[Finding, ...]:
        """What the label of the drug says."""
        drug, level = v.word("medication"), half_up(self.solve(v), 1)
        if not drug:
            return ()
        said = next(text for least, text in DOSES[drug] if level >= least)
        words_ = f"{drug.capitalize()} at a creatinine clearance of {show(level, 'mL/min')}: {said}."
        return (Finding(statement=words_, part=drug, citation=LABELS.citation, link=LABELS.link),)
