"""Gestational age: whole weeks and days from the first day of the last period.

Source: ACOG Committee Opinion 700, Methods for estimating the due date. Obstet Gynecol 2017;129:e150-e154,
doi:10.1097/AOG.0000000000002046; terms from ACOG Committee Opinion 579, Obstet Gynecol 2013;122:1139-1140,
doi:10.1097/01.AOG.0000437385.88715.4a.
"""

from __future__ import annotations

from bedside.tools.bands import paper
from bedside.tools.calculator import Calculator, Finding, Interpretation, Outcome, score_card
from bedside.tools.calculator_inputs import Values, day
from bedside.tools.calculators.naegele_due_date import SOURCE
from bedside.tools.dates import words
from bedside.tools.registry import register

TERM = paper(
    "ACOG Committee Opinion 579: definition of term pregnancy. Obstet Gynecol 2013;122:1139-1140",
    "10.1097/01.AOG.0000437385.88715.4a",
)
BANDS = (
    TERM.band(0, 258, "Before 37 weeks a birth is preterm."),
    TERM.band(259, 272, "From 37 weeks to 38 weeks and 6 days a birth is early term (ACOG 2013)."),
    TERM.band(273, 286, "From 39 weeks to 40 weeks and 6 days a birth is full term (ACOG 2013)."),
    TERM.band(287, 293, "From 41 weeks to 41 weeks and 6 days a birth is late term (ACOG 2013)."),
    TERM.from_(294, "From 42 weeks a pregnancy is post-term (ACOG 2013)."),
)


@register
class GestationalAge(Calculator):
    """Gestational age; see the module for the rule and its source."""

    inputs = (day("last_period"), day("assessment_date"))
    card = score_card(
        "age_of_pregnancy",
        "Gestational age by the last period",
        "How far is this pregnancy, by the last period?",
        inputs,
        SOURCE,
        population="pregnant patients with a known last period",
        topics=(
            "gestational age",
            "weeks of gestation",
            "how many weeks pregnant",
        ),
        limits=("An ultrasound of the first trimester is more accurate and may replace it (ACOG 2017).",),
    )
    link = SOURCE.link
    minimum_age = 10
    only_sex = "female"

    def contradiction(self, values: Values) -> str:
        """An assessment before the period, or more than 45 weeks after it."""
        if not {"last_period", "assessment_date"} <= set(values.readings):
            return ""
        days = (values.day("assessment_date") - values.day("last_period")).days
        if days < 0:
            return "The assessment is before the last period."
        return "The last period is more than 45 weeks before the assessment." if days > 315 else ""

    def compute(self, values: Values) -> Outcome:
        """Weeks and days, and the days as the value."""
        days = (values.day("assessment_date") - values.day("last_period")).days
        weeks, rest = divmod(days, 7)
        said = f"Gestational age is {weeks} weeks and {rest} days ({days} days)"
        words_ = f"{said}, from {words(values.day('last_period'))} to {words(values.day('assessment_date'))}."
        return Outcome(
            findings=(Finding(statement=words_, value=days, unit="d"),),
            low=days,
            high=days,
            interpretations=tuple(
                Interpretation(statement=b.statement, citation=b.citation, link=b.link) for b in BANDS if b.holds(days)
            ),
        )
