"""Serum anion gap, and the gap corrected for albumin.

Gap = sodium - chloride - bicarbonate, in mmol/L, without potassium. Corrected gap = gap + 0.25 x (40 - albumin in g/L):
each g/L of albumin below 40 hides 0.25 mmol/L of gap. Figge leaves the normal albumin to the laboratory; 40 g/L is the
value in common use, and the statement shows it. Rounded to 0.1 mmol/L.

Sources: Kraut JA, Madias NE. Clin J Am Soc Nephrol 2007;2:162-174, doi:10.2215/CJN.03020906 (the gap); Figge J et al.
Crit Care Med 1998;26:1807-1810, doi:10.1097/00003246-199811000-00019 (albumin); Sadjadi SA et al. Int J Nephrol
Renovasc Dis 2013;6:101-105, doi:10.2147/IJNRD.S44689 (3 to 11 by ion-selective electrode, 12 plus or minus 4 before).
"""

from __future__ import annotations

from bedside.core.card import Accepts, ToolCard
from bedside.core.units import show
from bedside.tools.calculator import (
    Calculator,
    Finding,
    Interpretation,
    Outcome,
    half_up,
    missing_input,
    required_facts,
)
from bedside.tools.calculator_inputs import InputSpec, Values, quantity
from bedside.tools.registry import register

NORMAL_ALBUMIN = 40.0
SADJADI = (
    "Sadjadi SA, et al. Ion-selective electrode and anion gap range: what should the anion gap be? "
    "Int J Nephrol Renovasc Dis 2013;6:101-105. doi:10.2147/IJNRD.S44689"
)
FIGGE = (
    "Figge J, et al. Anion gap and hypoalbuminemia. Crit Care Med 1998;26:1807-1810. "
    "doi:10.1097/00003246-199811000-00019"
)
ALBUMIN = InputSpec(
    name="albumin", label="albumin", unit="g/L", low=5, high=80, required=False,
    contributes="Low albumin lowers the gap and can hide a raised one.",
)  # fmt: skip


def gap(sodium: float, chloride: float, bicarbonate: float) -> float:
    """Anion gap, all in mmol/L."""
    return sodium - chloride - bicarbonate


def gap_of(values: Values) -> float:
    """The same from readings that hold all three."""
    return gap(values.need("sodium"), values.need("chloride"), values.need("bicarbonate"))


def corrected(uncorrected: float, albumin: float) -> float:
    """The gap in mmol/L at an albumin of 40 g/L; `albumin` in g/L."""
    return uncorrected + 0.25 * (NORMAL_ALBUMIN - albumin)


def reading(value: float, name: str) -> Interpretation:
    """Where a gap in mmol/L stands among the published ranges."""
    if value > 16:
        words = "above both the range with ion-selective electrodes (3 to 11) and the older one (8 to 16): raised"
    elif value > 11:
        words = "above the range with ion-selective electrodes (3 to 11) and within the older one (8 to 16)"
    elif value >= 2:
        words = "not above the range with ion-selective electrodes (3 to 11)"
    else:
        words = "low (below 2)"
    return Interpretation(
        statement=f"The {name} of {show(value)} mmol/L is {words}; the laboratory's own range decides.",
        citation=SADJADI,
        link="https://doi.org/10.2147/IJNRD.S44689",
    )


@register
class AnionGap(Calculator):
    """Anion gap; see the module for the formula and its source."""

    inputs = (
        quantity("sodium", "sodium", "mmol/L", (80, 220), "The gap starts from it."),
        quantity("chloride", "chloride", "mmol/L", (40, 180), "It is subtracted from sodium."),
        quantity("bicarbonate", "bicarbonate", "mmol/L", (0.5, 80), "It is subtracted from sodium."),
        ALBUMIN,
    )
    card = ToolCard(
        name="anion_gap",
        version="1.0",
        kind="calculator",
        title="Anion gap",
        purpose="Are there unmeasured anions behind this metabolic acidosis?",
        accepts=Accepts(population="any age", facts=required_facts(inputs)),
        topics=(
            "anion gap", "metabolic acidosis", "acidosis", "acid-base", "ketoacidosis", "dka", "lactic acidosis",
            "salicylate", "methanol", "ethylene glycol",
        ),
        on_inputs=True,
        licence="published formula",
        limits=(
            "The normal range differs between laboratories and analysers.",
            "Potassium is left out, as is usual; a range that includes it is about 4 mmol/L higher.",
        ),
        citation="Kraut JA, Madias NE. Serum anion gap: its uses and limitations in clinical medicine. "
        "Clin J Am Soc Nephrol 2007;2:162-174. doi:10.2215/CJN.03020906",
    )  # fmt: skip
    link = "https://doi.org/10.2215/CJN.03020906"
    minimum_age = 0

    def compute(self, values: Values) -> Outcome:
        """The gap; the corrected one too where albumin is recorded, and then the reading is of that one."""
        sodium, chloride = values.need("sodium"), values.need("chloride")
        bicarbonate, albumin = values.need("bicarbonate"), values.number("albumin")
        plain = half_up(gap(sodium, chloride, bicarbonate), 1)
        sum_text = f"sodium {show(sodium)} minus chloride {show(chloride)} minus bicarbonate {show(bicarbonate)}"
        first = Finding(statement=f"Anion gap is {show(plain, 'mmol/L')}: {sum_text}.", value=plain, unit="mmol/L")
        if albumin is None:
            effect = "The albumin-corrected anion gap could be higher or lower than the plain one."
            return Outcome(
                findings=(first,), low=plain, high=plain, interpretations=(reading(plain, "anion gap"),),
                missing=(missing_input(ALBUMIN, effect),), limits=("Not corrected: albumin is not recorded.",),
            )  # fmt: skip
        adjusted = half_up(corrected(gap(sodium, chloride, bicarbonate), albumin), 1)
        second = Finding(
            statement=f"Albumin-corrected anion gap is {show(adjusted, 'mmol/L')}: {show(plain)} plus 0.25 times "
            f"(40 minus albumin {show(albumin, 'g/L')}).",
            value=adjusted,
            unit="mmol/L",
            part="albumin-corrected",
            citation=FIGGE,
            link="https://doi.org/10.1097/00003246-199811000-00019",
        )
        return Outcome(
            findings=(first, second), low=plain, high=plain,
            interpretations=(reading(adjusted, "albumin-corrected anion gap"),),
        )  # fmt: skip
