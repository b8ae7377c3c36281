"""Calculated serum osmolality: 2 x sodium + urea nitrogen / 2.8 + glucose / 18, in mOsm/kg; both in mg/dL.

In SI units: 2 x sodium + urea + glucose, all in mmol/L.

Source: Purssell RA et al. Ann Emerg Med 2001;38:653-659, doi:10.1067/mem.2001.119455; severe hyperglycaemia from
JBDS, Management of the Hyperosmolar Hyperglycaemic State in Adults, 2022 (320 mOsm/kg or more).
"""

from __future__ import annotations

from bedside.tools.bands import Publication, paper
from bedside.tools.calculator import score_card
from bedside.tools.calculator_inputs import Values, quantity
from bedside.tools.equation import Equation
from bedside.tools.registry import register

SOURCE = paper(
    (
        "Purssell RA, et al. Derivation and validation of a formula to calculate the contribution"
        " of ethanol to the osmolal gap. Ann Emerg Med 2001;38:653-659"
    ),
    "10.1067/mem.2001.119455",
)
JBDS = Publication(
    ("Joint British Diabetes Societies. The Management of the Hyperosmolar Hyperglycaemic State (HHS) in Adults, 2022"),
    "https://abcd.care/joint-british-diabetes-societies-jbds-inpatient-care-group",
)


@register
class SerumOsmolality(Equation):
    """Calculated serum osmolality; see the module for the rule and its source."""

    inputs = (quantity("sodium"), quantity("urea"), quantity("glucose"))
    card = score_card(
        "serum_osmolality",
        "Calculated serum osmolality",
        "What is the calculated osmolality of the serum?",
        inputs,
        SOURCE,
        population="any age",
        topics=(
            "serum osmolality",
            "calculated osmolality",
            "osmolality",
            "osmolar gap",
            "osmolal gap",
        ),
        limits=("Alcohol, mannitol and other osmoles are not in it: a measured value tells of them.",),
    )
    link = SOURCE.link
    minimum_age = 0
    unit = "mOsm/kg"
    adults_only_bands = True
    bands = (
        JBDS.from_(
            320,
            (
                "An osmolality of 320 mOsm/kg or more with severe hyperglycaemia and without marked "
                "ketosis is the hyperosmolar state (JBDS 2022)."
            ),
        ),
    )

    def solve(self, v: Values) -> float:
        """Osmolality in mOsm/kg: urea and glucose in mmol/L count one for one."""
        return 2 * v.need("sodium") + v.need("urea") + v.in_unit("glucose", "mg/dL") / 18
