"""Oral morphine milligram equivalents a day.

The sum over opioids of the daily dose times its factor: codeine 0.15, hydrocodone 1, hydromorphone 5, methadone 4.7,
morphine 1, oxycodone 1.5, oxymorphone 3, tapentadol 0.4, tramadol 0.2 (each in mg a day), fentanyl patch 2.4 for each
ug/h. Buccal or sublingual fentanyl 0.13 for each ug is of the CDC's file of factors, 2018, and not in the guideline
of 2022.

Source: Dowell D et al. CDC Clinical Practice Guideline for Prescribing Opioids for Pain, 2022. MMWR Recomm Rep
2022;71(RR-3):1-95, doi:10.15585/mmwr.rr7103a1.
"""

from __future__ import annotations

from bedside.core.units import show
from bedside.tools.bands import paper
from bedside.tools.calculator import Calculator, Finding, Interpretation, Outcome, half_up, missing_input, score_card
from bedside.tools.calculator_inputs import Values, optional, quantity
from bedside.tools.registry import register

SOURCE = paper(
    (
        "Dowell D, et al. CDC clinical practice guideline for prescribing opioids for pain: "
        "United States, 2022. MMWR Recomm Rep 2022;71(RR-3):1-95"
    ),
    "10.15585/mmwr.rr7103a1",
)
FACTORS = {
    "codeine_dose": 0.15, "fentanyl_buccal_dose": 0.13, "fentanyl_patch_dose": 2.4, "hydrocodone_dose": 1.0,
    "hydromorphone_dose": 5.0, "methadone_dose": 4.7, "morphine_dose": 1.0, "oxycodone_dose": 1.5,
    "oxymorphone_dose": 3.0, "tapentadol_dose": 0.4, "tramadol_dose": 0.2,
}  # fmt: skip
BANDS = (
    SOURCE.below(49.9, "Below 50 morphine milligram equivalents a day (CDC 2022)."),
    SOURCE.from_(
        50,
        (
            "From 50 morphine milligram equivalents a day the benefit of more is small and the risk "
            "grows: pause, reassess, and offer naloxone (CDC 2022)."
        ),
    ),
)


@register
class MorphineEquivalents(Calculator):
    """Morphine milligram equivalents; see the module for the rule and its source."""

    inputs = tuple(optional(quantity(name)) for name in FACTORS)
    card = score_card(
        "morphine_equivalents",
        "Morphine milligram equivalents",
        "How much morphine a day do these opioids amount to?",
        inputs,
        SOURCE,
        population="adults who take opioids for pain",
        topics=(
            "morphine milligram equivalent",
            "morphine equivalent",
            "mme",
            "opioid conversion",
            "oral morphine equivalent",
        ),
        limits=(
            (
                "WARNING: not for changing one opioid to another. A new opioid is started well below the "
                "calculated dose, because cross-tolerance is incomplete (CDC 2022)."
            ),
            "Methadone's potency grows with its dose.",
            "Not for opioids given for addiction, nor for buprenorphine.",
        ),
    )
    link = SOURCE.link
    needs_all = False

    def compute(self, values: Values) -> Outcome:
        """The sum, and what it is made of."""
        doses = {spec: values.need(spec.name) for spec in self.inputs if spec.name in values}
        if not doses:
            effect = f"{self.card.title} cannot be calculated without a dose."
            return Outcome(missing=tuple(missing_input(spec, effect) for spec in self.inputs))
        total = half_up(sum(dose * FACTORS[spec.name] for spec, dose in doses.items()), 1)
        made = ", ".join(
            f"{spec.label} {show(dose, spec.unit)} times {FACTORS[spec.name]:g}" for spec, dose in doses.items()
        )
        return Outcome(
            findings=(
                Finding(
                    statement=f"Morphine milligram equivalents are {show(total)} a day: {made}.",
                    value=total,
                    unit="mg/d",
                ),
            ),
            low=total,
            high=total,
            interpretations=tuple(
                Interpretation(statement=b.statement, citation=b.citation, link=b.link) for b in BANDS if b.holds(total)
            ),
            limits=("Opioids that are not recorded are not in the sum.",),
        )
