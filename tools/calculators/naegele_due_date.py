"""Estimated due date by Naegele: 280 days after the last period began, and a day for each day of cycle beyond 28.

Source: ACOG Committee Opinion 700, Methods for estimating the due date. Obstet Gynecol 2017;129:e150-e154,
doi:10.1097/AOG.0000000000002046.
"""

from __future__ import annotations

from datetime import timedelta

from bedside.tools.bands import paper
from bedside.tools.calculator import Calculator, Finding, Outcome, score_card
from bedside.tools.calculator_inputs import Values, day, optional, quantity
from bedside.tools.dates import words
from bedside.tools.registry import register

SOURCE = paper(
    ("ACOG Committee Opinion 700: methods for estimating the due date. Obstet Gynecol 2017;129:e150-e154"),
    "10.1097/AOG.0000000000002046",
)


@register
class DueDate(Calculator):
    """Estimated due date; see the module for the rule and its source."""

    inputs = (day("last_period"), optional(quantity("cycle_length")))
    card = score_card(
        "naegele_due_date",
        "Estimated due date",
        "When is the baby due, by the last period?",
        inputs,
        SOURCE,
        population="pregnant patients with a known last period",
        topics=(
            "due date",
            "edd",
            "naegele",
            "estimated date of delivery",
        ),
        limits=(
            "An ultrasound of the first trimester is more accurate and may replace it (ACOG 2017).",
            "It supposes that the last period is remembered and the cycle regular.",
        ),
    )
    link = SOURCE.link
    minimum_age = 10
    only_sex = "female"

    def compute(self, values: Values) -> Outcome:
        """The date, in words and ISO form."""
        started, cycle = values.day("last_period"), values.number("cycle_length")
        due = started + timedelta(days=280 + round((cycle or 28) - 28))
        said = f"{cycle:g} days" if cycle else "28 days, supposed because it is not recorded"
        words_ = f"Estimated due date is {words(due)}, from a last period on {words(started)} and a cycle of {said}."
        return Outcome(findings=(Finding(statement=words_),))
