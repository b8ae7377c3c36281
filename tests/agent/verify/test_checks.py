"""Each check of the gate lets a faithful sentence through and stops what a hostile or sloppy model would write."""

from __future__ import annotations

import pytest
from support.setting import (
    age,
    allergy,
    claim,
    curb65,
    finding,
    gate_library,
    passage,
    quote_of,
    recorded,
    setting,
    told,
)

from bedside.agent.verify import checks
from bedside.agent.verify.population import population_groups
from bedside.core.case import FactStatus
from bedside.core.evidence import EvidenceKind

AMOXICILLIN = quote_of("amoxicillin")
OPINION = finding("Give 500 mg of amoxicillin.", kind=EvidenceKind.MODEL_OPINION)


@pytest.fixture(scope="module")
def library(tmp_path_factory):
    return gate_library(tmp_path_factory.mktemp("gate"))


def _checked(check, text, setting_, *ids):
    return check(claim(text, *ids), setting_)


@pytest.mark.parametrize(
    ("ids", "passed", "why"),
    [
        (("G1",), True, ""),
        (("G1", "G9"), False, "no such evidence: G9"),
        (("X7",), False, "no such evidence: X7"),
    ],
)
def test_every_id_resolves(library, ids, passed, why):
    found = _checked(checks.check_ids, AMOXICILLIN, setting(library, passage("amoxicillin")), *ids)
    assert (found.passed, found.why) == (passed, why)


def test_a_claim_that_cites_nothing_fails(library):
    bare = claim(AMOXICILLIN).model_copy(update={"evidence": ()})
    assert checks.check_ids(bare, setting(library)).why == "it cites nothing"


def test_a_score_that_a_correction_replaced_supports_nothing(library):
    old = setting(library, curb65(5), stale=("S1",))
    assert not _checked(checks.check_current, curb65(5).statement, old, "S1").passed
    assert _checked(checks.check_current, curb65(5).statement, setting(library, curb65(5)), "S1").passed


def test_a_passage_quote_stands_in_the_library(library):
    assert _checked(checks.check_quotes, AMOXICILLIN, setting(library, passage("amoxicillin"))).passed


@pytest.mark.parametrize(
    "altered",
    [
        AMOXICILLIN.replace("offered", "given"),
        AMOXICILLIN.replace("500", "875"),
        AMOXICILLIN.replace("Amoxicillin", "Ampicillin"),
    ],
)
def test_a_quote_altered_by_one_word_is_no_quote(library, altered):
    found = _checked(checks.check_quotes, altered, setting(library, passage("amoxicillin", quote=altered)))
    assert found.why == "the quote of G1 is not in its source"


def test_the_words_of_a_fact_stand_in_its_message(library):
    fact = allergy("penicillin")
    evidence = recorded(fact)
    assert _checked(checks.check_quotes, "-", setting(library, evidence, facts=(fact,))).passed
    made_up = evidence.model_copy(update={"quote": "allergic to macrolides"})
    assert not _checked(checks.check_quotes, "-", setting(library, made_up, facts=(fact,))).passed


@pytest.mark.parametrize(
    ("text", "passed"),
    [
        ("The urea is 9.1 mmol/L.", True),
        ("The urea is 9.1.", True),
        ("CURB-65 is five of five.", True),
        ("The urea is 9.7 mmol/L.", False),
        ("The urea is 9.1 mg/dL.", False),
        ("CURB-65 is 4 of 5.", False),
        ("CURB-65 is four of five.", False),
        ("Thirty-day mortality is forty percent.", False),
        ("The respiratory rate is ３３.", False),
    ],
)
def test_numbers_keep_their_value_and_unit(library, text, passed):
    assert _checked(checks.check_numbers, text, setting(library, curb65(5)), "S1").passed is passed


@pytest.mark.parametrize(
    ("text", "passed"),
    [
        ("The respiratory rate of 32 counts from 30 or more.", True),
        ("Urea counts when it is above 7.", True),
        ("Urea counts when it is below 7.", False),
        ("The respiratory rate counts at 30 or less.", False),
        ("Urea counts up to 7.", False),
        ("Urea of no more than 7 counts.", False),
    ],
)
def test_a_threshold_keeps_its_side(library, text, passed):
    assert _checked(checks.check_bounds, text, setting(library, curb65(5)), "S1").passed is passed


@pytest.mark.parametrize(
    ("text", "passed"),
    [
        ("The respiratory rate is 32, indicating high-severity pneumonia.", False),
        ("The urea is 9.1, so that pneumonia is severe.", False),
        ("The respiratory rate is 32, which is 30 or more.", True),
        ("CURB-65 is 5 because of age 67.", False),
    ],
)
def test_a_claim_draws_no_conclusion_that_no_evidence_draws(library, text, passed):
    assert _checked(checks.check_conclusions, text, setting(library, curb65(5)), "S1").passed is passed


@pytest.mark.parametrize(
    ("text", "passed"),
    [
        (AMOXICILLIN, True),
        (AMOXICILLIN.rstrip("."), True),
        ("Amoxicillin is offered for 5 days.", True),
        ("The CRP is above 100 mg/L.", True),
        ("Amoxicillin 500 mg three times a day is offered.", False),
        ("Amoxicillin 500 micrograms three times a day for 5 days is offered to adults with pneumonia.", False),
        ("Give five hundred milligrams of amoxicillin.", False),
        ("Give half a gram of amoxicillin.", False),
        ("Give 2 grams of amoxicillin.", False),
        ("Give 500 µg of amoxicillin.", False),
        ("Give one tablet of amoxicillin.", False),
        ("Amoxicillin bd is offered.", False),
        ("Amoxicillin is offered four times a day.", False),
        ("Give 500 mL of saline.", False),
        ("Give 20 mmol of potassium.", False),
    ],
)
def test_a_dose_is_quoted_word_for_word_or_not_said(library, text, passed):
    assert _checked(checks.check_doses, text, setting(library, passage("amoxicillin"))).passed is passed


def test_a_dose_that_only_a_model_says_is_not_said(library):
    assert not _checked(checks.check_doses, OPINION.statement, setting(library, OPINION), "X1").passed


@pytest.mark.parametrize(
    ("text", "passed"),
    [
        ("Amoxicillin is offered.", True),
        ("Amoxil is offered.", True),
        ("A penicillin is offered.", True),
        ("Vancomycin is offered.", False),
        ("Ampicillin is offered.", False),
        ("A macrolide is offered.", False),
        ("Tazocin is offered.", False),
    ],
)
def test_every_drug_is_named_in_the_evidence(library, text, passed):
    assert _checked(checks.check_drugs, text, setting(library, passage("amoxicillin"))).passed is passed


@pytest.mark.parametrize(
    ("name", "text", "passed"),
    [
        ("hospital", quote_of("hospital"), True),
        ("hospital", "Adults with a CURB-65 score of 3 or more are admitted to hospital.", True),
        ("hospital", "Adults with a CURB-65 score of 3 or more should not be admitted to hospital.", False),
        ("hospital", "Avoid admitting adults with a CURB-65 score of 3 or more.", False),
        ("hospital", "Never withhold discharge with a CURB-65 score of 3 or more.", False),
        ("hospital", "Don't admit adults with a CURB-65 score of 3 or more.", False),
        ("pregnancy", "ACE inhibitors are not used in pregnancy.", True),
        ("pregnancy", "ACE inhibitors should be used in pregnancy.", False),
    ],
)
def test_a_negation_gained_or_lost_is_stopped(library, name, text, passed):
    assert _checked(checks.check_negation, text, setting(library, passage(name))).passed is passed


@pytest.mark.parametrize(
    ("text", "passed"),
    [
        ("The needle goes above the rib on the left.", True),
        ("The needle goes above the rib.", True),
        ("The needle goes above the rib on the right.", False),
        ("The needle goes above both ribs.", False),
    ],
)
def test_left_stays_left(library, text, passed):
    assert _checked(checks.check_sides, text, setting(library, passage("needle"))).passed is passed


@pytest.mark.parametrize(
    ("name", "years", "passed"),
    [
        ("amoxicillin", 67, True),
        ("amoxicillin", 16, True),
        ("amoxicillin", 9, False),
        ("amoxicillin", 0.75, False),
        ("seizure", 9, True),
        ("twelve", 14, True),
        ("twelve", 9, False),
    ],
)
def test_a_recommendation_for_adults_is_not_given_to_a_child(library, name, years, passed):
    child = setting(library, passage(name), facts=(age(years),))
    assert _checked(checks.check_population, quote_of(name), child).passed is passed


@pytest.mark.parametrize(
    ("population", "years"),
    [
        ("Adults with pneumonia", 16),
        ("People aged 16 and over with a head injury", 16),
        ("Adults and people over 12 years with anaphylaxis", 12),
        ("children, young people and adults with status epilepticus", 0),
        ("adults aged 65 and over", 65),
        ("People with suspected asthma", 0),
        ("women with an ejection fraction of 40% or less", 0),
    ],
)
def test_the_age_at_which_a_population_begins(population, years):
    assert population_groups(population).low == years


@pytest.mark.parametrize(("value", "passed"), [(3, True), (5, True), (1, False)])
def test_advice_for_a_score_is_not_given_at_another_score(library, value, passed):
    known = setting(library, passage("hospital"), curb65(value))
    assert _checked(checks.check_conditions, quote_of("hospital"), known, "G1").passed is passed


def test_advice_whose_condition_nobody_knows_may_be_given(library):
    assert _checked(checks.check_conditions, quote_of("hospital"), setting(library, passage("hospital"))).passed


@pytest.mark.parametrize(
    ("name", "allergen", "passed"),
    [
        ("amoxicillin", "penicillin", False),
        ("amoxicillin", "flucloxacillin", False),
        ("coamoxiclav", "penicillin", False),
        ("coamoxiclav", "Augmentin", False),
        ("coamoxiclav", "erythromycin", False),
        ("coamoxiclav", "ibuprofen", True),
        ("nsaid", "NSAID", False),
        ("nsaid", "naproxen", False),
        ("unlisted", "aspirin", False),
        ("instead", "penicillin", True),
        ("instead", "doxycycline", False),
        ("pregnancy", "ramipril", True),
    ],
)
def test_no_drug_is_advised_that_an_allergy_covers(library, name, allergen, passed):
    patient = setting(library, passage(name), facts=(allergy(allergen),))
    assert _checked(checks.check_allergies, quote_of(name), patient).passed is passed


@pytest.mark.parametrize(
    ("status", "passed"),
    [
        (FactStatus.PRESENT, False),
        (FactStatus.HISTORICAL, False),
        (FactStatus.ABSENT, True),
        (FactStatus.FAMILY, True),
    ],
)
def test_an_allergy_of_the_past_counts_and_a_denied_one_does_not(library, status, passed):
    patient = setting(library, passage("amoxicillin"), facts=(allergy("penicillin", status),))
    assert _checked(checks.check_allergies, AMOXICILLIN, patient).passed is passed


def test_the_allergy_itself_is_no_support_for_the_drug(library):
    fact = allergy("penicillin")
    patient = setting(library, recorded(fact), facts=(fact,))
    assert not _checked(checks.check_allergies, "Penicillin is the treatment.", patient, "F1").passed
    assert _checked(checks.check_allergies, "Drug allergy: penicillin.", patient, "F1").passed


def test_a_fact_without_a_value_allows_no_number(library):
    fact = told("confusion", "confusion", None, "new confusion")
    patient = setting(library, recorded(fact), facts=(fact,))
    assert not _checked(checks.check_numbers, "Confusion for 3 days.", patient, "F1").passed
