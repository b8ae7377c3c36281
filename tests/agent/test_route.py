"""Which calculators a question and a case call for."""

from __future__ import annotations

import pytest

from bedside.agent.route import calculators_for
from bedside.tools.notes.read import read_facts
from bedside.tools.registry import cards


def _called(text: str) -> set[str]:
    return {c.tool for c in calculators_for(cards(), text, read_facts(text, "m1"))}


@pytest.mark.parametrize(
    ("tool", "text"),
    [
        ("wells_pe", "?PE, HR 110, immobile 4 days, leg swollen. How severe is it?"),
        ("wells_pe", "confirmed pulmonary embolism, HR 110. What is his Wells score?"),
        ("cha2ds2_vasc", "72F, AF, hypertension. What is her stroke risk?"),
        ("cha2ds2_vasc", "CHA2DS2-VASc for 72F with hypertension?"),
        ("qsofa", "cellulitis, RR 24, BP 90/60"),
        ("qsofa", "qSOFA: RR 24, BP 90/60"),
        ("news2", "RR 24, SpO2 93% on air, BP 105/60, HR 112, temp 38.2. What is his NEWS2?"),
        ("fib4", "FIB-4? 51-year-old, AST 17, ALT 44, platelets 342"),
        ("cockcroft_gault", "creatinine clearance? 80F, 60 kg, creatinine 150 umol/L"),
        ("map_from_cuff", "mean arterial pressure? BP 120/80"),
    ],
)
def test_a_score_runs_for_the_patient_it_is_for(tool: str, text: str) -> None:
    assert tool in _called(text)


@pytest.mark.parametrize(
    ("tool", "text"),
    [
        ("wells_pe", "Pulmonary embolism on CTPA, HR 110. Which anticoagulant?"),
        ("cha2ds2_vasc", "72F, DVT, hypertension. How long should anticoagulation last?"),
        ("cha2ds2_vasc", "no atrial fibrillation, 72F, hypertension, anticoagulation?"),
        ("qsofa", "no infection, RR 24, BP 90/60"),
        ("qsofa", "asthma, RR 24, BP 90/60"),
        ("map_from_cuff", "Which mean arterial pressure is the target in septic shock?"),
        ("naegele_due_date", "How long after her due date should labour be induced?"),
        ("age_of_pregnancy", "gestational age 32 weeks, BP 160/110. Which drug?"),
        ("gcs_from_responses", "GCS 8, head injury. Intubate?"),
    ],
)
def test_a_score_is_left_out_for_another_patient(tool: str, text: str) -> None:
    assert tool not in _called(text)


def test_an_equation_is_not_worked_out_of_a_record_that_nobody_asked_it_of() -> None:
    said = read_facts("weight 80 kg, height 180 cm", "m1")
    recorded = tuple(
        f.model_copy(update={"span": f.span.model_copy(update={"source": "A1/Observation/1"})}) for f in said
    )
    question = "Can I start clarithromycin?"
    assert "bmi_bsa" in {c.tool for c in calculators_for(cards(), question, said)}
    assert "bmi_bsa" not in {c.tool for c in calculators_for(cards(), question, recorded)}
    assert "bmi_bsa" in {c.tool for c in calculators_for(cards(), "What is his BMI?", recorded)}
