"""Wells score: clinical probability of pulmonary embolism before any test.

Clinical signs of deep vein thrombosis 3; pulmonary embolism more likely than any other diagnosis 3; heart rate above
100/min 1.5; immobilisation of at least three days or surgery in the previous four weeks 1.5; previous deep vein
thrombosis or pulmonary embolism 1.5; haemoptysis 1; active cancer (treated within six months, or palliative) 1.
Three tiers: below 2 low, 2 to 6 moderate, above 6 high. Two tiers: 4 or less unlikely, above 4 likely.

The third item is a judgement: `alternative_diagnosis_likely` absent gives the points, present gives none, and unsaid
leaves the score open by 3. Immobilisation and surgery count only when current: one of them present gives the points,
both absent gives none.

Source: Wells PS et al. Thromb Haemost 2000;83:416-420, doi:10.1055/s-0037-1613830 (prevalence of pulmonary embolism
3.6 %, 20.5 % and 66.7 % in the three tiers of the derivation set).
"""

from __future__ import annotations

from bedside.core.card import Accepts, ToolCard
from bedside.tools.calculator import Population, required_facts
from bedside.tools.calculator_inputs import InputKind, InputSpec, Values, comorbidity, finding, quantity
from bedside.tools.point_score import Band, Criterion, Points, PointScore, above, present
from bedside.tools.registry import register

CITATION = (
    "Wells PS, et al. Derivation of a simple clinical model to categorize patients probability of pulmonary embolism. "
    "Thromb Haemost 2000;83:416-420. doi:10.1055/s-0037-1613830"
)
LINK = "https://doi.org/10.1055/s-0037-1613830"

SIGNS = finding(
    "dvt_signs", "clinical signs of deep vein thrombosis", "Leg swelling with deep vein pain scores 3 points."
)
ALTERNATIVE = finding(
    "alternative_diagnosis_likely",
    "alternative diagnosis at least as likely as pulmonary embolism",
    "If no other diagnosis is as likely as pulmonary embolism, that scores 3 points.",
)
RATE = quantity("heart_rate", "heart rate", "/min", (10, 350), "Above 100/min scores 1.5 points.")
IMMOBILE = finding("immobilisation", "immobilisation", "Three days or more of bed rest in four weeks score 1.5 points.")
SURGERY = finding("recent_surgery", "recent surgery", "Surgery in the previous four weeks scores 1.5 points.")
PREVIOUS = InputSpec(
    name="previous_vte", label="previous deep vein thrombosis or pulmonary embolism", kind=InputKind.PRESENCE,
    comorbidity=True, history=True, shown_by_past=("dvt", "pulmonary_embolism"), contributes="It scores 1.5 points.",
)  # fmt: skip
BLOOD = finding("haemoptysis", "haemoptysis", "Haemoptysis scores 1 point.")
# Cancer in the past does not score, so a historical fact leaves this open.
CANCER = comorbidity(
    "active_cancer", "active cancer", "Cancer under treatment, treated within six months or palliative scores 1 point."
).model_copy(update={"history": False})
PREGNANT = finding("pregnancy", "pregnancy", "")


def _alternative(values: Values) -> Points | None:
    likely = values.flag("alternative_diagnosis_likely")
    if likely is None:
        return None
    if likely:
        return Points(points=0, words="another diagnosis at least as likely")
    return Points(points=3, words="no other diagnosis as likely as pulmonary embolism [3 points]")


def _still(values: Values) -> Points | None:
    flags = {"immobilisation": values.flag("immobilisation"), "recent surgery": values.flag("recent_surgery")}
    there = [label for label, flag in flags.items() if flag]
    if there:
        return Points(points=1.5, words=f"{' and '.join(there)} [1.5 points]")
    if None in flags.values():
        return None
    return Points(points=0, words="immobilisation and recent surgery (absent)")


def _band(scheme: str, low: float, high: float, statement: str) -> Band:
    return Band(scheme=scheme, low=low, high=high, statement=statement, citation=CITATION, link=LINK)


def _tier(low: float, high: float, scores: str, name: str, percent: str) -> Band:
    words = f"A Wells score {scores} is the {name}-probability tier"
    return _band("three", low, high, f"{words} ({percent} % had pulmonary embolism in the derivation set).")


@register
class WellsPe(PointScore):
    """Wells score for pulmonary embolism; see the module for the rule and its source."""

    inputs = (SIGNS, ALTERNATIVE, RATE, IMMOBILE, SURGERY, PREVIOUS, BLOOD, CANCER)
    card = ToolCard(
        name="wells_pe",
        version="1.0",
        kind="calculator",
        title="Wells score for pulmonary embolism",
        purpose="How probable is pulmonary embolism before any test?",
        accepts=Accepts(
            population="adults in whom pulmonary embolism is suspected, not pregnant", facts=required_facts(inputs)
        ),
        topics=(
            "wells", "wells score", "pulmonary embolism", "pulmonary embolus", "pulmonary emboli", "lung clot",
            "suspected pe", "d-dimer", "pleuritic chest pain", "ctpa",
        ),
        labels=("low", "moderate", "high", "unlikely", "likely"),
        licence="published formula",
        limits=(
            "Two of its seven items are judgements, one of them worth 3 points.",
            "It was not derived in pregnancy, nor in patients who take an anticoagulant.",
        ),
        citation=CITATION,
    )  # fmt: skip
    link = LINK
    most_asked = 3
    population = (
        Population(
            spec=PREGNANT,
            must_be=False,
            why="The Wells score was not derived in pregnancy and this patient is pregnant.",
            do="Follow a pathway for suspected pulmonary embolism made for pregnancy.",
        ),
    )
    criteria = (
        present(SIGNS, 3),
        Criterion("whether another diagnosis is as likely", ("alternative_diagnosis_likely",), (0, 3), _alternative),
        above(RATE, 100, 1.5),
        Criterion("immobilisation or recent surgery", ("immobilisation", "recent_surgery"), (0, 1.5), _still),
        present(PREVIOUS, 1.5),
        present(BLOOD),
        present(CANCER),
    )
    bands = (
        _tier(0, 1.5, "below 2", "low", "3.6"),
        _tier(2, 6, "of 2 to 6", "moderate", "20.5"),
        _tier(6.5, 12.5, "above 6", "high", "66.7"),
        _band("two", 0, 4, "A Wells score of 4 or less makes pulmonary embolism unlikely in the two-tier reading."),
        _band("two", 4.5, 12.5, "A Wells score above 4 makes pulmonary embolism likely in the two-tier reading."),
    )
