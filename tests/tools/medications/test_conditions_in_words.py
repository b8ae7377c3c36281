"""Each condition of the table of medicines is caught by the plain words that a note has for it."""

from __future__ import annotations

import pytest

from bedside.knowledge.medications import medication_table
from bedside.tools.medications.drug_safety import check
from bedside.tools.notes.read import read_note

WORDS = """
asthma|propranolol|asthma
copd|propranolol|COPD
heart_failure|ibuprofen|heart failure
ischaemic_heart_disease|ibuprofen|ischaemic heart disease
stroke_tia|ibuprofen|a previous stroke
vte|tamoxifen|a previous DVT
gi_bleed|warfarin|gastrointestinal bleeding
ulcer|ibuprofen|peptic ulcer
ulcer|ibuprofen|a peptic ulcer on endoscopy
bleeding|warfarin|active bleeding
epilepsy|bupropion|epilepsy
parkinsons|haloperidol|Parkinson's disease
parkinsons|haloperidol|parkinsonism
myasthenia|ciprofloxacin|myasthenia gravis
g6pd|dapsone|G6PD deficiency
gout|bendroflumethiazide|gout
glaucoma|oxybutynin|narrow angle glaucoma
glaucoma|oxybutynin|acute angle closure
urinary_retention|oxybutynin|urinary retention
confusion|oxybutynin|delirium
confusion|oxybutynin|dementia
confusion|oxybutynin|known dementia
diabetic_ketoacidosis|empagliflozin|diabetic ketoacidosis
aki|ibuprofen|acute kidney injury
mechanical_valve|apixaban|a mechanical heart valve
mitral_stenosis|apixaban|severe mitral stenosis
aortic_aneurysm|ciprofloxacin|an aortic aneurysm
immunosuppression|live vaccine|immunosuppression
smoker|ethinylestradiol|smoking
hypertension|ethinylestradiol|high blood pressure
breast_cancer|ethinylestradiol|breast cancer
high_potassium|spironolactone|hyperkalaemia
high_potassium|spironolactone|high potassium
low_potassium|digoxin|hypokalaemia
"""
# Limits that the word alone does not tell ("mild hyponatraemia"): the number counts. QT has rules of its own.
BY_NUMBER = {"low_sodium", "low_platelets", "long_qt"}
ROWS = [tuple(line.split("|")) for line in WORDS.strip().splitlines()]


@pytest.mark.parametrize(("condition", "drug", "words"), ROWS)
def test_a_condition_is_caught_by_its_plain_words(condition: str, drug: str, words: str) -> None:
    facts = read_note(f"A 45F with {words}", "n").facts
    label = medication_table().conditions[condition].label
    assert [c for c in check(f"May I give {drug}?", facts) if c.kind == "condition" and label in c.statement]


def test_every_other_condition_has_words_here() -> None:
    assert set(medication_table().conditions) == {condition for condition, *_ in ROWS} | BY_NUMBER
