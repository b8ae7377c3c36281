"""Findings are ordered as the test or the examination that shows them."""

from __future__ import annotations

import pytest

from bedside.agent.interview.ordering import ordered_as
from bedside.knowledge.diseases import diseases
from bedside.tools.differential.table import Column, Table


@pytest.fixture(scope="module")
def columns() -> tuple[Column, ...]:
    return Table(diseases()).columns


@pytest.mark.parametrize(
    ("finding", "test"),
    [
        ("raised_troponin", "troponin"),
        ("pleural_effusion", "chest X-ray"),
        ("thrombocytopenia", "full blood count"),
        ("hyponatraemia", "electrolytes, urea and creatinine"),
        ("raised_tsh", "thyroid function tests"),
        ("prolonged_qt", "ECG"),
        ("csf_white_cells", "lumbar puncture"),
        ("eeg_epileptiform", "EEG"),
        ("hip_dislocation_image", "X-ray of the hip and pelvis"),
        ("appendix_inflamed", "ultrasound of the abdomen"),
        ("valve_vegetation", "echocardiogram"),
        ("rubella_igm", "TORCH serology"),
        ("achr_antibody", "acetylcholine receptor and MuSK antibodies"),
        ("positive_blood_culture", "blood cultures"),
        ("guarding", "abdominal examination"),
        ("crackles", "chest examination"),
        ("papilloedema", "eye examination"),
        ("focal_deficit", "neurological examination"),
        ("st_elevation", "ECG"),
        ("arrhythmia", "ECG"),
        ("pre_eclampsia", "urinalysis"),
        ("urinary_tract_infection", "urinalysis"),
        ("aki", "electrolytes, urea and creatinine"),
        ("diabetic_ketoacidosis", "blood gas"),
        ("pneumonia", "chest X-ray"),
        ("dvt", "Doppler ultrasound of the veins"),
        ("pulmonary_embolism", "CT pulmonary angiogram"),
        ("stroke", "CT of the head"),
        ("desmopressin_response", ""),
    ],
)
def test_a_finding_is_ordered_by_its_test(columns: tuple[Column, ...], finding: str, test: str) -> None:
    column = next(c for c in columns if c.finding.name == finding)
    assert ordered_as(column) == test


def test_hardly_any_test_is_called_by_what_it_might_show(columns: tuple[Column, ...]) -> None:
    tested = [c for c in columns if c.by in ("bedside", "blood", "image", "specialist")]
    own_words = {ordered_as(c) for c in tested if ordered_as(c) and ordered_as(c) in c.finding.label}
    assert len(own_words) < 0.06 * len(tested)


def test_an_order_is_no_list_in_itself(columns: tuple[Column, ...]) -> None:
    assert [c.finding.name for c in columns if ";" in ordered_as(c)] == []
