from __future__ import annotations

import pytest

from bedside.knowledge.drugs import (
    allergy_covers,
    allergy_related,
    classes_of,
    drug_table,
    drugs_in,
    generic,
    misspelt,
)


@pytest.mark.parametrize(
    ("written", "name"),
    [
        ("Augmentin", "co-amoxiclav"),
        ("co amoxiclav", "co-amoxiclav"),
        ("Tylenol", "paracetamol"),
        ("epinephrine", "adrenaline"),
        ("Imitrex", "sumatriptan"),
        ("HCTZ", "hydrochlorothiazide"),
        ("Nardil", "phenelzine"),
        ("Mogadon", "nitrazepam"),
        ("ACE inhibitors", "ACE inhibitor"),
        ("wibblemycin", ""),
    ],
)
def test_brands_and_us_names_lead_to_the_generic_name(written: str, name: str) -> None:
    assert generic(written) == name


@pytest.mark.parametrize("drug", ["amoxicillin", "co-amoxiclav", "flucloxacillin", "piperacillin-tazobactam"])
def test_a_penicillin_is_a_beta_lactam(drug: str) -> None:
    assert {"penicillin", "beta-lactam", "antibiotic"} <= set(classes_of(drug))


@pytest.mark.parametrize(
    ("allergen", "drug", "covered", "related"),
    [
        ("penicillin", "Tazocin", True, False),
        ("amoxicillin", "flucloxacillin", True, False),
        ("penicillin", "cefalexin", False, True),
        ("beta-lactam", "meropenem", True, False),
        ("penicillin", "doxycycline", False, False),
        ("sulfa", "Bactrim", True, False),
        ("latex", "latex", True, False),
        ("latex", "amoxicillin", False, False),
        ("", "amoxicillin", False, False),
    ],
)
def test_an_allergy_covers_its_class_and_no_more(allergen: str, drug: str, covered: bool, related: bool) -> None:
    assert allergy_covers(allergen, drug) is covered
    assert allergy_related(allergen, drug) is related


def test_drugs_are_found_with_their_spans() -> None:
    text = "Give pip/taz or Zithromax; avoid an ACE inhibitor."
    found = drugs_in(text)
    assert [(d.name, text[d.start : d.end]) for d in found] == [
        ("piperacillin-tazobactam", "pip/taz"),
        ("azithromycin", "Zithromax"),
    ]
    assert drugs_in(text, classes=True)[-1].name == "ACE inhibitor"
    assert drugs_in("no drug here, insulin pen aside")[0].name == "insulin"


def test_the_table_holds_the_common_drugs() -> None:
    assert len({d for row in drug_table().classes.values() for d in row.drugs}) >= 250


@pytest.mark.parametrize(
    ("word", "name"),
    [
        ("penicilin", "penicillin"),
        ("pencillin", "penicillin"),
        ("penecillin", "penicillin"),
        ("amoxicilin", "amoxicillin"),
        ("wibblemycin", ""),
        ("codine", "codeine"),
    ],
)
def test_a_misspelt_long_name_is_made_out(word: str, name: str) -> None:
    assert misspelt(word) == name
