"""QT interval corrected for heart rate, by four formulas.

RR = 60 / heart rate, in seconds; QT in ms. Bazett QT/RR^(1/2); Fridericia QT/RR^(1/3); Framingham QT + 154 x (1 - RR);
Hodges QT + 1.75 x (heart rate - 60). Rounded to 1 ms. The headline is Fridericia: over 6609 adults Fridericia and
Framingham corrected for rate best and foretold death better than Bazett, which overcorrects when the heart is fast
(Vandenberk 2016), and Fridericia is the one that drug-safety studies report.

Bands for adults: 450 ms or more in men and 460 ms or more in women is prolonged, 390 ms or less is short (AHA/ACCF/HRS
2009). The sex decides only from 450 to 459 ms, and is asked for there.

Sources: Bazett HC. Heart 1920;7:353-370. Fridericia LS. Acta Med Scand 1920;53:469-486,
doi:10.1111/j.0954-6820.1920.tb18266.x. Sagie A et al. Am J Cardiol 1992;70:797-801, doi:10.1016/0002-9149(92)90562-D
(Framingham). Hodges M et al. J Am Coll Cardiol 1983;1:694. Vandenberk B et al. J Am Heart Assoc 2016;5:e003264,
doi:10.1161/JAHA.116.003264. Rautaharju PM et al. J Am Coll Cardiol 2009;53:982-991, doi:10.1016/j.jacc.2008.12.014.
"""

from __future__ import annotations

from collections.abc import Callable

from bedside.core.card import Accepts, ToolCard
from bedside.core.units import show
from bedside.tools.bands import Band, Publication
from bedside.tools.calculator import (
    Calculator,
    Finding,
    Interpretation,
    Outcome,
    half_up,
    missing_input,
    required_facts,
)
from bedside.tools.calculator_inputs import InputSpec, Values, quantity, sex
from bedside.tools.equation import Equation
from bedside.tools.registry import register

AHA_2009 = (
    "Rautaharju PM, et al. AHA/ACCF/HRS recommendations for the standardization and interpretation of the "
    "electrocardiogram, part IV. J Am Coll Cardiol 2009;53:982-991. doi:10.1016/j.jacc.2008.12.014"
)
SEX: InputSpec = sex("From 450 to 459 ms a corrected QT is prolonged in men only.").model_copy(
    update={"required": False}
)

QT = quantity("qt_interval", "QT interval", "ms", (150, 900), "It is what is corrected.")
RATE = quantity("heart_rate", "heart rate", "/min", (20, 300), "The correction is for heart rate.")


def fridericia(qt: float, rate: float) -> float:
    """Corrected QT in ms, from QT in ms and heart rate in /min; so are the four below."""
    return float(qt / (60 / rate) ** (1 / 3))


def bazett(qt: float, rate: float) -> float:
    """QT over the square root of RR."""
    return float(qt / (60 / rate) ** 0.5)


def framingham(qt: float, rate: float) -> float:
    """A straight line in RR."""
    return qt + 154 * (1 - 60 / rate)


def hodges(qt: float, rate: float) -> float:
    """A straight line in heart rate."""
    return qt + 1.75 * (rate - 60)


def rautaharju(qt: float, rate: float) -> float:
    """QT by the share of heart rate in 180."""
    return qt * (120 + rate) / 180


def corrections(qt: float, rate: float) -> dict[str, float]:
    """Corrected QT in ms by formula, not rounded, from QT in ms and heart rate in /min."""
    formulas = {"Fridericia": fridericia, "Bazett": bazett, "Framingham": framingham, "Hodges": hodges}
    return {name: formula(qt, rate) for name, formula in formulas.items()}


def reading(qtc: float, word: str) -> str:
    """What AHA/ACCF/HRS 2009 calls an adult's corrected QT; "" where the sex would decide and is not known."""
    if qtc <= 390:
        return f"A corrected QT of {qtc:g} ms is short (390 ms or less)."
    if qtc >= 460:
        return f"A corrected QT of {qtc:g} ms is prolonged (450 ms or more in men, 460 ms or more in women)."
    if qtc < 450:
        return f"A corrected QT of {qtc:g} ms is not prolonged (below 450 ms in men, below 460 ms in women)."
    if word == "male":
        return f"A corrected QT of {qtc:g} ms is prolonged in a man (450 ms or more)."
    return f"A corrected QT of {qtc:g} ms is not prolonged in a woman (below 460 ms)." if word else ""


def qt_bands() -> tuple[Band, ...]:
    """The same limits for a corrected QT in whole ms, for formulas that do not read the sex."""
    source = Publication(AHA_2009, "https://doi.org/10.1016/j.jacc.2008.12.014")
    return (
        source.below(390, "A corrected QT of 390 ms or less is short."),
        source.band(391, 449, "A corrected QT of 391 to 449 ms is not prolonged."),
        source.band(450, 459, "A corrected QT of 450 to 459 ms is prolonged in a man and not in a woman."),
        source.from_(460, "A corrected QT of 460 ms or more is prolonged."),
    )


@register
class CorrectedQt(Calculator):
    """Corrected QT; see the module for the formulas and their sources."""

    inputs = (QT, RATE, SEX)
    card = ToolCard(
        name="corrected_qt",
        version="1.0",
        kind="calculator",
        title="Corrected QT",
        purpose="Is the QT interval long or short for this heart rate?",
        accepts=Accepts(population="any age; bands for adults", facts=required_facts(inputs)),
        topics=(
            "qtc", "corrected qt", "qt interval", "long qt", "prolonged qt", "qt prolongation", "torsades",
            "bazett", "fridericia", "hodges",
        ),
        on_inputs=True,
        labels=("short", "not prolonged", "prolonged"),
        licence="published formula",
        limits=(
            "The formulas disagree away from 60/min; none is reliable in atrial fibrillation from one beat.",
            "A wide QRS (bundle branch block, pacing) lengthens QT and needs another reading.",
        ),
        citation="Fridericia LS. Die Systolendauer im Elektrokardiogramm bei normalen Menschen und bei Herzkranken. "
        "Acta Med Scand 1920;53:469-486. doi:10.1111/j.0954-6820.1920.tb18266.x",
    )  # fmt: skip
    link = "https://doi.org/10.1111/j.0954-6820.1920.tb18266.x"
    minimum_age = 0

    def compute(self, values: Values) -> Outcome:
        """All four corrections, Fridericia first, and the adult band."""
        qt, rate = values.need("qt_interval"), values.need("heart_rate")
        whole = {name: half_up(value) for name, value in corrections(qt, rate).items()}
        qtc = whole.pop("Fridericia")
        others = ", ".join(f"{name} {show(value)}" for name, value in whole.items())
        statement = (
            f"Corrected QT (Fridericia) is {show(qtc, 'ms')}, from QT {show(qt, 'ms')} at {show(rate)}/min; "
            f"by other formulas: {others} ms."
        )
        finding = Finding(statement=statement, value=qtc, unit="ms")
        years = values.number("age")
        if years is not None and years < 18:
            limit = "No band is given: the limits held here are for adults."
            return Outcome(findings=(finding,), low=qtc, high=qtc, limits=(limit,))
        words = reading(qtc, values.word("sex"))
        ask = missing_input(SEX, f"{show(qtc)} ms is prolonged in a man and not in a woman.")
        band = Interpretation(statement=words, citation=AHA_2009, link="https://doi.org/10.1016/j.jacc.2008.12.014")
        return Outcome(
            findings=(finding,),
            low=qtc,
            high=qtc,
            interpretations=(band,) if words else (),
            missing=() if words else (ask,),
        )


class OneCorrection(Equation):
    """A Calculator of one formula alone, whose result is read by the same limits.

    Class attributes:
        formula: corrected QT in ms from QT in ms and heart rate in /min.
    """

    inputs = (QT, RATE)
    minimum_age = 0
    unit = "ms"
    digits = 0
    adults_only_bands = True
    bands = qt_bands()
    formula: Callable[[float, float], float]

    def solve(self, v: Values) -> float:
        """Corrected QT in ms."""
        return self.formula(v.need("qt_interval"), v.need("heart_rate"))
