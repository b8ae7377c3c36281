from __future__ import annotations

import pytest
from support.scripted import ScriptedChat

from bedside.core.errors import SettingsError
from bedside.core.settings import Settings
from bedside.evals.doctors.made import bias_of, make_doctor
from bedside.evals.doctors.model_doctor import ModelDoctor
from bedside.evals.patients.contract import View
from bedside.evals.patients.manners import manners
from bedside.evals.runs.setup import setups_of


def test_a_bias_is_named_behind_the_doctor() -> None:
    plain, biased, server = setups_of(["model", "model+recency", "http://localhost:1/v1#a+b-2"], "facts", (), 5)
    assert (plain.bias, biased.doctor, biased.bias) == ("", "model", "recency")
    assert biased.name == "model+recency"
    assert (server.doctor, server.bias) == ("http://localhost:1/v1#a+b-2", "")
    assert len({s.digest("b", ("c",), "m") for s in (plain, biased)}) == 2


def test_a_biased_doctor_is_told_so_and_another_is_not() -> None:
    model = ScriptedChat(reply=lambda messages: "Do you cough?")
    view = View(objective="See the patient.", turns_left=3)
    for name in ("", *manners().biases):
        ModelDoctor(model, bias_of(name)).act(view)
        told = model.calls[-1].messages[0].text
        assert [n for n, bias in manners().biases.items() if bias.doctor in told] == ([name] if name else [])


def test_a_bias_that_there_is_not_or_of_a_doctor_who_can_have_none_is_an_error() -> None:
    with pytest.raises(SettingsError) as unknown:
        bias_of("laziness")
    with pytest.raises(SettingsError) as rule:
        make_doctor(setups_of(["bedside+recency"], "facts", (), 5)[0], Settings())
    assert {unknown.value.code, rule.value.code} == {"BED-EVAL-009"}
    assert "recency" in unknown.value.do
