"""Body mass index with its WHO band, and body surface area by two formulas.

BMI = weight in kg / (height in m)^2, to 0.1 kg/m2. WHO, adults: below 18.5 underweight, 18.5 to 24.9 normal, 25 to 29.9
pre-obese, 30 to 34.9 obesity class I, 35 to 39.9 class II, 40 or more class III; staged from the rounded number.
BSA, to 0.01 m2: Mosteller sqrt(height in cm x weight in kg / 3600), the headline of the two because it is the one most
used for doses; Du Bois 0.007184 x weight^0.425 x height^0.725. No band under 18 nor in pregnancy.

Sources: WHO Technical Report Series 894, 2000, https://iris.who.int/handle/10665/42330 (BMI); Mosteller RD. N Engl J
Med 1987;317:1098, doi:10.1056/NEJM198710223171717; Du Bois D, Du Bois EF. Arch Intern Med 1916;17:863-871,
doi:10.1001/archinte.1916.00080130010002.
"""

from __future__ import annotations

import math

from bedside.core.card import Accepts, ToolCard
from bedside.core.units import show
from bedside.tools.calculator import Calculator, Finding, Interpretation, Outcome, half_up, required_facts
from bedside.tools.calculator_inputs import InputKind, InputSpec, Values, quantity
from bedside.tools.registry import register

WHO = (
    "World Health Organization. Obesity: preventing and managing the global epidemic. Technical Report Series 894, 2000"
)
MOSTELLER = (
    "Mosteller RD. Simplified calculation of body-surface area. N Engl J Med 1987;317:1098. "
    "doi:10.1056/NEJM198710223171717; Du Bois D, Du Bois EF. Arch Intern Med 1916;17:863-871. "
    "doi:10.1001/archinte.1916.00080130010002"
)
# Lowest BMI of each band, its range in words, and its name.
BANDS = (
    (40.0, "40 or more", "obesity class III"),
    (35.0, "35 to 39.9", "obesity class II"),
    (30.0, "30 to 34.9", "obesity class I"),
    (25.0, "25 to 29.9", "pre-obese"),
    (18.5, "18.5 to 24.9", "the normal range"),
    (0.0, "below 18.5", "underweight"),
)


def bmi(weight: float, height: float) -> float:
    """Body mass index in kg/m2, from kg and cm."""
    return weight / (height / 100) ** 2


def mosteller(weight: float, height: float) -> float:
    """Body surface area in m2, from kg and cm."""
    return math.sqrt(height * weight / 3600)


def du_bois(weight: float, height: float) -> float:
    """Body surface area in m2, from kg and cm."""
    return float(0.007184 * weight**0.425 * height**0.725)


def _band(value: float) -> Interpretation:
    words, name = next((words, name) for least, words, name in BANDS if value >= least)
    return Interpretation(
        statement=f"A body mass index of {words} kg/m² in an adult is {name} by the WHO bands.",
        citation=WHO,
        link="https://iris.who.int/handle/10665/42330",
    )


@register
class BmiBsa(Calculator):
    """Body mass index and body surface area; see the module for the formulas and their sources."""

    inputs = (
        quantity("weight", "weight", "kg", (0.3, 650), "Both numbers need it."),
        quantity("height", "height", "cm", (20, 275), "Both numbers need it."),
        InputSpec(name="pregnancy", label="pregnancy", kind=InputKind.PRESENCE, required=False),
    )
    card = ToolCard(
        name="bmi_bsa",
        version="1.0",
        kind="calculator",
        title="Body mass index and surface area",
        purpose="What are this patient's body mass index and body surface area?",
        accepts=Accepts(population="any age; bands for adults who are not pregnant", facts=required_facts(inputs)),
        topics=(
            "bmi", "body mass index", "bsa", "body surface area", "obesity", "obese", "overweight", "underweight",
            "malnutrition", "mosteller", "du bois",
        ),
        on_inputs=True,
        labels=tuple(name for _, _, name in reversed(BANDS)),
        licence="published formula",
        limits=(
            "Body mass index does not tell fat from muscle or fluid.",
            "In people of Asian origin, risk begins at lower values.",
        ),
        citation=WHO,
    )  # fmt: skip
    link = "https://iris.who.int/handle/10665/42330"
    minimum_age = 0

    def compute(self, values: Values) -> Outcome:
        """BMI first, then both surface areas as one finding."""
        weight, height = values.need("weight"), values.need("height")
        index = half_up(bmi(weight, height), 1)
        area, older = half_up(mosteller(weight, height), 2), half_up(du_bois(weight, height), 2)
        body = f"{show(weight, 'kg')} and {show(height, 'cm')}"
        findings = (
            Finding(statement=f"Body mass index is {show(index, 'kg/m2')}, from {body}.", value=index, unit="kg/m2"),
            Finding(
                statement=f"Body surface area is {show(area, 'm2')} (Mosteller) or {show(older, 'm2')} (Du Bois), "
                f"from {body}.",
                value=area,
                unit="m2",
                part="body surface area",
                citation=MOSTELLER,
                link="https://doi.org/10.1056/NEJM198710223171717",
            ),
        )
        limit = self._no_band(values)
        return Outcome(
            findings=findings,
            low=index,
            high=index,
            interpretations=() if limit else (_band(index),),
            limits=(limit,) if limit else (),
        )

    @staticmethod
    def _no_band(values: Values) -> str:
        years = values.number("age")
        if years is not None and years < 18:
            return "No band is given: under 18, body mass index is read against a growth reference."
        return "No band is given: the WHO bands do not apply in pregnancy." if values.flag("pregnancy") else ""
