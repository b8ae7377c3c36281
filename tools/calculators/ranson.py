"""Ranson's criteria: severity of acute pancreatitis without gallstones.

At admission, one each: age above 55; white cells above 16 x 10^9/L; glucose above 200 mg/dL (11.1 mmol/L); LDH above
350 U/L; AST above 250 U/L. In 48 hours, one each: haematocrit falls by more than 10 points; urea nitrogen rises by
more than 5 mg/dL (1.8 mmol/L); calcium below 8 mg/dL (2 mmol/L); PaO2 below 60 mmHg; base deficit above 4 mmol/L;
more than 6 L sequestered.

Source: Ranson JH et al. Surg Gynecol Obstet 1974;139:69-81, https://pubmed.ncbi.nlm.nih.gov/4834279/.
"""

from __future__ import annotations

from bedside.tools.bands import Publication
from bedside.tools.calculator import score_card
from bedside.tools.calculator_inputs import age, quantity
from bedside.tools.criteria import rungs
from bedside.tools.point_score import PointScore, inputs_of
from bedside.tools.registry import register

SOURCE = Publication(
    (
        "Ranson JH, et al. Prognostic signs and the role of operative management in acute "
        "pancreatitis. Surg Gynecol Obstet 1974;139:69-81. PMID 4834279"
    ),
    "https://pubmed.ncbi.nlm.nih.gov/4834279/",
)


@register
class Ranson(PointScore):
    """Ranson's criteria; see the module for the rule and its source."""

    criteria = (
        rungs(age(), ((55, 1),), over=True),
        rungs(quantity("white_cells"), ((16, 1),), over=True),
        rungs(quantity("glucose"), ((200, 1),), unit="mg/dL", over=True),
        rungs(quantity("ldh"), ((350, 1),), over=True),
        rungs(quantity("ast"), ((250, 1),), over=True),
        rungs(quantity("haematocrit_fall"), ((10, 1),), over=True),
        rungs(quantity("urea_rise"), ((1.785, 1),), over=True),
        rungs(quantity("calcium"), ((8, 0),), below=1, unit="mg/dL"),
        rungs(quantity("pao2"), ((60, 0),), below=1),
        rungs(quantity("base_deficit"), ((4, 1),), over=True),
        rungs(quantity("fluid_sequestration"), ((6, 1),), over=True),
    )
    inputs = inputs_of(criteria)
    card = score_card(
        "ranson",
        "Ranson's criteria",
        "How severe is this acute pancreatitis?",
        inputs,
        SOURCE,
        population="adults with acute pancreatitis not caused by gallstones",
        topics=(
            "ranson",
            "ranson's criteria",
            "pancreatitis severity",
        ),
        limits=(
            "It is complete only after 48 hours.",
            "Gallstone pancreatitis has other limits (Ranson 1982).",
        ),
    )
    link = SOURCE.link
    most_asked = 6
    bands = (
        SOURCE.band(0, 2, "Fewer than three of Ranson's criteria: mild disease (mortality about 1 %, Ranson 1974)."),
        SOURCE.band(3, 4, "Three or four of Ranson's criteria: mortality about 15 % (Ranson 1974)."),
        SOURCE.band(5, 6, "Five or six of Ranson's criteria: mortality about 40 % (Ranson 1974)."),
        SOURCE.band(
            7, 11, ("Seven or more of Ranson's criteria: mortality near 100 % in the series of 1974 (Ranson 1974).")
        ),
    )
