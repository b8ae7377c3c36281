"""Experts that point apart on one file are said to disagree, with each cited; nothing else is called a disagreement."""

from __future__ import annotations

import pytest
from support.setting import claim, gate_library, setting

from bedside.agent.verify.disagreement import disagreements
from bedside.agent.verify.gate import decide_claim
from bedside.core.answer import Verdict
from bedside.core.evidence import Evidence, EvidenceKind, Region, Sign, Source


def reading(evidence_id: str, expert: str, *signs: tuple[str, bool, str], study: str = "A1") -> Evidence:
    """What an expert found on a file."""
    return Evidence(
        id=evidence_id,
        kind=EvidenceKind.FINDING,
        statement=f"{expert} found something.",
        source=Source(type="expert", id=expert, title=expert.title()),
        region=Region(study=study),
        signs=tuple(Sign(name=name, called=called, where=where) for name, called, where in signs),
    )


def never() -> object:
    raise AssertionError("the judge was asked")


def test_one_that_calls_and_one_that_does_not_are_both_cited() -> None:
    calls = reading("X1", "child", ("pneumonia", True, ""))
    denies = reading("X2", "adult", ("pneumonia", False, ""), ("mass", False, ""))
    (found,) = disagreements((denies, calls))
    assert [e.id for e in found.evidence] == ["X1", "X2"]
    assert found.sentence == (
        "The experts disagree about pneumonia on file A1: “Child” calls it, “Adult” does not; neither "
        "is taken as right."
    )


def test_three_experts_are_one_disagreement() -> None:
    held = [reading(f"X{n}", name, ("mass", name != "c", "")) for n, name in enumerate("abc")]
    (found,) = disagreements(held)
    assert len(found.evidence) == 3 and "“A” and “B” calls it" in found.sentence


@pytest.mark.parametrize(
    "other",
    [
        reading("X2", "child", ("pneumonia", False, "")),
        reading("X2", "adult", ("pneumonia", False, ""), study="A2"),
        reading("X2", "adult", ("pneumonia", True, "")),
        reading("X2", "adult", ("effusion", False, "")),
        reading("X2", "adult"),
    ],
    ids=["same expert", "other file", "both call it", "other finding", "no signs"],
)
def test_what_does_not_point_apart_is_no_disagreement(other: Evidence) -> None:
    assert disagreements((reading("X1", "child", ("pneumonia", True, "")), other)) == ()


@pytest.mark.parametrize(
    ("called", "denied", "apart"),
    [
        ("left lung", "left lung", True),
        ("left lung", "", True),
        ("left lung", "right lung", False),
        ("", "left lung", False),
    ],
)
def test_parts_of_the_body_are_told_apart(called: str, denied: str, apart: bool) -> None:
    held = (reading("X1", "one", ("mass", True, called)), reading("X2", "two", ("mass", False, denied)))
    found = disagreements(held)
    assert bool(found) == apart
    if apart:
        assert "mass in the left lung" in found[0].sentence


def test_the_gate_derives_the_sentence_again_and_takes_no_other(tmp_path) -> None:  # type: ignore[no-untyped-def]
    library = gate_library(tmp_path)
    one, two = reading("X1", "child", ("pneumonia", True, "")), reading("X2", "adult", ("pneumonia", False, ""))
    text = disagreements((one, two))[0].sentence
    decided = decide_claim(claim(text, "X1", "X2"), setting(library, one, two), never)  # type: ignore[arg-type]
    assert decided.verdict is Verdict.SUPPORTED
    agreeing = two.model_copy(update={"signs": one.signs})
    said = decide_claim(claim(text, "X1", "X2"), setting(library, one, agreeing), never)  # type: ignore[arg-type]
    assert said.verdict is not Verdict.SUPPORTED
