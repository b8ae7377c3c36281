"""CHA2DS2-VASc: risk of stroke in adults with non-valvular atrial fibrillation.

Congestive heart failure 1, hypertension 1, age 75 or more 2 (65 to 74: 1), diabetes 1, previous stroke, transient
ischaemic attack or thromboembolism 2, vascular disease (myocardial infarction, peripheral artery disease or aortic
plaque) 1, female sex 1. 0 to 9 points; Lip 2010 calls 0 low, 1 intermediate and 2 or more high risk.

All but age and sex are past history. The rule for what is not recorded is that of `bedside.tools.point_score`: a range,
unless a history was taken (one comorbidity at least is recorded) and no answer could change the risk group; so a score
of 0 or 1 is never reached by silence. Coronary disease without infarction is not in the 2010 definition and is not
counted. Thromboembolism is a systemic one (ESC 2020, doi:10.1093/eurheartj/ehaa612). Atrial fibrillation itself,
not recorded, is a limit and is asked for; recorded as absent, a refusal.

Sources: Lip GYH et al. Chest 2010;137:263-272, doi:10.1378/chest.09-1584; rates without anticoagulation at one year in
73 538 patients from Olesen JB et al. BMJ 2011;342:d124, doi:10.1136/bmj.d124.
"""

from __future__ import annotations

from bedside.core.card import Accepts, ToolCard
from bedside.tools.calculator import Population, required_facts
from bedside.tools.calculator_inputs import Values, age, comorbidity, finding, sex
from bedside.tools.point_score import Band, Criterion, Points, PointScore, present
from bedside.tools.registry import register

CITATION = (
    "Lip GYH, et al. Refining clinical risk stratification for predicting stroke and thromboembolism in atrial "
    "fibrillation: the Euro Heart Survey. Chest 2010;137:263-272. doi:10.1378/chest.09-1584"
)
LINK = "https://doi.org/10.1378/chest.09-1584"
OLESEN = (
    "Olesen JB, et al. Validation of risk stratification schemes for predicting stroke and thromboembolism in patients "
    "with atrial fibrillation. BMJ 2011;342:d124. doi:10.1136/bmj.d124"
)
OLESEN_LINK = "https://doi.org/10.1136/bmj.d124"

FAILURE = comorbidity("heart_failure", "heart failure", "Heart failure scores 1 point.")
PRESSURE = comorbidity("hypertension", "hypertension", "Hypertension scores 1 point.")
AGE = age("65 to 74 scores 1 point, 75 or more 2.")
DIABETES = comorbidity("diabetes", "diabetes", "Diabetes scores 1 point.", shown_by=("diabetic_ketoacidosis",))
STROKE = comorbidity(
    "stroke_tia",
    "previous stroke or thromboembolism",
    "A previous stroke, transient ischaemic attack or thromboembolism scores 2 points.",
    shown_by=("stroke", "past_embolism"),
)
VASCULAR = comorbidity(
    "vascular_disease",
    "vascular disease",
    "Previous myocardial infarction, peripheral artery disease or aortic plaque scores 1 point.",
)
SEX = sex("Female sex scores 1 point.")
VALVE = finding("mechanical_valve", "mechanical heart valve", "")
STENOSIS = finding("mitral_stenosis", "moderate or severe mitral stenosis", "")
FIBRILLATION = comorbidity(
    "atrial_fibrillation", "atrial fibrillation", "The score is for patients with atrial fibrillation."
)


def _age(values: Values) -> Points | None:
    years = values.number("age")
    if years is None:
        return None
    if years >= 75:
        return Points(points=2, words=f"age {years:g} (75 or more) [2 points]")
    if years >= 65:
        return Points(points=1, words=f"age {years:g} (65 to 74)")
    return Points(points=0, words=f"age {years:g} (below 65)")


def _sex(values: Values) -> Points | None:
    word = values.word("sex")
    return Points(points=float(word == "female"), words=f"{word} sex") if word else None


@register
class Cha2ds2Vasc(PointScore):
    """CHA2DS2-VASc; see the module for the rule and its source."""

    inputs = (FAILURE, PRESSURE, AGE, DIABETES, STROKE, VASCULAR, SEX)
    card = ToolCard(
        name="cha2ds2_vasc",
        version="1.0",
        kind="calculator",
        title="CHA2DS2-VASc",
        purpose="What is the risk of stroke in this adult with atrial fibrillation?",
        accepts=Accepts(
            population="adults with non-valvular atrial fibrillation",
            facts=("atrial_fibrillation", *required_facts(inputs)),
        ),
        topics=(
            "cha2ds2-vasc", "cha2ds2vasc", "cha2ds2 vasc", "cha2ds2", "chads-vasc", "chadsvasc", "chads2",
            "atrial fibrillation", "atrial flutter", "afib", "stroke risk", "anticoagulation",
        ),
        labels=tuple(str(n) for n in range(10)),
        licence="published formula",
        limits=(
            "It is for atrial fibrillation without moderate or severe mitral stenosis or a mechanical heart valve.",
            "A woman whose only point is her sex is treated as low risk by most guidelines.",
            "It does not weigh the risk of bleeding.",
        ),
        citation=CITATION,
    )  # fmt: skip
    link = LINK
    most_asked = 3
    population = (
        Population(
            spec=FIBRILLATION,
            must_be=True,
            why="The record says that there is no atrial fibrillation; CHA2DS2-VASc was made for patients who have it.",
            do="Say so if atrial fibrillation has been found since.",
            caution="Atrial fibrillation is not recorded; CHA2DS2-VASc applies only to patients who have it.",
        ),
        *(
            Population(
                spec=spec,
                must_be=False,
                why=f"CHA2DS2-VASc was not made for atrial fibrillation with a {spec.label}, which is recorded.",
                do="Such patients have an indication for anticoagulation without a score; follow the valve guidance.",
            )
            for spec in (VALVE, STENOSIS)
        ),
    )
    criteria = (
        present(FAILURE),
        present(PRESSURE),
        Criterion("age", ("age",), (0, 1, 2), _age),
        present(DIABETES),
        present(STROKE, 2),
        present(VASCULAR),
        Criterion("sex", ("sex",), (0, 1), _sex),
    )
    bands = (
        Band(
            scheme="risk", low=0, high=0, citation=OLESEN, link=OLESEN_LINK,
            statement="A CHA2DS2-VASc score of 0 is the low-risk group (0.78 thromboembolic events per 100 "
            "person-years without anticoagulation in the Olesen 2011 cohort).",
        ),
        Band(
            scheme="risk", low=1, high=1, citation=OLESEN, link=OLESEN_LINK,
            statement="A CHA2DS2-VASc score of 1 is the intermediate-risk group (2.01 thromboembolic events per 100 "
            "person-years without anticoagulation in the Olesen 2011 cohort).",
        ),
        Band(
            scheme="risk", low=2, high=9, citation=CITATION, link=LINK,
            statement="A CHA2DS2-VASc score of 2 or more is the high-risk group.",
        ),
    )  # fmt: skip
