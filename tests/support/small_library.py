"""Guideline files made on the spot: three invented guidelines, small enough to know by heart."""

from __future__ import annotations

from pathlib import Path

from bedside.knowledge.library import Library, load_library

_HEAD = """\
id: {id}
publisher: "The Testing Society"
short: "TS"
title: "{title}"
year: 2024
link: "https://example.org/{id}"
specialty: "respiratory"
status: {status}
conditions: [{conditions}]
checked:
  on: 2026-01-01
  how: {how}
recommendations:
"""

PNEUMONIA = (
    _HEAD.format(
        id="ts-pneumonia-2024",
        title="Pneumonia in adults",
        status="current",
        conditions='"community-acquired pneumonia", "pneumonia"',
        how="recall",
    )
    + """\
  - id: hospital
    section: "1.1"
    sentences:
      - "Adults with pneumonia and a CURB-65 score of 3 or more should be admitted to hospital."
      - "Intensive care should be considered for adults with pneumonia and a CURB-65 score of 4 or 5."
    answers: [disposition]
    population: "Adults with pneumonia"
    when: ["curb65 >= 3"]
    exclusions: ["end-of-life care"]
    strength: "strong"
    certainty: "moderate"
  - id: home
    section: "1.2"
    sentences:
      - "Adults with pneumonia and a CURB-65 score of 0 or 1 can be treated at home."
    answers: [disposition]
    population: "Adults with pneumonia"
    when: ["curb65 <= 1"]
    strength: "weak"
    certainty: "low"
  - id: amoxicillin
    section: "2.1"
    sentences:
      - "Amoxicillin is the first choice for adults with low-severity pneumonia."
      - "Amoxicillin 500 mg is given three times a day for 5 days in adults with pneumonia."
    answers: [treatment, dose]
    population: "Adults with pneumonia"
    strength: "strong"
    certainty: "moderate"
    drugs:
      - {name: amoxicillin, dose: "500 mg"}
  - id: doxycycline
    section: "2.2"
    sentences:
      - "Doxycycline 200 mg on the first day, then 100 mg a day, suits adults with pneumonia and a penicillin allergy."
    answers: [treatment, dose]
    population: "Adults with pneumonia allergic to penicillin"
    when: ["allergy = penicillin"]
    strength: "strong"
    certainty: "low"
"""
)

HYPERTENSION = (
    _HEAD.format(
        id="ts-hypertension-2019",
        title="High blood pressure in adults",
        status="superseded\nsuperseded_by: TS 2025",
        conditions='"hypertension", "high blood pressure"',
        how="source",
    )
    + """\
  - id: pregnancy
    section: "4"
    sentences:
      - "ACE inhibitors must not be used in pregnancy because they harm the fetus."
    answers: [contraindication]
    population: "Pregnant women with hypertension"
    strength: "strong"
    certainty: "high"
"""
)


QUESTIONS = """\
hospital:
  - "CURB-65 of 4 with pneumonia, home or hospital?"
  - "who needs hospital with pneumonia"
home:
  - "Can pneumonia with a CURB-65 of 1 be treated at home?"
  - "pneumonia, safe to send home?"
amoxicillin:
  - "What is the dose of amoxicillin in pneumonia?"
  - "first antibiotic for pneumonia"
doxycycline:
  - "Which drug for pneumonia with a penicillin allergy?"
  - "doxycycline dose in pneumonia"
"""


def write_guidelines(folder: Path, *texts: str) -> Path:
    """Writes each text to the file its id names."""
    folder.mkdir(parents=True, exist_ok=True)
    for text in texts:
        name = text.split("id: ", 1)[1].split("\n", 1)[0]
        (folder / f"{name}.yaml").write_text(text, encoding="utf-8")
    return folder


def small_library(folder: Path, questions: str = QUESTIONS) -> Library:
    """The library of the guidelines above, with the questions that its pneumonia guideline answers."""
    (folder / "questions").mkdir(parents=True, exist_ok=True)
    (folder / "questions" / "ts-pneumonia-2024.yaml").write_text(questions, encoding="utf-8")
    (folder / "questions" / "ts-hypertension-2019.yaml").write_text(
        'pregnancy: ["Can lisinopril be used in pregnancy?"]', encoding="utf-8"
    )
    return load_library(folder=write_guidelines(folder / "guidelines", PNEUMONIA, HYPERTENSION))
