"""Ways to word each input of a calculator, present and absent; a table of texts, one test for each input."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from bedside.core.case import Fact, FactStatus
from bedside.tools.notes.moment import at_admission
from bedside.tools.notes.read import read_note

TABLE: dict[str, Any] = yaml.safe_load(Path(__file__).with_name("wordings.yaml").read_text(encoding="utf-8"))
OTHER_NAMES = {"cerebrovascular_disease": {"stroke", "stroke_tia"}, "stroke_tia": {"stroke", "past_embolism"}}


def said(text: str, name: str) -> list[Fact]:
    """What a sentence says of an input, as a calculator is given it at admission."""
    who = "" if name in {"age", "sex", "race"} else "A 60-year-old patient is seen. "
    stop = "" if text.endswith(".") else "."
    reading = read_note(f"{who}{text}{stop}", "n", date_order="month first", items=True)
    names = {name, *OTHER_NAMES.get(name, ())}
    return [f for f in at_admission((*reading.items, *reading.facts)) if f.name in names]


@pytest.mark.parametrize("name", TABLE["numbers"])
def test_a_number_is_read_from_every_wording(name: str) -> None:
    wrong = {}
    for text, want in TABLE["numbers"][name]:
        values = [f.value for f in said(text, name) if isinstance(f.value, float)]
        values = [v for v in values if not (name == "age" and v == 60)]
        ok = values[:1] == [pytest.approx(want, rel=0.01)] if want is not None else not values
        wrong |= {} if ok else {text: values}
    assert not wrong


@pytest.mark.parametrize("name", TABLE["findings"])
def test_a_finding_is_there_or_denied_in_every_wording(name: str) -> None:
    there = {FactStatus.PRESENT, FactStatus.HISTORICAL}
    wrong = {}
    for status, texts in TABLE["findings"][name].items():
        for text in texts:
            facts = said(text, name)
            denied = bool(facts) and facts[-1].status is FactStatus.ABSENT
            ok = any(f.status in there for f in facts) and not denied if status == "present" else denied
            wrong |= {} if ok else {text: [f.status.value for f in facts]}
    assert not wrong


@pytest.mark.parametrize("name", TABLE["words"])
def test_a_grade_or_a_day_is_read_from_every_wording(name: str) -> None:
    wrong = {}
    for want, texts in TABLE["words"][name].items():
        for text in texts:
            values = [f.value for f in said(text, name) if f.value is not None]
            same = bool(values) and (values[0] == want or str(values[0]) == f"{want}.0")
            wrong |= {} if same else {text: values}
    assert not wrong
