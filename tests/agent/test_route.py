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
    ],
)
def test_a_score_is_left_out_for_another_patient(tool: str, text: str) -> None:
    assert tool not in _called(text)
