"""Estimated date of conception: 14 days after the first day of the last period.

By convention ovulation is two weeks after the period began; with a longer or shorter cycle it is later or earlier by
the difference from 28 days, which is given beside it.

Source: ACOG Committee Opinion 700, Methods for estimating the due date. Obstet Gynecol 2017;129:e150-e154,
doi:10.1097/AOG.0000000000002046.
"""

from __future__ import annotations

from datetime import timedelta

from bedside.tools.calculator import Calculator, Finding, Outcome, score_card
from bedside.tools.calculator_inputs import Values, day, optional, quantity
from bedside.tools.calculators.naegele_due_date import SOURCE
from bedside.tools.dates import words
from bedside.tools.registry import register


@register
class ConceptionDate(Calculator):
    """Estimated date of conception; see the module for the rule and its source."""

    inputs = (day("last_period"), optional(quantity("cycle_length")))
    card = score_card(
        "conception_date",
        "Estimated date of conception",
        "When was the baby conceived, by the last period?",
        inputs,
        SOURCE,
        population="pregnant patients with a known last period",
        topics=(
            "date of conception",
            "conception date",
            "estimated conception",
        ),
        limits=(
            "An ultrasound of the first trimester is more accurate.",
            "The day of ovulation varies by a week and more, also in a regular cycle.",
        ),
    )
    link = SOURCE.link
    minimum_age = 10
    only_sex = "female"

    def compute(self, values: Values) -> Outcome:
        """The date, in words and ISO form."""
        started, cycle = values.day("last_period"), values.number("cycle_length")
        conceived = started + timedelta(days=14)
        findings = [
            Finding(statement=f"Estimated date of conception is {words(conceived)}, 14 days after {words(started)}.")
        ]
        if cycle and cycle != 28:
            moved = conceived + timedelta(days=round(cycle - 28))
            findings.append(
                Finding(
                    statement=f"With a cycle of {cycle:g} days ovulation is expected near {words(moved)}.",
                    part="by cycle",
                )
            )
        return Outcome(findings=tuple(findings))
