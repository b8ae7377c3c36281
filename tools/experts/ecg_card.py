"""The card of `ecg_rhythm`: what openecg can say, how well, and where it fails.

Published figures are those of the model card of codec v6 in openecg 0.11.0. Figures of our own are measured by
``tests/tools/experts/test_ecg_rhythm.py`` on one patient, MIT-BIH record 100; intervals are Wilson's, 95 %.
"""

from __future__ import annotations

from bedside.core.card import Accepts, Performance, ToolCard
from bedside.core.study import Modality

LABELS = {
    "sinus": "Sinus rhythm",
    "afib": "Atrial fibrillation",
    "avb": "Atrioventricular block",
    "bbb": "Bundle branch block",
    "paced": "Paced rhythm",
    "ventricular": "Ventricular rhythm",
}
# Classes whose own model card calls them unreliable from one lead; they are only ever "possible".
UNRELIABLE = {"bbb", "paced", "ventricular"}
MODEL_CARD = "openecg 0.11.0, model card of codec v6"
CODE_TEST = "CODE-test: 818 exams with one label, Brazil, cardiologists' consensus, lead II"
OURS = "tests/tools/experts/test_ecg_rhythm.py"


def _code_test(label: str, value: float) -> Performance:
    return Performance(metric=f"F1 of {label}", value=value, n=818, data=CODE_TEST, source=MODEL_CARD)


CARD = ToolCard(
    name="ecg_rhythm",
    version="1.0+openecg0.11.0",
    kind="expert",
    title="ECG rhythm",
    purpose="What rhythm and heart rate does this ECG show?",
    accepts=Accepts(
        kinds=("signal",), modalities=(Modality.ECG, Modality.UNKNOWN), population="one lead, ten seconds or more"
    ),
    topics=(
        "ecg",
        "ekg",
        "electrocardiogram",
        "rhythm",
        "heart rate",
        "rhythm strip",
        "holter",
        "arrhythmia",
        "atrial fibrillation",
        "ectopic",
        "premature beats",
        "extrasystole",
    ),
    labels=tuple(LABELS.values()),
    training_data=(
        "openecg codec v6: LUDB, QTDB and ISP (waves), MIT-BIH Arrhythmia DS1 and VitalDB (beats), ECGs of a Korean "
        "hospital with cardiologists' conclusions (rhythm). MIT-BIH record 100 is not in DS1."
    ),
    licence="Apache-2.0",
    performance=(
        Performance(
            metric="macro F1 of rhythm",
            value=0.797,
            n=22229,
            data="hospital ECGs of the developers' own site, Korea",
            source=MODEL_CARD,
        ),
        Performance(metric="macro F1 of rhythm", value=0.767, n=818, data=CODE_TEST, source=MODEL_CARD),
        _code_test("sinus rhythm", 0.931),
        _code_test("atrial fibrillation", 0.846),
        _code_test("atrioventricular block", 0.778),
        _code_test("bundle branch block", 0.513),
        Performance(
            metric="sensitivity for R peaks",
            value=1.0,
            low=0.998,
            high=1.0,
            n=2273,
            data="MIT-BIH record 100, lead MLII, one patient",
            source=OURS,
        ),
        Performance(
            metric="sensitivity for premature beats",
            value=0.912,
            low=0.770,
            high=0.970,
            n=34,
            data="MIT-BIH record 100, lead MLII, one patient",
            source=OURS,
        ),
    ),
    limits=(
        "Read from one lead: no ischaemia, no axis, no statement that the ECG is normal.",
        "Weak on bundle branch block, paced and ventricular rhythms; ventricular tachycardia may be refused as noise.",
        "Modern bipolar pacing often leaves no visible spike: none found does not mean not paced.",
        "Sinus tachycardia and bradycardia are both read as sinus rhythm: look at the rate.",
        "Atrial flutter and supraventricular tachycardia are not among its labels.",
    ),
    citation=(
        "openecg 0.11.0, https://github.com/vitaldb/openecg; quality gate after Li 2008, doi:10.1088/0967-3334/29/1/002"
    ),
)
