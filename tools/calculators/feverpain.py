"""FeverPAIN score: streptococcal tonsillitis.

One point each: fever in the last 24 hours; purulent tonsils; attendance within 3 days of onset; severely inflamed
tonsils; no cough and no coryza. 0 to 5.

Sources: Little P et al. BMJ 2013;347:f5806, doi:10.1136/bmj.f5806; shares by group from NICE NG84, Sore throat
(acute), 2018.
"""

from __future__ import annotations

from bedside.tools.bands import Publication, paper
from bedside.tools.calculator import score_card
from bedside.tools.criteria import flag
from bedside.tools.point_score import PointScore, inputs_of
from bedside.tools.registry import register

SOURCE = paper(
    (
        "Little P, et al. Clinical score and rapid antigen detection test to guide antibiotic use"
        " for sore throats (PRISM). BMJ 2013;347:f5806"
    ),
    "10.1136/bmj.f5806",
)
NICE = Publication(
    "NICE NG84. Sore throat (acute): antimicrobial prescribing, 2018", "https://www.nice.org.uk/guidance/ng84"
)


@register
class FeverPain(PointScore):
    """FeverPAIN score; see the module for the rule and its source."""

    criteria = (
        flag("fever_24_hours"),
        flag("purulent_tonsils"),
        flag("early_attendance"),
        flag("inflamed_tonsils"),
        flag("no_cough_or_coryza"),
    )
    inputs = inputs_of(criteria)
    card = score_card(
        "feverpain",
        "FeverPAIN score",
        "How likely are streptococci behind this sore throat, by FeverPAIN?",
        inputs,
        SOURCE,
        population="patients from 3 years with an acute sore throat",
        topics=(
            "feverpain",
            "fever pain score",
        ),
        limits=("It was not made for children under 3.",),
    )
    link = SOURCE.link
    minimum_age = 3
    bands = (
        NICE.band(0, 1, "A FeverPAIN score of 0 or 1 has streptococci in 13 to 18 % (NICE NG84, 2018)."),
        NICE.band(2, 3, "A FeverPAIN score of 2 or 3 has streptococci in 34 to 40 % (NICE NG84, 2018)."),
        NICE.band(4, 5, "A FeverPAIN score of 4 or 5 has streptococci in 62 to 65 % (NICE NG84, 2018)."),
    )
