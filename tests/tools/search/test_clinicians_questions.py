"""Questions a clinician tried, on the real library with the real embedder: each finds its passage, or none."""

from __future__ import annotations

import pytest
from support.facts import fact, facts

from bedside.core.case import Fact
from bedside.core.settings import Settings
from bedside.core.weights import weight_status
from bedside.tools.contract import ToolRequest, ToolResult
from bedside.tools.notes.read import read_note
from bedside.tools.search.guideline_search import GuidelineSearch

pytestmark = pytest.mark.model


@pytest.fixture(scope="module")
def search() -> GuidelineSearch:
    settings = Settings(offline=True)
    if weight_status("minilm", settings).state != "ready":
        pytest.skip("the weight minilm is not in the cache: `bedside doctor` says how to get it")
    return GuidelineSearch(settings)


def ask(search: GuidelineSearch, text: str, known: tuple[Fact, ...] = ()) -> ToolResult:
    return search.run(ToolRequest(question=text, query=text, facts=known or read_note(text, "m1").facts))


def sources(result: ToolResult) -> list[str]:
    return [evidence.source.id for evidence in result.evidence]


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("What dose of adrenaline is given in anaphylaxis?", "rcuk-anaphylaxis-2021#adrenaline"),
        ("25F peanut ate 10 min ago, urticaria, wheeze, BP 76/40. adrenaline dose", "rcuk-anaphylaxis-2021#adrenaline"),
        ("50M, HAP day 6 of admission, not severe. antibiotic?", "nice-pneumonia-2025#hap-"),
        ("28F, UTI symptoms 2 days, no vaginal discharge. Which antibiotic?", "nice-uti-lower-2018#"),
        ("K 6.9 in 80M with hyperkalaemia, ECG changes. rx", "ukka-hyperkalaemia-2023#"),
        ("Na 112 hypertonic saline how much", "ese-hyponatraemia-2014#"),
        ("hypo BM 2.1 unconscious", "jbds-hypoglycaemia-2023#"),
        ("gcs 15 headache post fall ct head", "nice-head-injury-2023#"),
        ("What BP target after a spontaneous ICH, and how low is harmful?", "aha-intracerebral-haemorrhage-2022#bp"),
        (
            "68F on warfarin, haematemesis. endoscopy when in upper GI bleeding?",
            "nice-upper-gi-bleeding-2016#endoscopy",
        ),
        ("49M chlamydia +ve allergic to doxycycline", "cdc-sti-2021#chlamydia"),
    ],
)
def test_the_passage_that_answers_comes_first(search: GuidelineSearch, text: str, first: str) -> None:
    assert sources(ask(search, text))[0].startswith(first)


@pytest.mark.parametrize(
    ("text", "known"),
    [
        ("55F PE, BP 78/40. What is the dose of streptokinase for PE?", ()),
        ("55F massive PE on CTPA. thrombolyse. dose of streptokinase?", facts(pulmonary_embolism=True)),
        ("7yo croup, stridor. nebulised budesonide dose", (fact("age", 7.0),)),
        ("gentamicin dose for sepsis", ()),
        ("And what is the target INR for a mechanical mitral valve?", facts(pneumonia=True)),
    ],
)
def test_what_is_not_held_is_refused_by_its_question(
    search: GuidelineSearch, text: str, known: tuple[Fact, ...]
) -> None:
    result = ask(search, text, known)
    assert result.evidence == ()
    assert result.refusal is not None
    assert result.refusal.why.startswith("No guideline passage held here answers: ")


@pytest.mark.parametrize(
    ("text", "known", "only"),
    [
        ("apixaban dose?", facts(atrial_fibrillation=True), "atrial-fibrillation"),
        ("50M septic shock on noradrenaline. add hydrocortisone? dose?", facts(sepsis=True), "sepsis"),
        ("DVT. apixaban dose?", facts(dvt=True, active_cancer=True), "dvt"),
        ("Which antibiotic?", facts(urinary_tract_infection=True), ("uti", "bacteriuria", "pyelonephritis", "sepsis")),
        ("what do i do", facts(atrial_fibrillation=True), "atrial-fibrillation"),
        ("first line drug?", (fact("systolic_bp", 162.0),), "hypertension"),
    ],
)
def test_only_the_patients_disease_is_answered_on(
    search: GuidelineSearch, text: str, known: tuple[Fact, ...], only: str | tuple[str, ...]
) -> None:
    names = (only,) if isinstance(only, str) else only
    found = sources(ask(search, text, known))
    assert found
    assert all(any(name in one for name in names) for one in found), found


def test_a_pregnant_patient_gets_advice_for_pregnancy_and_none_that_excludes_her(search: GuidelineSearch) -> None:
    known = facts(urinary_tract_infection=True, pregnancy=True)
    quotes = [e.quote for e in ask(search, "Which antibiotic?", known).evidence]
    assert "pregnant women" in quotes[0].lower()
    assert not any("non-pregnant" in quote.lower() for quote in quotes)


@pytest.mark.parametrize(
    "known",
    [facts(pneumonia=True), (*facts(pneumonia=True), fact("sex", "male")), facts(pneumonia=True, pregnancy=False)],
)
def test_advice_for_pregnant_women_is_for_pregnant_women(search: GuidelineSearch, known: tuple[Fact, ...]) -> None:
    quotes = [e.quote for e in ask(search, "Which antibiotic if a macrolide is needed?", known).evidence]
    assert not any("in pregnant women" in quote.lower() for quote in quotes)


@pytest.mark.parametrize(
    "text",
    [
        "vancomycin dose MRSA bacteraemia",
        "Croup: dexamethasone dose",
        "dexamethasone dose for cerebral oedema from a brain tumour",
        "therapeutic Clexane dose for confirmed DVT in pregnancy",
    ],
)
def test_a_dose_for_another_disease_or_another_purpose_is_not_given(search: GuidelineSearch, text: str) -> None:
    assert sources(ask(search, text)) == []


def test_a_drug_named_with_its_strength_is_that_drug(search: GuidelineSearch) -> None:
    assert sources(ask(search, "Na 112 hypertonic saline how much"))[0].startswith("ese-hyponatraemia-2014#")


def test_the_words_around_a_dose_keep_no_passage_away(search: GuidelineSearch) -> None:
    text = "80F having seizures, sodium 112 mmol/L. How much hypertonic saline and how fast may the sodium rise?"
    assert "ese-hyponatraemia-2014#severe-symptoms" in sources(ask(search, text))
