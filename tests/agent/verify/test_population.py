"""Advice for another age, sex, stage of motherhood, condition or setting does not pass the gate."""

from __future__ import annotations

from collections.abc import Iterable

import pytest

from bedside.agent.record import fact_evidence
from bedside.agent.verify.checks import Setting, check_allergies, check_conditions, check_population, derived
from bedside.agent.verify.derived import caution_sentence, severe_beside
from bedside.agent.verify.population import Patient, mismatch, population_groups, sentence_groups
from bedside.core.answer import Claim, Section
from bedside.core.case import Fact, Message
from bedside.core.evidence import Evidence, EvidenceKind, Source
from bedside.knowledge.applies import applicable, in_words, reason_against
from bedside.knowledge.library import load_library
from bedside.knowledge.schema import Intent, Recommendation
from bedside.tools.known import known_values
from bedside.tools.notes.read import read_note

LIBRARY = load_library()


def _passage(passage_id: str, words: str = "") -> Evidence:
    """The sentence of a real passage that holds these words."""
    passage = LIBRARY.passage(passage_id)
    quote = next(s for s in passage.recommendation.sentences if words.lower() in s.lower())
    source = Source(type="guideline", id=passage_id, publisher="X", population=passage.recommendation.population)
    return Evidence(id="G1", kind=EvidenceKind.PASSAGE, statement=quote, quote=quote, source=source)


def _setting(note: str, *cited: Evidence) -> Setting:
    """The patient of a note, read as the assistant reads it."""
    facts = read_note(note, "m1").facts
    messages = (Message(id="m1", role="user", text=note),)
    return Setting(cited, facts, known_values(facts), messages, LIBRARY)


def _claim(text: str, *ids: str) -> Claim:
    return Claim(text=text, section=Section.GUIDELINES, evidence=ids or ("G1",))


def _names(checks: Iterable[tuple[str, bool]]) -> set[str]:
    return {name for name, passed in checks if not passed}


def _failed(note: str, evidence: Evidence) -> set[str]:
    setting, claim = _setting(note, evidence), _claim(evidence.quote)
    found = [check(claim, setting) for check in (check_population, check_conditions)]
    return _names((c.name, c.passed) for c in found)


MAN = Patient(age=45, sex="male")
WOMAN = Patient(age=30, sex="female")
PREGNANT = Patient(age=30, sex="female", stages={"pregnancy": True})
NOT_PREGNANT = Patient(age=30, sex="female", stages={"pregnancy": False}, words="not pregnant")
ASKED = Patient(words="Which antibiotic in pregnancy?")
BOY = Patient(age=6, sex="male")


@pytest.mark.parametrize(
    ("population", "patient", "fits"),
    [
        ("Adults with pneumonia", BOY, False),
        ("Adults with pneumonia", Patient(age=16), True),
        ("Adults with pneumonia", Patient(), True),
        ("People aged 16 and over with a head injury", Patient(age=5), False),
        ("people over 16 with sudden headache", Patient(age=16), True),
        ("Adults and people over 12 years with anaphylaxis", Patient(age=13), True),
        ("Adults and people over 12 years with anaphylaxis", Patient(age=11), False),
        ("children under 5 with wheeze", Patient(age=4), True),
        ("children under 5 with wheeze", Patient(age=5), False),
        ("children with wheeze", MAN, False),
        ("children, young people and adults with status epilepticus", BOY, True),
        ("children, young people and adults with status epilepticus", MAN, True),
        ("women aged 40 to 74 at average risk", Patient(age=74.9, sex="female"), True),
        ("women aged 40 to 74 at average risk", Patient(age=75, sex="female"), False),
        ("adults aged 65 and over, or with cardiovascular disease", MAN, True),
        ("adults aged 65 and over, or with cardiovascular disease", BOY, False),
        ("People over 35 with a risk factor for COPD", WOMAN, False),
        ("Men with lower urinary tract infection", BOY, False),
        ("Men with lower urinary tract infection", WOMAN, False),
        ("Men with lower urinary tract infection", Patient(age=30), True),
        ("Men with lower urinary tract infection", MAN, True),
        ("Non-pregnant women and men aged 16 and over", MAN, True),
        ("Non-pregnant women and men aged 16 and over", PREGNANT, False),
        ("Non-pregnant women and men aged 16 and over", BOY, False),
        ("People aged 16 or over, not pregnant or recently pregnant", PREGNANT, False),
        ("People aged 16 or over, not pregnant or recently pregnant", MAN, True),
        ("Pregnant women with pneumonia", MAN, False),
        ("Pregnant women with pneumonia", WOMAN, False),
        ("Pregnant women with pneumonia", NOT_PREGNANT, False),
        ("Pregnant women with pneumonia", Patient(), False),
        ("Pregnant women with pneumonia", PREGNANT, True),
        ("Pregnant women with pneumonia", ASKED, True),
        ("women taking valproate who are or may become pregnant", WOMAN, True),
        ("women taking valproate who are or may become pregnant", MAN, False),
        ("women with hypertension after birth", WOMAN, False),
        ("women with hypertension after birth", Patient(sex="female", words="3 days postpartum"), True),
        ("breastfeeding women with mastitis", WOMAN, False),
        ("breastfeeding women with mastitis", Patient(sex="female", stages={"breastfeeding": True}), True),
        ("postmenopausal women with osteoporosis", MAN, False),
        ("postmenopausal women with osteoporosis", WOMAN, False),
        ("postmenopausal women with osteoporosis", Patient(age=62, sex="female"), True),
        ("women with an ejection fraction of 40% or less", WOMAN, True),
    ],
)
def test_a_population_is_tested_on_age_sex_and_pregnancy(population: str, patient: Patient, fits: bool) -> None:
    assert (mismatch(population_groups(population), patient) == "") is fits


@pytest.mark.parametrize(
    ("sentence", "patient", "fits"),
    [
        ("In men with trichomoniasis, metronidazole 2 g is recommended.", WOMAN, False),
        ("In women with trichomoniasis, metronidazole 500 mg is recommended.", MAN, False),
        ("In adults with asthma, prednisolone is given.", BOY, False),
        ("Propylthiouracil is used for Graves disease in the first trimester of pregnancy.", MAN, False),
        ("Propylthiouracil is used for Graves disease in the first trimester of pregnancy.", PREGNANT, True),
        ("Methimazole is the drug of choice except in the first trimester of pregnancy.", MAN, True),
        ("ACE inhibitors should not be used in pregnancy.", MAN, True),
        ("Referral is considered for people who are dehydrated, are pregnant, or are at risk.", MAN, True),
        ("Valproate taken during pregnancy causes birth defects in about 1 in 10 children.", WOMAN, True),
        ("CURB-65 gives 1 point each for confusion and age 65 years or more.", WOMAN, True),
        ("Antibiotics are not given to children under 12.", MAN, True),
        ("Adults treated for chlamydia or (in women) trichomoniasis are retested.", MAN, True),
        ("Offer it to adults aged 55 or over, and to adults of African family origin at any age.", MAN, True),
        ("Prasugrel is given as 10 mg once daily, or 5 mg once daily if aged 75 years or more.", MAN, True),
    ],
)
def test_a_sentence_counts_only_whom_it_is_addressed_to(sentence: str, patient: Patient, fits: bool) -> None:
    assert (mismatch(sentence_groups(sentence), patient) == "") is fits


@pytest.mark.parametrize(
    ("population", "patient", "why"),
    [
        ("people aged 16 and over", BOY, "the patient is 6 years old; it is for people aged 16 and over"),
        ("men with cystitis", WOMAN, "the patient is female; it is for men"),
        ("pregnant women", WOMAN, "nothing says that the patient is pregnant; it is for pregnant women"),
        ("pregnant women", NOT_PREGNANT, "the patient is not pregnant; it is for pregnant women"),
        ("Non-pregnant women", PREGNANT, "the patient is pregnant; it is for non-pregnant women"),
    ],
)
def test_the_reason_is_in_words_a_clinician_reads(population: str, patient: Patient, why: str) -> None:
    assert mismatch(population_groups(population), patient) == why


@pytest.mark.parametrize(
    ("note", "passage_id", "words", "failed"),
    [
        ("6 year old boy with pneumonia. Antibiotic?", "nice-pneumonia-2025#low-first-line", "", {"population"}),
        ("5M head injury, GCS 12. CT?", "nice-head-injury-2023#ct-1-hour", "", {"population"}),
        ("40M head injury, GCS 12. CT?", "nice-head-injury-2023#ct-1-hour", "", set()),
        ("6 year old boy with a UTI", "nice-uti-lower-2018#men", "", {"population"}),
        ("32F UTI, not pregnant", "nice-uti-lower-2018#pregnancy", "", {"population", "conditions"}),
        ("32F UTI", "nice-uti-lower-2018#pregnancy", "", {"population"}),
        ("32F UTI, 20 weeks pregnant", "nice-uti-lower-2018#pregnancy", "", set()),
        ("32F, 20 weeks pregnant, pyelonephritis", "nice-pyelonephritis-2018#oral-cefalexin", "", {"population"}),
        (
            "36F gestational hypertension, asthma. Labetalol?",
            "nice-hypertension-pregnancy-2023#first-line-drugs",
            "labetalol",
            {"conditions"},
        ),
        (
            "36F gestational hypertension, asthma. Labetalol?",
            "nice-hypertension-pregnancy-2023#alternatives-and-target",
            "nifedipine",
            set(),
        ),
        ("45M STEMI, previous stroke. Prasugrel?", "esc-acute-coronary-syndromes-2023#prasugrel", "", {"conditions"}),
        ("45M STEMI. Prasugrel?", "esc-acute-coronary-syndromes-2023#prasugrel", "", set()),
        (
            "45M STEMI, previous stroke. Prasugrel?",
            "nice-acute-coronary-syndromes-2020#stemi-prasugrel",
            "",
            {"conditions"},
        ),
        (
            "70F AF, mechanical mitral valve. DOAC?",
            "nice-atrial-fibrillation-2021#doac-score-two",
            "",
            {"conditions"},
        ),
        ("70F AF, mechanical mitral valve. DOAC?", "acc-atrial-fibrillation-2023#warfarin-valve", "", set()),
        ("70F AF, no mechanical valve", "acc-atrial-fibrillation-2023#warfarin-valve", "", {"conditions"}),
        ("70M pneumonia. Antibiotic?", "nice-pneumonia-2025#hap-non-severe", "", {"conditions"}),
        ("70M hospital-acquired pneumonia. Antibiotic?", "nice-pneumonia-2025#hap-non-severe", "", set()),
        ("Antibiotic for HAP?", "nice-pneumonia-2025#hap-non-severe", "", set()),
        ("70M TIA on apixaban", "nice-stroke-tia-2022#tia-aspirin", "", {"conditions"}),
        ("70M TIA", "nice-stroke-tia-2022#tia-aspirin", "", set()),
        ("54F type 2 diabetes, eGFR 22. Metformin?", "nice-type-2-diabetes-2026#first-line", "", {"conditions"}),
        ("30F thyrotoxicosis, asthma", "ata-hyperthyroidism-2016#beta-blocker", "", {"conditions"}),
    ],
)
def test_advice_for_someone_else_does_not_pass(note: str, passage_id: str, words: str, failed: set[str]) -> None:
    found = _failed(note, _passage(passage_id, words))
    assert found >= failed
    assert bool(found) is bool(failed)


def _recommendation(**conditions: tuple[str, ...]) -> Recommendation:
    return Recommendation(
        id="r",
        section="1",
        sentences=("It is given.",),
        answers=(Intent.TREATMENT,),
        population="adults",
        strength="strong",
        certainty="low",
        **conditions,
    )


@pytest.mark.parametrize(
    ("conditions", "known", "asked", "holds"),
    [
        ({"unless": ("asthma",)}, {"asthma": (True,)}, "", False),
        ({"unless": ("asthma",)}, {"asthma": (False,)}, "", None),
        ({"unless": ("asthma",)}, {}, "", None),
        ({"unless": ("egfr < 30",)}, {"egfr": (20.0, 40.0)}, "", None),
        ({"unless": ("egfr < 30",)}, {"egfr": (20.0,)}, "", False),
        ({"unless": ("medication = anticoagulant",)}, {"medication": ("apixaban", "anticoagulant")}, "", False),
        ({"when": ("copd",), "unless": ("asthma",)}, {"copd": (True,)}, "", True),
        ({"when": ("copd",), "unless": ("asthma",)}, {"copd": (True,), "asthma": (True,)}, "", False),
        ({"needs": ("hospital_acquired_pneumonia",)}, {}, "pneumonia", False),
        ({"needs": ("hospital_acquired_pneumonia",)}, {}, "a hospital-acquired pneumonia", True),
        ({"needs": ("hospital_acquired_pneumonia",)}, {"hospital_acquired_pneumonia": (True,)}, "", True),
        ({"needs": ("hospital_acquired_pneumonia",)}, {"hospital_acquired_pneumonia": (False,)}, "HAP?", False),
    ],
)
def test_when_unless_and_needs_decide_together(conditions, known, asked, holds) -> None:
    assert applicable(_recommendation(**conditions), known, asked) is holds


def test_the_reason_against_names_the_condition_in_words() -> None:
    against = reason_against(_recommendation(unless=("asthma",)), {"asthma": (True,)})
    assert against == "it is not for patients with asthma"
    assert in_words("age >= 65").startswith("age 65")
    assert in_words("not pregnancy") == "no pregnancy"
    assert in_words("curb65 <= 1") == "curb65 1 or less"


def _allergy(note: str) -> Fact:
    return next(f for f in read_note(note, "m1").facts if f.name == "allergy" and f.value == "penicillin")


@pytest.mark.parametrize(
    ("note", "severe"),
    [
        ("Anaphylaxis to penicillin.", True),
        ("Allergic to penicillin (anaphylaxis).", True),
        ("Allergies: penicillin - angioedema", True),
        ("Severe penicillin allergy.", True),
        ("Allergic to penicillin (rash).", False),
        ("Penicillin allergy, no anaphylaxis.", False),
        ("Allergies: penicillin (rash), peanuts (anaphylaxis).", False),
        ("Anaphylaxis to peanuts and penicillin.", True),
    ],
)
def test_how_severe_an_allergy_was_is_read_beside_it(note: str, severe: bool) -> None:
    assert severe_beside(_allergy(note).span, (Message(id="m1", role="user", text=note),)) is severe


@pytest.mark.parametrize(
    ("note", "passed"),
    [
        ("40F pyelonephritis. Anaphylaxis to penicillin.", False),
        ("40F pyelonephritis. Allergic to penicillin (rash).", True),
        ("40F pyelonephritis. No allergies.", True),
    ],
)
def test_a_cephalosporin_after_a_severe_reaction_gives_way_to_a_caution(note: str, passed: bool) -> None:
    passage = _passage("nice-pyelonephritis-2018#oral-cefalexin", "cefalexin")
    found = check_allergies(_claim(passage.quote), _setting(note, passage))
    assert found.passed is passed
    if not passed:
        assert found.why == caution_sentence("penicillin", "cefalexin")


def test_the_caution_is_derived_from_the_allergy_and_the_passage_only_where_it_was_severe() -> None:
    caution = "A severe reaction to penicillin is recorded; cefalexin, a related beta-lactam, "
    caution += "needs a specialist's advice first."
    passage = _passage("nice-pyelonephritis-2018#oral-cefalexin", "cefalexin")
    for note, says in (("Anaphylaxis to penicillin.", True), ("Allergic to penicillin (rash).", False)):
        fact = fact_evidence(_allergy(note)).model_copy(update={"id": "F1"})
        assert derived(_claim(caution, "F1", "G1"), _setting(note, fact, passage)) is says
