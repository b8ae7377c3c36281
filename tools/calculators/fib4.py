"""FIB-4: how likely advanced fibrosis of the liver is.

FIB-4 = age x AST / (platelets x square root of ALT), AST and ALT in U/L, platelets in 10^9/L. Below 1.45 makes
advanced fibrosis unlikely, above 3.25 likely.

Source: Sterling RK et al. Hepatology 2006;43:1317-1325, doi:10.1002/hep.21178 (HIV and hepatitis C).
"""

from __future__ import annotations

import math

from bedside.tools.bands import paper
from bedside.tools.calculator import score_card
from bedside.tools.calculator_inputs import Values, age, quantity
from bedside.tools.equation import Equation
from bedside.tools.registry import register

SOURCE = paper(
    (
        "Sterling RK, et al. Development of a simple noninvasive index to predict significant "
        "fibrosis in patients with HIV/HCV coinfection. Hepatology 2006;43:1317-1325"
    ),
    "10.1002/hep.21178",
)


@register
class Fib4(Equation):
    """FIB-4 index; see the module for the rule and its source."""

    inputs = (age(), quantity("ast"), quantity("alt"), quantity("platelets"))
    card = score_card(
        "fib4",
        "FIB-4 index",
        "How likely is advanced fibrosis of the liver?",
        inputs,
        SOURCE,
        population="adults with chronic liver disease",
        topics=(
            "fib-4",
            "fib4",
            "fib 4",
            "fibrosis-4",
            "liver fibrosis",
        ),
        limits=(
            "Under 35 and over 65 it is less reliable; in acute hepatitis it misleads.",
            "The limits come from patients with HIV and hepatitis C.",
        ),
    )
    link = SOURCE.link
    digits = 2
    bands = (
        SOURCE.below(
            1.44,
            ("A FIB-4 below 1.45 makes advanced fibrosis unlikely (negative predictive value 90 % in Sterling 2006)."),
        ),
        SOURCE.band(
            1.45, 3.25, "A FIB-4 of 1.45 to 3.25 neither shows nor excludes advanced fibrosis (Sterling 2006)."
        ),
        SOURCE.from_(
            3.26,
            ("A FIB-4 above 3.25 makes advanced fibrosis likely (positive predictive value 65 % in Sterling 2006)."),
        ),
    )

    def solve(self, v: Values) -> float:
        """The index, without unit."""
        return v.need("age") * v.need("ast") / (v.need("platelets") * math.sqrt(v.need("alt")))

    def contradiction(self, values: Values) -> str:
        """No platelets at all."""
        return "Platelets of 0 give no index." if values.number("platelets") == 0 else ""
