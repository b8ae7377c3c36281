"""What every calculator does, whatever it computes."""

from __future__ import annotations

import math
import time

import pytest
from support.facts import facts, run

from bedside.core.evidence import EvidenceKind, add_to_ledger
from bedside.core.settings import Settings
from bedside.knowledge.terms import finding
from bedside.tools.calculator import Calculator, half_up
from bedside.tools.calculator_inputs import InputKind
from bedside.tools.calculators.anion_gap import AnionGap
from bedside.tools.calculators.bmi_bsa import BmiBsa
from bedside.tools.calculators.cha2ds2_vasc import Cha2ds2Vasc
from bedside.tools.calculators.ckd_epi_2021 import CkdEpi2021
from bedside.tools.calculators.corrected_qt import CorrectedQt
from bedside.tools.calculators.curb65 import Curb65
from bedside.tools.calculators.qsofa import Qsofa
from bedside.tools.calculators.wells_pe import WellsPe
from bedside.tools.contract import ToolRequest
from bedside.tools.registry import Toolbox, cards

ALL: tuple[type[Calculator], ...] = (
    AnionGap, BmiBsa, Cha2ds2Vasc, CkdEpi2021, CorrectedQt, Curb65, Qsofa, WellsPe,
)  # fmt: skip
ADULT_ONLY: tuple[type[Calculator], ...] = (Cha2ds2Vasc, CkdEpi2021, Curb65, Qsofa, WellsPe)
NOTE = facts(
    age=67, sex="male", weight=80, height=178, confusion=True, urea=9.1, respiratory_rate=32, systolic_bp=88,
    diastolic_bp=56, heart_rate=112, qt_interval=380, creatinine=140, sodium=132, chloride=98, bicarbonate=19,
    albumin=31, hypertension=True, diabetes=False, atrial_fibrillation=True, dvt_signs=False, haemoptysis=False,
)  # fmt: skip
each = pytest.mark.parametrize("kind", ALL, ids=lambda kind: kind.card.name)


@each
def test_a_calculator_is_registered_with_a_whole_card(kind: type[Calculator]) -> None:
    card = kind.card
    assert card in cards()
    assert isinstance(Toolbox(Settings()).get(card.name), kind)
    assert card.kind == "calculator"
    assert card.purpose.endswith("?")
    assert card.citation and card.limits and card.topics and card.accepts.facts
    assert all(topic == topic.lower() and "\n" not in topic for topic in card.topics)
    assert kind.link.startswith("https://")


@each
def test_a_calculator_cites_its_source_with_a_doi_in_its_own_file(kind: type[Calculator]) -> None:
    text = __import__(kind.__module__, fromlist=["x"]).__doc__
    assert kind.link.removeprefix("https://doi.org/") in text


@each
def test_inputs_are_canonical_facts_in_canonical_units(kind: type[Calculator]) -> None:
    for spec in (*kind.inputs, *(rule.spec for rule in kind.population)):
        row = finding(spec.name)
        assert spec.unit == row.unit, spec.name
        assert str(row.kind) == spec.kind.value, spec.name
        assert spec.kind is not InputKind.QUANTITY or (math.isfinite(spec.low) and math.isfinite(spec.high))
        for other in (*spec.shown_by, *spec.shown_by_past):
            assert finding(other).kind == "presence"
    assert set(kind.card.accepts.facts) <= {s.name for s in kind.inputs} | {r.spec.name for r in kind.population}


@each
def test_evidence_carries_its_inputs_source_limits_and_hash(kind: type[Calculator]) -> None:
    result = run(kind, NOTE)
    assert result.refusal is None and result.evidence
    assert (result.tool, result.version) == (kind.card.name, kind.card.version)
    for item in result.evidence:
        assert item.kind is EvidenceKind.SCORE
        assert item.statement.endswith(".")
        assert item.source.type == "calculator" and item.source.citation and item.source.link.startswith("https://")
        assert item.inputs and item.limits and len(item.input_hash) == 64
    for used in result.evidence[0].inputs:
        if not used.note:
            assert used.span is not None
            assert used.as_written == used.span.text


@each
def test_the_same_facts_give_the_same_evidence(kind: type[Calculator]) -> None:
    once = add_to_ledger((), run(kind, NOTE).evidence)
    assert add_to_ledger(once, run(kind, NOTE).evidence) == once


@each
def test_another_input_gives_another_hash(kind: type[Calculator]) -> None:
    spec = next(s for s in kind.inputs if s.kind is InputKind.QUANTITY and s.name != "gcs")
    known = next(f for f in NOTE if f.name == spec.name)
    assert isinstance(known.value, float)
    changed = (*NOTE, known.model_copy(update={"value": known.value + 1, "as_written": "changed"}))
    assert run(kind, NOTE).evidence[0].input_hash != run(kind, changed).evidence[0].input_hash


@each
def test_nothing_recorded_gives_no_evidence_and_says_what_is_missing(kind: type[Calculator]) -> None:
    result = run(kind)
    assert result.evidence == () and result.refusal is None
    if limit := getattr(kind, "most_asked", 0):
        assert 0 < len(result.missing) <= limit + len(kind.population)
    else:
        assert {m.name for m in result.missing} >= {s.name for s in kind.inputs if s.required}
    assert all(m.why and m.effect for m in result.missing)


@pytest.mark.parametrize("kind", ADULT_ONLY, ids=lambda kind: kind.card.name)
@pytest.mark.parametrize(("years", "refused"), [(0.5, True), (17, True), (17.9, True), (18, False), (101, False)])
def test_a_child_is_refused_an_adult_score(kind: type[Calculator], years: float, refused: bool) -> None:
    result = run(kind, NOTE, age=years)
    assert (result.refusal is not None) == refused
    if result.refusal is not None:
        assert result.refusal.code == "BED-TOOL-020"
        assert f"{years:g}" in result.refusal.why and result.refusal.do
        assert not result.evidence


@pytest.mark.parametrize("kind", [Qsofa, WellsPe], ids=lambda kind: kind.card.name)
def test_an_unrecorded_age_is_said_in_the_limits(kind: type[Calculator]) -> None:
    known = tuple(f for f in NOTE if f.name != "age")
    assert any("Age is not recorded" in limit for limit in run(kind, known).evidence[0].limits)
    assert not any("Age is not recorded" in limit for limit in run(kind, NOTE).evidence[0].limits)


def test_all_eight_over_a_note_take_under_5_ms() -> None:
    tools = [kind(Settings()) for kind in ALL]
    request = ToolRequest(facts=NOTE)

    def once() -> float:
        started = time.perf_counter()
        for tool in tools:
            tool.run(request)
        return time.perf_counter() - started

    assert min(once() for _ in range(20)) < 0.005


@pytest.mark.parametrize(
    ("value", "digits", "expected"), [(62.5, 0, 63), (62.49, 0, 62), (24.25, 1, 24.3), (-0.5, 0, 0), (1.005, 1, 1.0)]
)
def test_halves_round_up(value: float, digits: int, expected: float) -> None:
    assert half_up(value, digits) == expected
