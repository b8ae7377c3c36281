"""CKD-EPI 2021: glomerular filtration rate from serum creatinine, age and sex, without race.

eGFR = 142 x min(Scr/k, 1)^a x max(Scr/k, 1)^-1.200 x 0.9938^age x 1.012 if female, in mL/min/1.73 m2; Scr in mg/dL
(umol/L divided by 88.42), k 0.7 and a -0.241 for women, k 0.9 and a -0.302 for men. Rounded to the nearest whole
number, as laboratories report it, and staged from that: G1 90 or more, G2 60 to 89, G3a 45 to 59, G3b 30 to 44,
G4 15 to 29, G5 below 15. In acute kidney injury creatinine is not steady, so the number gets that limit and no stage.

Sources: Inker LA et al. N Engl J Med 2021;385:1737-1749, doi:10.1056/NEJMoa2102953; stages from KDIGO 2024, Kidney Int
2024;105(4S):S117-S314, doi:10.1016/j.kint.2023.10.018.
"""

from __future__ import annotations

from bedside.core.card import Accepts, ToolCard
from bedside.core.units import show
from bedside.tools.calculator import (
    Calculator,
    Finding,
    Interpretation,
    Outcome,
    Population,
    half_up,
    required_facts,
)
from bedside.tools.calculator_inputs import Values, age, finding, quantity, sex, shown
from bedside.tools.registry import register

UMOL_PER_MG_DL = 88.42
KDIGO = (
    "KDIGO 2024 Clinical Practice Guideline for the Evaluation and Management of Chronic Kidney Disease. "
    "Kidney Int 2024;105(4S):S117-S314. doi:10.1016/j.kint.2023.10.018"
)
NOT_STEADY = (
    "Not valid here: acute kidney injury or rhabdomyolysis is recorded, so creatinine is not steady and the true "
    "filtration may be far lower. No KDIGO category is given."
)
# Lowest whole eGFR of each stage, its name and its range in words.
STAGES = (
    (90, "G1", "90 or more"),
    (60, "G2", "60 to 89"),
    (45, "G3a", "45 to 59"),
    (30, "G3b", "30 to 44"),
    (15, "G4", "15 to 29"),
    (0, "G5", "below 15"),
)


UNSTEADY = finding("aki", "acute kidney injury", "The equation needs a steady creatinine.").model_copy(
    update={"required": False, "shown_by": ("rhabdomyolysis",)}
)


def egfr(creatinine: float, years: float, female: bool) -> float:
    """eGFR in mL/min/1.73 m2, not rounded, from creatinine in umol/L and age in years."""
    scr = creatinine / UMOL_PER_MG_DL
    kappa, alpha, factor = (0.7, -0.241, 1.012) if female else (0.9, -0.302, 1.0)
    ratio = scr / kappa
    return float(142 * min(ratio, 1) ** alpha * max(ratio, 1) ** -1.2 * 0.9938**years * factor)


@register
class CkdEpi2021(Calculator):
    """eGFR by CKD-EPI 2021; see the module for the equation and its source."""

    inputs = (
        quantity("creatinine", "creatinine", "umol/L", (5, 4000), "The equation estimates filtration from it."),
        age("The equation corrects for age."),
        sex("The equation has other constants for each sex."),
        UNSTEADY,
    )
    card = ToolCard(
        name="ckd_epi_2021",
        version="1.0",
        kind="calculator",
        title="eGFR (CKD-EPI 2021)",
        purpose="How well do the kidneys filter, from serum creatinine?",
        accepts=Accepts(population="adults, not pregnant, with stable creatinine", facts=required_facts(inputs)),
        topics=(
            "egfr", "gfr", "ckd-epi", "ckd epi", "glomerular filtration", "kidney function", "renal function",
            "creatinine", "chronic kidney disease", "ckd", "renal impairment", "kidney disease",
        ),
        on_inputs=True,
        labels=tuple(stage for _, stage, _ in STAGES),
        licence="published formula",
        limits=(
            "It holds for stable creatinine: in acute kidney injury it misleads.",
            "Very high or low muscle mass, amputation and some diets and drugs change creatinine without filtration.",
            "Many drug labels give doses by creatinine clearance, which is another number.",
        ),
        citation="Inker LA, et al. New creatinine- and cystatin C-based equations to estimate GFR without race. "
        "N Engl J Med 2021;385:1737-1749. doi:10.1056/NEJMoa2102953",
    )  # fmt: skip
    link = "https://doi.org/10.1056/NEJMoa2102953"
    population = (
        Population(
            spec=finding("pregnancy", "pregnancy", ""),
            must_be=False,
            why="eGFR equations are not valid in pregnancy and this patient is pregnant.",
            do="Follow serum creatinine itself, or measure creatinine clearance.",
        ),
    )

    def exact(self, values: Values) -> float | None:
        """eGFR before it is rounded to a whole number."""
        return egfr(values.need("creatinine"), values.need("age"), values.word("sex") == "female")

    def compute(self, values: Values) -> Outcome:
        """eGFR as a whole number and its KDIGO stage."""
        creatinine, years, word = values.need("creatinine"), values.need("age"), values.word("sex")
        whole = half_up(egfr(creatinine, years, word == "female"))
        unit = "mL/min/{1.73_m2}"
        stage, words = next((stage, words) for least, stage, words in STAGES if whole >= least)
        unsteady = values.flag("aki") is True
        return Outcome(
            limits=(NOT_STEADY,) if unsteady else (),
            findings=(
                Finding(
                    statement=f"eGFR (CKD-EPI 2021) is {show(whole, unit)}, from creatinine "
                    f"{shown(creatinine, 'umol/L')}, age {years:g} and {word} sex"
                    f"{'; creatinine is not steady, so this is not a valid estimate' if unsteady else ''}.",
                    value=whole,
                    unit=unit,
                ),
            ),
            low=whole,
            high=whole,
            interpretations=()
            if unsteady
            else (
                Interpretation(
                    statement=f"An eGFR of {words} mL/min/1.73 m² is KDIGO category {stage}; chronic kidney disease "
                    "needs more than three months of abnormality.",
                    citation=KDIGO,
                    link="https://doi.org/10.1016/j.kint.2023.10.018",
                ),
            ),
        )
