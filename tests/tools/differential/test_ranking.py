"""Ranks over twelve diseases: what is there, what is not, age, sex, what implies what, and what is asked next."""

from __future__ import annotations

import time

import numpy as np
import pytest
from support.diseases import FOLDER
from support.facts import fact, facts

from bedside.core.case import FactStatus
from bedside.core.evidence import EvidenceKind
from bedside.core.settings import Settings
from bedside.knowledge.diseases import Disease, diseases
from bedside.tools.contract import ToolRequest
from bedside.tools.differential.differential import Differential
from bedside.tools.differential.measured import background
from bedside.tools.differential.observed import ABSENT, PRESENT, UNKNOWN, observe
from bedside.tools.differential.question import gains, next_questions
from bedside.tools.differential.rank import prior_of, rank
from bedside.tools.differential.report import shown, urgent_below
from bedside.tools.differential.table import Table
from bedside.tools.notes.read import read_facts

TABLE = Table(diseases(FOLDER))


def made(*rows):
    """A table of diseases given as (id, {finding: share}) or with more fields."""
    out = []
    for name, named, *more in rows:
        spare = {"chemotherapy": 0.01, "esbl": 0.01, "ampc": 0.01}
        base = {"id": name, "name": f"The {name}", "icd10": "A00", "common": 3, "source": "A 2016"}
        out.append(Disease.model_validate({**base, "findings": named | spare, **(more[0] if more else {})}))
    return Table(tuple(out))


def first(**named):
    ranking = rank(TABLE, observe(TABLE, facts(**named)))
    return [TABLE.diseases[d].id for d in ranking.candidates()]


@pytest.mark.parametrize(
    ("expected", "named"),
    [
        ("community-pneumonia", {"age": 70.0, "productive_cough": True, "fever": True, "crp": 180.0}),
        ("acute-bronchitis", {"age": 30.0, "cough": True, "productive_cough": True, "fever": False, "crp": 4.0}),
        ("pulmonary-embolus", {"dyspnoea": True, "pleuritic_pain": True, "leg_swelling": True, "fever": False}),
        ("asthma-attack", {"age": 8.0, "wheeze": True, "dyspnoea": True, "asthma": True}),
        ("acute-coronary-syndrome", {"age": 66.0, "sex": "male", "chest_pain": True, "troponin": 300.0}),
        ("bacterial-meningitis", {"fever": True, "headache": True, "neck_stiffness": True, "confusion": True}),
        (
            "subarachnoid-haemorrhage",
            {"age": 50.0, "thunderclap_headache": True, "neck_stiffness": True, "syncope": True},
        ),
        ("migraine", {"sex": "female", "age": 30.0, "headache": True, "photophobia": True, "fever": False}),
        ("ectopic", {"sex": "female", "age": 28.0, "abdominal_pain": True, "positive_pregnancy_test": True}),
        ("torsion-of-testis", {"sex": "male", "age": 14.0, "testicular_pain": True, "sudden_testicular_pain": True}),
    ],
)
def test_the_textbook_case_comes_first(expected, named):
    assert first(**named)[0] == expected


def test_a_disease_of_the_other_sex_is_out_and_another_age_is_unlikely():
    ranking = rank(TABLE, observe(TABLE, facts(sex="male", abdominal_pain=True, vaginal_bleeding=True)))
    row = next(i for i, d in enumerate(TABLE.diseases) if d.id == "ectopic")
    assert ranking.share[row] == 0 and row not in ranking.candidates()
    young = prior_of(TABLE, observe(TABLE, facts(age=5.0)))
    old = prior_of(TABLE, observe(TABLE, facts(age=60.0)))
    heart = next(i for i, d in enumerate(TABLE.diseases) if d.id == "acute-coronary-syndrome")
    assert young[heart] < old[heart] / 10 and young.sum() == pytest.approx(1)


def test_what_is_possible_past_or_of_the_family_says_nothing():
    said = [fact("fever", status=s) for s in (FactStatus.POSSIBLE, FactStatus.HISTORICAL, FactStatus.FAMILY)]
    assert (observe(TABLE, said).state == UNKNOWN).all()


def test_what_a_text_says_is_there_stays_until_a_later_text_denies_it():
    text = "He was confused and had a fever at home. On arrival alert and orientated, not confused."
    known = read_facts(text, "m1")
    column = TABLE.index["confusion"]
    assert {f.status for f in known if f.name == "confusion"} == {FactStatus.PRESENT, FactStatus.ABSENT}
    assert observe(TABLE, known).state[column] == PRESENT
    assert observe(TABLE, (*known, *read_facts("He is not confused.", "m2"))).state[column] == ABSENT


def test_absence_speaks_against_as_much_as_the_finding_is_usual():
    table = made(("a", {"fever": 0.95, "rash": 0.5}), ("b", {"fever": 0.25, "rash": 0.5}))
    ranking = rank(table, observe(table, facts(fever=False, rash=True)))
    assert ranking.share[1] > 3 * ranking.share[0]


def test_an_implied_finding_is_not_counted_twice():
    table = made(("a", {"productive_cough": 0.8, "cough": 0.9}), ("b", {"cough": 0.9}), ("c", {"rash": 0.9}))
    once = rank(table, observe(table, facts(productive_cough=True)))
    twice = rank(table, observe(table, facts(productive_cough=True, cough=True)))
    assert np.allclose(once.share, twice.share)
    none = observe(table, facts(cough=False))
    state = {c.key: s for c, s in zip(table.columns, none.state, strict=True)}
    assert state["productive_cough"] == ABSENT == state["cough"]
    assert not none.counts[table.index["productive_cough"]]


def test_nested_limits_of_one_quantity_count_once_and_fill_each_other():
    table = made(("a", {"sodium < 130": 0.5}), ("b", {"sodium < 135": 0.5}), ("c", {"sodium > 145": 0.9}))
    a, b = table.index["sodium < 130"], table.index["sodium < 135"]
    assert table.implies[a, b] and not table.implies[b, a]
    assert table.share[0, b] >= 0.5 and 0.05 < table.share[1, a] < 0.2
    low = observe(table, facts(sodium=125.0))
    assert list(low.state[[a, b]]) == [PRESENT, PRESENT] and list(low.counts).count(True) == 1


def test_a_measured_fever_is_a_fever():
    table = made(("a", {"fever": 0.9}), ("b", {"temperature >= 39": 0.9}))
    assert observe(table, facts(temperature=38.4)).state[table.index["fever"]] == PRESENT
    assert observe(table, facts(temperature=36.8)).state[table.index["fever"]] == ABSENT
    assert table.implies[table.index["temperature >= 39"], table.index["fever"]]


def test_a_test_that_only_one_disease_has_settles_it():
    others = [(f"d{i}", {"fever": 0.5, "headache": 0.5}, {"common": 5}) for i in range(40)]
    table = made(("rare", {"mitral_stenosis": 0.95, "fever": 0.5}, {"common": 2}), *others)
    ranking = rank(table, observe(table, facts(fever=True, mitral_stenosis=True)))
    assert ranking.order[0] == 0


def test_published_ratios_go_before_frequencies():
    ratio = {"finding": "rash", "lr_positive": 24, "lr_negative": 0.16, "source": "B 2006"}
    table = made(("a", {"rash": 0.3}, {"evidence": [ratio]}), ("b", {"rash": 0.3}))
    column = table.index["rash"]
    assert table.there[0, column] == pytest.approx(np.log(24)) and table.gone[0, column] == pytest.approx(np.log(0.16))


def test_what_must_not_be_missed_is_shown_apart_with_what_would_rule_it_out():
    usual = [(f"d{i}", {"headache": 0.9, "vomiting": 0.9}, {"common": 4}) for i in range(6)]
    worst = ("worst", {"headache": 0.9, "neck_stiffness": 0.9}, {"common": 4, "cannot_miss": True})
    table = made(*usual, worst)
    ranking = rank(table, observe(table, facts(headache=True, vomiting=True)))
    assert [table.diseases[d].id for d in urgent_below(ranking, ranking.candidates()[:5])] == ["worst"]
    rows = Differential(Settings(), table.diseases).run(ToolRequest(facts=facts(headache=True, vomiting=True))).evidence
    (said,) = [e for e in rows if e.source.section == "not to be missed"]
    assert said.statement.startswith("Not to be missed: The worst") and "absence of neck stiffness" in said.statement
    assert len(shown(ranking)) == 6


def test_the_next_question_tells_apart_what_is_likely_and_is_never_known():
    known = facts(age=30.0, headache=True, photophobia=True)
    ranking = rank(TABLE, observe(TABLE, known))
    asked = next_questions(ranking, 3)
    assert {q.column.key for q in asked} & {"fever", "neck_stiffness", "thunderclap_headache"}
    assert not {q.column.key for q in asked} & {"headache", "photophobia"}
    assert (gains(ranking)[ranking.observed.state != UNKNOWN] == 0).all() and all(q.bits > 0 for q in asked)


@pytest.mark.parametrize(
    ("finding", "words"),
    [
        ("headache", "Do you have a headache?"),
        ("systolic_murmur", "Examine for: "),
        ("respiratory_rate > 30", "Measure: respiratory rate, whether above 30"),
        ("lactate > 2", "Order a blood test for: lactate, whether above 2 mmol/L."),
        ("hydronephrosis", "Order imaging for: "),
        ("villous_atrophy", "Ask a specialist about: "),
        ("st_depression", "Test at the bedside for: "),
    ],
)
def test_a_patient_is_asked_a_question_and_a_clinician_told_what_to_look_for(finding, words):
    table = made(("a", {finding: 0.9, "rash": 0.5}), ("b", {finding: 0.01, "rash": 0.5}), ("c", {"jaundice": 0.9}))
    result = Differential(Settings(), table.diseases).run(ToolRequest(facts=facts(rash=True)))
    asked = next(m for m in result.missing if m.name == finding.split()[0])
    assert asked.ask.startswith(words)
    said = next(e.statement for e in result.evidence if e.source.id == asked.name)
    assert " It tells The a from" in said and asked.ask.split(": ", 1)[-1].rstrip(".?") in said


def test_urgent_diseases_and_cheap_questions_come_first():
    plain = {"fever": 0.5}
    rows = (("a", plain | {"rash": 0.9, "crp > 100": 0.1}), ("b", plain | {"rash": 0.1, "crp > 100": 0.9}))
    table = made(*rows)
    ranking = rank(table, observe(table, facts(fever=True)))
    assert gains(ranking)[table.index["rash"]] == pytest.approx(gains(ranking)[table.index["crp > 100"]], rel=0.01)
    assert next_questions(ranking, 1)[0].column.key == "rash"
    urgent = made(rows[0], (*rows[1], {"cannot_miss": True}))
    more = gains(rank(urgent, observe(urgent, facts(fever=True))))[urgent.index["rash"]]
    assert more > gains(ranking)[table.index["rash"]]


def test_the_evidence_says_for_against_and_not_known_with_the_words_of_the_record():
    result = Differential(Settings(), TABLE.diseases).run(
        ToolRequest(facts=facts(fever=True, headache=True, rash=False))
    )
    top = result.evidence[0]
    assert top.kind is EvidenceKind.SCORE and not top.calibrated and top.source.type == "differential"
    assert "for it" in top.statement and "not known" in top.statement
    assert {i.as_written for i in top.inputs if i.note.startswith("for")} >= {"fever"}
    assert [m.ask for m in result.missing if m.ask]


def test_six_hundred_diseases_take_less_than_forty_milliseconds():
    names = sorted({c.key for c in TABLE.columns})
    draw = np.random.default_rng(7)
    rows = []
    for i in range(650):
        chosen = draw.choice(names, 15, replace=False)
        rows.append((f"d{i}", {str(k): float(draw.choice([0.08, 0.25, 0.55, 0.8, 0.95])) for k in chosen}))
    table = made(*rows)
    known = facts(age=40.0, sex="female", fever=True, headache=True, cough=False, sodium=128.0)
    times = []
    for _ in range(15):
        started = time.process_time()
        next_questions(rank(table, observe(table, known)), 3)
        times.append(time.process_time() - started)
    assert min(times) < 0.040


def test_what_many_people_have_anyway_weighs_less_than_a_symptom():
    table = made(
        ("a", {"hypertension": 0.8, "rash": 0.8, "cough": 0.1}), ("b", {"fever": 0.5, "cough": 0.5, "nausea": 0.5})
    )
    weight = {c.key: table.there[0, i] for i, c in enumerate(table.columns)}
    assert 0 < weight["hypertension"] < weight["rash"] / 1.2
    assert all(0 < share < 1 for share in background().values())


def test_what_a_biopsy_shows_weighs_more_than_a_symptom_as_frequent():
    rows = [(name, {"cough": 0.5, "fever": 0.5, "nausea": 0.5}) for name in "cdefghij"]
    table = made(("a", {"aganglionic": 0.8, "runny_nose": 0.8, "cough": 0.1}), *rows)
    ranking = rank(table, observe(table, facts(aganglionic=True, runny_nose=True)))
    weights = ranking.weights(0)
    assert weights[table.index["aganglionic"]] > 1.2 * weights[table.index["runny_nose"]] > 0


def test_either_of_two_measurements_is_enough_and_a_newborn_is_young():
    table = made(("a", {"raised_transaminases": 0.8, "jaundice": 0.8, "cough": 0.1}))
    for ast, alt in ((200.0, 30.0), (30.0, 200.0)):
        assert observe(table, facts(ast=ast, alt=alt)).state[table.index["raised_transaminases"]] == PRESENT
    assert observe(table, facts(neonate=True)).age == pytest.approx(0.02)


def test_a_case_that_no_disease_fits_is_refused_and_not_ranked():
    rows = made(("a", {"testicular_pain": 0.8, "rash": 0.2, "cough": 0.1}, {"sex": {"female": 0}})).diseases
    result = Differential(Settings(), rows).run(ToolRequest(facts=facts(sex="female", rash=True)))
    assert result.refusal is not None and "No disease held here fits" in result.refusal.why


def test_a_disease_of_small_children_is_no_candidate_in_a_man_of_fifty_and_less_so_the_older_he_is():
    table = made(
        ("young", {"cough": 0.5}, {"age": {"0-4": 2, "4-8": 0.5}}),
        ("grown", {"cough": 0.5}, {"age": {"18-40": 1, "60-": 1}}),
        ("any", {"cough": 0.5}),
    )
    young, grown, everyone = (table.ages(years) for years in (9.0, 53.0, 0.0))
    assert young[0] > 30 * grown[0] > 0 and 0.03 < young[0] < 0.05
    assert grown[1] == 0.05 and everyone[1] < 1e-5  # between two bands; a newborn
    assert everyone[0] == 2 and [a[2] for a in (young, grown, everyone)] == [1, 1, 1]
