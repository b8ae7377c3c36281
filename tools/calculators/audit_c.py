"""AUDIT-C: hazardous drinking, three items of 0 to 4.

Sources: Bush K et al. Arch Intern Med 1998;158:1789-1795, doi:10.1001/archinte.158.16.1789; limits of 4 in men and 3
in women from Bradley KA et al. Alcohol Clin Exp Res 2007;31:1208-1217, doi:10.1111/j.1530-0277.2007.00403.x.
"""

from __future__ import annotations

from bedside.tools.bands import paper
from bedside.tools.calculator import score_card
from bedside.tools.criteria import item
from bedside.tools.point_score import PointScore, inputs_of
from bedside.tools.registry import register

SOURCE = paper(
    (
        "Bush K, et al. The AUDIT alcohol consumption questions (AUDIT-C): an effective brief "
        "screening test for problem drinking. Arch Intern Med 1998;158:1789-1795"
    ),
    "10.1001/archinte.158.16.1789",
)
BRADLEY = paper(
    (
        "Bradley KA, et al. AUDIT-C as a brief screen for alcohol misuse in primary care. Alcohol"
        " Clin Exp Res 2007;31:1208-1217"
    ),
    "10.1111/j.1530-0277.2007.00403.x",
)


@register
class AuditC(PointScore):
    """AUDIT-C; see the module for the rule and its source."""

    criteria = tuple(item(f"auditc_{n}") for n in (1, 2, 3))
    inputs = inputs_of(criteria)
    card = score_card(
        "audit_c",
        "AUDIT-C",
        "Does this patient drink hazardously?",
        inputs,
        SOURCE,
        population="adults who answer the three questions",
        topics=(
            "audit-c",
            "audit c",
            "auditc",
            "alcohol screen",
        ),
        limits=("It screens; a positive answer needs a conversation.",),
    )
    link = SOURCE.link
    bands = (
        BRADLEY.band(0, 2, "An AUDIT-C of 0 to 2 is negative in women and men (Bradley 2007)."),
        BRADLEY.band(3, 3, "An AUDIT-C of 3 is positive in women and negative in men (Bradley 2007)."),
        BRADLEY.band(4, 12, "An AUDIT-C of 4 or more is positive in women and men (Bradley 2007)."),
    )
