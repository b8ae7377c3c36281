from __future__ import annotations

import pytest
from support.facts import fact

from bedside.core.case import Fact, FactStatus, Span
from bedside.core.evidence import Evidence, EvidenceKind, Source
from bedside.knowledge.conditions import parse_condition
from bedside.tools.known import known_values, score_conflicts


def score(
    value: float | None, *, tool: str = "curb65", section: str = "", kind: EvidenceKind = EvidenceKind.SCORE
) -> Evidence:
    source = Source(type="calculator", id=tool, version="1.0", section=section)
    return Evidence(kind=kind, statement="x", value=value, source=source)


def test_a_number_is_the_latest_one() -> None:
    assert known_values((fact("age", 67.0), fact("age", 76.0))) == {"age": (76.0,)}


@pytest.mark.parametrize(
    ("status", "known"),
    [
        (FactStatus.PRESENT, {"diabetes": (True,)}),
        (FactStatus.ABSENT, {"diabetes": (False,)}),
        (FactStatus.POSSIBLE, {}),
        (FactStatus.FAMILY, {}),
        (FactStatus.HISTORICAL, {}),
    ],
)
def test_presence_is_true_or_false_and_what_is_only_possible_gives_nothing(
    status: FactStatus, known: dict[str, tuple[bool, ...]]
) -> None:
    assert known_values((fact("diabetes", None, status),)) == known


@pytest.mark.parametrize("drug", ["amoxicillin", "Augmentin", "flucloxacillin", "penicillin"])
def test_an_allergy_counts_for_the_class_too(drug: str) -> None:
    assert "penicillin" in known_values((fact("allergy", drug),))["allergy"]


def test_an_allergy_in_the_past_is_still_an_allergy() -> None:
    assert "penicillin" in known_values((fact("allergy", "amoxicillin", FactStatus.HISTORICAL),))["allergy"]


def test_several_allergies_are_all_known() -> None:
    known = known_values((fact("allergy", "amoxicillin"), fact("allergy", "latex")))["allergy"]
    assert {"amoxicillin", "penicillin", "latex"} <= set(known)


def test_no_known_allergies_is_known_and_an_allergy_found_later_replaces_it() -> None:
    none = fact("allergy", None, FactStatus.ABSENT)
    assert known_values((none,)) == {"allergy": (False,)}
    assert False not in known_values((none, fact("allergy", "penicillin")))["allergy"]


def test_an_allergy_taken_back_is_gone() -> None:
    back = fact("allergy", "amoxicillin", FactStatus.ABSENT)
    assert known_values((fact("allergy", "amoxicillin"), back))["allergy"] == (False,)


def test_a_denied_allergy_is_known_to_be_none() -> None:
    known = known_values((fact("allergy", "penicillin", FactStatus.ABSENT),))
    assert parse_condition("allergy = penicillin").holds(known) is False


def test_a_denied_allergy_leaves_the_others() -> None:
    known = known_values((fact("allergy", "latex"), fact("allergy", "penicillin", FactStatus.ABSENT)))
    assert known["allergy"] == ("latex",)


def stated(value: float) -> Fact:
    span = Span(source="m1", start=0, end=9, text="CURB-65 4")
    return Fact(name="curb65", label="CURB-65", value=value, unit="{score}", span=span)


@pytest.mark.parametrize(
    ("low", "high", "value", "known", "codes"),
    [
        (None, None, 3.0, (3.0,), ["BED-NOTE-005"]),
        (None, None, 4.0, (4.0,), []),
        (2.0, 5.0, None, (4.0,), []),
        (0.0, 2.0, None, (0.0, 2.0), ["BED-NOTE-005"]),
    ],
)
def test_a_computed_score_stands_before_a_stated_one_and_a_disagreement_is_told(
    low: float | None, high: float | None, value: float | None, known: tuple[float, ...], codes: list[str]
) -> None:
    computed = score(value).model_copy(update={"low": low, "high": high})
    assert known_values((stated(4.0),))["curb65"] == (4.0,)
    assert known_values((stated(4.0),), (computed,))["curb65"] == known
    assert [r.code for r in score_conflicts((stated(4.0),), (computed,))] == codes


def test_a_drug_taken_in_the_past_is_not_taken_now() -> None:
    assert known_values((fact("medication", "warfarin", FactStatus.HISTORICAL),)) == {}
    assert "anticoagulant" in known_values((fact("medication", "warfarin"),))["medication"]


@pytest.mark.parametrize(
    ("evidence", "known"),
    [
        (score(5.0), {"curb65": (5.0,)}),
        (score(None), {}),
        (score(5.0, section="interpretation"), {}),
        (score(5.0, kind=EvidenceKind.FINDING), {}),
    ],
)
def test_a_calculator_gives_its_headline_value_under_its_name(
    evidence: Evidence, known: dict[str, tuple[float, ...]]
) -> None:
    assert known_values((), (evidence,)) == known


def test_the_latest_score_counts() -> None:
    assert known_values((), (score(5.0), score(2.0))) == {"curb65": (2.0,)}
