"""A pregnancy that is over is none of now, and a clot of the past is read however it is called."""

from __future__ import annotations

import pytest

from bedside.tools.notes.gestation import of_pregnancy
from bedside.tools.notes.read import read_facts
from bedside.tools.redflags.engine import red_flags


@pytest.mark.parametrize(
    "text",
    [
        "Baby born at 39 weeks, bleeding from the cord stump",
        "3 day old boy born at 39 weeks by C-section, jittery",
        "6/52 old, ex-32/40 prem, vomiting and bleeding from nose",
        "3 month old, delivered at 28 weeks, blood in stool",
        "Term baby, SVD at 39/40, BW 3.2 kg, vaginal bleeding day 3",
        "Baby girl, gestation at birth 29 weeks, hard belly and bleeding",
        "born at 36 weeks gestation, now 5 weeks old with blood in nappy",
        "39-week newborn with a hard belly",
        "He was born by emergency section at 38+2, bleeding gums",
        "born 32 weeks, baby now 4 months with bleeding",
        "1100-g (2-lb 7-oz) newborn, 31 weeks' gestation, bleeding",
        "premature, delivered at 28 weeks of gestation, now 3 months old",
        "In the postpartum period after delivering an 11 pound boy vaginally at 40 weeks gestation, bleeding.",
    ],
)
def test_weeks_at_which_a_child_was_born_make_nobody_pregnant(text: str) -> None:
    facts = read_facts(text, "m1")
    assert not [f for f in facts if f.name in of_pregnancy() and f.status.value == "present"]
    assert "antepartum-haemorrhage" not in {flag.id for flag in red_flags(facts)}


@pytest.mark.parametrize(
    "text",
    [
        "P1, prev LSCS at 39 weeks. Now 30 weeks pregnant with PV bleeding",
        "G2P1 prev SVD, 39/40, PV bleeding",
        "29F at 39 weeks gestation, vaginal bleeding",
        "Previous section, presents at 36 weeks gestation with PV bleeding",
        "Pregnant 33 weeks, bleeding heavily, first baby born in 2019",
    ],
)
def test_weeks_of_a_pregnancy_of_now_still_count_beside_an_earlier_birth(text: str) -> None:
    assert "antepartum-haemorrhage" in {flag.id for flag in red_flags(read_facts(text, "m1"))}


def test_the_mother_of_a_child_born_days_ago_is_one_who_gave_birth() -> None:
    text = "My baby was born 3 weeks ago at 39 weeks, I am soaking a pad every hour"
    assert {flag.id for flag in red_flags(read_facts(text, "m1"))} == {"postpartum-haemorrhage"}


@pytest.mark.parametrize(
    ("text", "status"),
    [
        ("history of thrombosis", "present"),
        ("40F, hx of venous thrombosis in 2015", "present"),
        ("previous blood clot in her leg", "present"),
        ("prior thromboembolic disease", "present"),
        ("I had a clot in my lung 5 years ago", "present"),
        ("recurrent leg thromboses", "present"),
        ("no history of thrombosis", "absent"),
        ("denies previous thrombosis", "absent"),
        ("father had a history of blood clots", "family"),
        ("history of coronary thrombosis", ""),
        ("history of portal vein thrombosis", ""),
        ("passed blood clots from the vagina", ""),
    ],
)
def test_a_clot_of_the_past_is_a_history_of_one(text: str, status: str) -> None:
    found = {f.name: f.status.value for f in read_facts(text, "m1")}
    assert found.get("previous_vte", "") == status


def test_a_denied_history_denies_what_a_pattern_takes_of_its_words() -> None:
    read = read_facts("No prior history of deep vein thrombosis or pulmonary embolism.", "m1")
    assert {f.status.value for f in read} == {"absent"}
