"""What a guideline file must hold. A file that lacks any of it is refused with the field's name.

One guideline is one YAML file in ``knowledge/guidelines``, named ``<id>.yaml``. Sentences are our own words, never the
publisher's; each stands on one line of the file, so that a quote can be found verbatim with any text search.
"""

from __future__ import annotations

import re
from datetime import date
from enum import Enum
from typing import Literal

from pydantic import Field, field_validator, model_validator

from bedside.core.base import Frozen
from bedside.knowledge.conditions import parse_condition


class Intent(str, Enum):
    """The question a recommendation answers; the planner matches it with what was asked."""

    DIAGNOSIS = "diagnosis"
    SEVERITY = "severity"
    DISPOSITION = "disposition"
    INVESTIGATION = "investigation"
    TREATMENT = "treatment"
    DOSE = "dose"
    CONTRAINDICATION = "contraindication"
    MONITORING = "monitoring"
    PREVENTION = "prevention"
    SCREENING = "screening"
    REFERRAL = "referral"
    SAFETY_NET = "safety_net"


class Specialty(str, Enum):
    """The field of medicine under which a guideline is filed."""

    EMERGENCY = "emergency"
    CARDIOLOGY = "cardiology"
    RESPIRATORY = "respiratory"
    INFECTION = "infection"
    CRITICAL_CARE = "critical care"
    NEUROLOGY = "neurology"
    ENDOCRINOLOGY = "endocrinology"
    NEPHROLOGY = "nephrology"
    GASTROENTEROLOGY = "gastroenterology"
    HEPATOLOGY = "hepatology"
    HAEMATOLOGY = "haematology"
    ONCOLOGY = "oncology"
    RHEUMATOLOGY = "rheumatology"
    DERMATOLOGY = "dermatology"
    PSYCHIATRY = "psychiatry"
    OBSTETRICS = "obstetrics"
    GYNAECOLOGY = "gynaecology"
    PAEDIATRICS = "paediatrics"
    GERIATRICS = "geriatrics"
    OPHTHALMOLOGY = "ophthalmology"
    ENT = "ENT"
    UROLOGY = "urology"
    SURGERY_AND_TRAUMA = "surgery and trauma"
    RADIOLOGY = "radiology"
    TOXICOLOGY = "toxicology"
    PALLIATIVE_CARE = "palliative care"
    PAIN_MEDICINE = "pain medicine"
    PREVENTIVE_CARE = "preventive care"


class Drug(Frozen):
    """A drug as the guideline gives it. `dose` is "" where the guideline names the drug and gives no dose."""

    name: str
    dose: str = ""
    route: str = ""
    frequency: str = ""
    duration: str = ""


class Checked(Frozen):
    """When and how the summary was compared with its source.

    `how` says what was compared: ``source`` (the published text was read), ``secondary`` (a page that quotes it was
    read) or ``recall`` (written from knowledge, source not readable here: shown to the user as such).
    """

    on: date
    how: Literal["source", "secondary", "recall"]
    note: str = ""


class Recommendation(Frozen):
    """One recommendation: one to four sentences, each standing on its own.

    Attributes:
        id: unique within its guideline, kebab-case.
        section: the guideline's own section or recommendation number.
        sentences: our words, one statement each; numbers with units; no "it" or "this" that needs the sentence before.
        answers: which questions it answers.
        population: to whom it applies, in words.
        when: conditions a program can test (``curb65 >= 3``, ``allergy = penicillin``); all must hold.
        unless: conditions of the same grammar; any one that holds rules the recommendation out.
        needs: conditions that must be known to hold, or be named in the question: for advice of one setting only
            ("hospital_acquired_pneumonia"), which silence must not let through.
        exclusions: to whom it does not apply, in words.
        strength: as the body grades it ("strong", "Class I", "offer"); "ungraded" where the body does not grade.
        certainty: as the body grades it ("moderate", "Level B-R"); "ungraded" where it does not.
        drugs: every drug named with its dose where one is given.
    """

    id: str = Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$")
    section: str = Field(min_length=1)
    sentences: tuple[str, ...] = Field(min_length=1, max_length=4)
    answers: tuple[Intent, ...] = Field(min_length=1)
    population: str = Field(min_length=1)
    when: tuple[str, ...] = ()
    unless: tuple[str, ...] = ()
    needs: tuple[str, ...] = ()
    exclusions: tuple[str, ...] = ()
    strength: str = Field(min_length=1)
    certainty: str = Field(min_length=1)
    drugs: tuple[Drug, ...] = ()

    @field_validator("sentences")
    @classmethod
    def _one_statement_each(cls, sentences: tuple[str, ...]) -> tuple[str, ...]:
        for sentence in sentences:
            if "\n" in sentence or '"' in sentence or "\\" in sentence:
                raise ValueError(f"a sentence stands on one line without quotes or backslashes: {sentence[:60]!r}")
            if not re.search(r"[.]$", sentence) or len(sentence) > 400:
                raise ValueError(f"a sentence ends in a full stop and has at most 400 characters: {sentence[:60]!r}")
        return sentences

    @field_validator("when", "unless", "needs")
    @classmethod
    def _testable(cls, conditions: tuple[str, ...]) -> tuple[str, ...]:
        for text in conditions:
            parse_condition(text)
        return conditions


class Guideline(Frozen):
    """One published guideline, summarised.

    Attributes:
        id: ``<body>-<topic>-<year>``, equal to the file's name.
        publisher: the body, written out.
        title: the published title.
        year: of the version summarised.
        link: DOI as ``https://doi.org/…`` or the publisher's page.
        status: ``current``, ``superseded`` (then `superseded_by`), or ``partly superseded``.
        conditions: what it is about, as a clinician would search for it, with synonyms.
    """

    id: str = Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$")
    publisher: str = Field(min_length=2)
    short: str = Field(min_length=2)
    title: str = Field(min_length=5)
    year: int = Field(ge=1990, le=2030)
    link: str = Field(pattern=r"^https://")
    specialty: Specialty
    status: Literal["current", "partly superseded", "superseded"]
    superseded_by: str = ""
    conditions: tuple[str, ...] = Field(min_length=1)
    checked: Checked
    recommendations: tuple[Recommendation, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _complete(self) -> Guideline:
        ids = [r.id for r in self.recommendations]
        if len(ids) != len(set(ids)):
            raise ValueError("recommendation ids must be unique within a guideline")
        if self.status != "current" and not self.superseded_by:
            raise ValueError("a superseded guideline names what superseded it")
        return self
