"""One thread is one patient."""

import pytest

from bedside.agent.patients import numbered_patients, of_another_patient


@pytest.mark.parametrize("text", ["New patient: 30M sore throat.", "next pt 80F UTI", "Another case - 5F fever"])
def test_a_new_patient_is_noticed(text):
    assert of_another_patient(text)


@pytest.mark.parametrize("text", ["The patient is 30.", "He is a new man", "What about a new antibiotic?"])
def test_the_same_patient_is_not_a_new_one(text):
    assert not of_another_patient(text)


@pytest.mark.parametrize(
    ("text", "count"),
    [("Patient 1: 80F UTI. Patient 2: 30M asthma.", 2), ("Case 1: a. Case 1: b", 1), ("72F, GCS 14", 0)],
)
def test_numbered_patients_are_counted(text, count):
    assert numbered_patients(text) == count
