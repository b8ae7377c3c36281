"""qSOFA: who, with suspected infection outside intensive care, is likely to fare badly.

One point each: altered mentation (Glasgow Coma Scale below 15, or confusion); respiratory rate 22/min or more; systolic
blood pressure 100 mmHg or less. Two or more is positive. Either sign of altered mentation gives the point; where only
one of the two is recorded and it is normal, mentation counts as normal.

Sources: Singer M et al. JAMA 2016;315:801-810, doi:10.1001/jama.2016.0287; derivation in Seymour CW et al. JAMA
2016;315:762-774, doi:10.1001/jama.2016.0288 (two or more against fewer: 3- to 14-fold in-hospital mortality).
"""

from __future__ import annotations

from bedside.core.card import Accepts, ToolCard
from bedside.tools.calculator import required_facts
from bedside.tools.calculator_inputs import InputKind, InputSpec, Values, finding, quantity
from bedside.tools.point_score import Band, Criterion, Points, PointScore, at_least, at_most
from bedside.tools.registry import register

CITATION = (
    "Singer M, et al. The Third International Consensus Definitions for Sepsis and Septic Shock (Sepsis-3). "
    "JAMA 2016;315:801-810. doi:10.1001/jama.2016.0287"
)
LINK = "https://doi.org/10.1001/jama.2016.0287"
SEYMOUR = (
    "Seymour CW, et al. Assessment of clinical criteria for sepsis. JAMA 2016;315:762-774. doi:10.1001/jama.2016.0288"
)

GCS = InputSpec(
    name="gcs", label="Glasgow Coma Scale", kind=InputKind.QUANTITY, unit="{score}", low=3, high=15, required=False,
    contributes="Below 15 scores 1 point for altered mentation.",
)  # fmt: skip
CONFUSION = finding("confusion", "confusion", "Altered mentation scores 1 point.")
BREATHING = quantity("respiratory_rate", "respiratory rate", "/min", (1, 100), "22/min or more scores 1 point.")
SYSTOLIC = quantity("systolic_bp", "systolic blood pressure", "mm[Hg]", (20, 320), "100 mmHg or less scores 1 point.")


def _mentation(values: Values) -> Points | None:
    gcs, confused = values.number("gcs"), values.flag("confusion")
    if gcs is None and confused is None:
        return None
    signs = ["confusion"] if confused else []
    if gcs is not None and gcs < 15:
        signs.append(f"Glasgow Coma Scale {gcs:g}, below 15")
    if signs:
        return Points(points=1, words=f"altered mentation ({' and '.join(signs)})")
    normal = "Glasgow Coma Scale 15" if gcs is not None else "confusion absent"
    return Points(points=0, words=f"mentation ({normal})")


@register
class Qsofa(PointScore):
    """qSOFA; see the module for the rule and its source."""

    inputs = (CONFUSION, GCS, BREATHING, SYSTOLIC)
    card = ToolCard(
        name="qsofa",
        version="1.0",
        kind="calculator",
        title="qSOFA",
        purpose="Is this adult with suspected infection at high risk of a poor outcome typical of sepsis?",
        accepts=Accepts(population="adults with suspected infection", facts=required_facts(inputs)),
        topics=(
            "qsofa", "quick sofa", "q-sofa", "sepsis", "septic shock", "suspected infection", "infection", "pneumonia",
            "urosepsis", "pyelonephritis", "cellulitis", "meningitis", "bacteraemia", "bacteremia",
        ),
        labels=("0", "1", "2", "3"),
        licence="published formula",
        limits=(
            "It predicts a poor outcome in suspected infection; it does not diagnose sepsis.",
            "A score below 2 does not rule sepsis out: its sensitivity is low.",
        ),
        citation=CITATION,
    )  # fmt: skip
    link = LINK
    criteria = (
        Criterion("altered mentation", ("confusion", "gcs"), (0, 1), _mentation, asks=("confusion",)),
        at_least(BREATHING, 22),
        at_most(SYSTOLIC, 100),
    )
    bands = (
        Band(
            scheme="risk", low=0, high=1, citation=CITATION, link=LINK,
            statement="A qSOFA score below 2 is negative, which does not rule sepsis out.",
        ),
        Band(
            scheme="risk", low=2, high=3, citation=SEYMOUR, link="https://doi.org/10.1001/jama.2016.0288",
            statement="A qSOFA score of 2 or 3 is positive (in-hospital mortality 3- to 14-fold that of a lower score "
            "in the derivation study).",
        ),
    )  # fmt: skip
