"""Stopwatches, percentiles and rows of the speed benchmark."""

from __future__ import annotations

import time

import pytest
from langchain_core.messages import HumanMessage
from support.scripted import Odds, ScriptedChat

from bedside.agent.models.decide import choose
from bedside.core.settings import Settings
from bedside.evals.bench.answers import Row, Turn, repeated, table, turn_rows
from bedside.evals.bench.timed import Stopwatch, TimedChat, TimedToolbox, covered
from bedside.evals.stats import percentile
from bedside.tools.contract import ToolRequest
from bedside.tools.registry import Toolbox


@pytest.mark.parametrize(
    ("spans", "total"),
    [
        ([], 0.0),
        ([(0, 2)], 2.0),
        ([(0, 2), (1, 3)], 3.0),
        ([(0, 5), (1, 2)], 5.0),
        ([(4, 5), (0, 1)], 2.0),
        ([(0, 1), (0, 1)], 1.0),
    ],
)
def test_time_that_overlaps_counts_once(spans: list[tuple[float, float]], total: float) -> None:
    assert covered(spans) == pytest.approx(total)


def test_a_timed_model_answers_as_the_one_inside_and_its_time_is_kept() -> None:
    watch = Stopwatch()
    inner = ScriptedChat(reply=lambda messages: Odds(A=0.9, B=0.1), delay=0.02)
    model = TimedChat(inner=inner, watch=watch)
    choice = choose(model, "Is it?", ("A", "B"))
    assert (choice.from_logprobs, choice.probabilities["A"]) == (True, pytest.approx(0.9))
    assert model.model_name == "scripted"
    assert 0.02 <= watch.seconds() < 1.0
    assert watch.seconds(since=time.perf_counter()) == 0.0


def test_a_timed_model_streams() -> None:
    watch = Stopwatch()
    model = TimedChat(inner=ScriptedChat(reply=lambda messages: "one two"), watch=watch)
    assert "".join(c.text for c in model.stream([HumanMessage(content="count")])) == "one two"
    assert watch.seconds() > 0


def test_a_timed_tool_has_the_card_and_the_result_of_the_one_inside() -> None:
    watch, settings = Stopwatch(), Settings()
    inner = Toolbox(settings)
    tool = TimedToolbox(inner, watch).get("curb65")
    assert tool.card == inner.get("curb65").card
    assert tool.run(ToolRequest()).missing == inner.get("curb65").run(ToolRequest()).missing
    assert watch.seconds() > 0


@pytest.mark.parametrize(("share", "expected"), [(0.9, 9.0), (0.5, 5.0), (1.0, 10.0), (0.0, 1.0)])
def test_a_percentile_is_the_value_at_its_rank(share: float, expected: float) -> None:
    assert percentile([float(n) for n in range(1, 11)], share) == expected


@pytest.mark.parametrize(
    ("value", "target", "verdict"), [(1.0, 2.0, "pass"), (2.0, 2.0, "pass"), (2.1, 2.0, "miss"), (9.0, None, "")]
)
def test_a_row_says_whether_its_target_is_met(value: float, target: float | None, verdict: str) -> None:
    row = Row(name="whole answer", value=value, unit="s", target=target)
    assert row.verdict == verdict
    assert table([row]).endswith(verdict)


def test_rows_are_medians_over_the_turns() -> None:
    measured = [
        Turn(evidence=e, passage=p, whole=w, graph=0.04, nodes=0.03)
        for e, p, w in [(0.1, 1.0, 10.0), (0.2, None, 20.0), (0.9, 3.0, 60.0)]
    ]
    rows = {row.name: row for row in turn_rows(measured)}
    assert rows["first evidence, median"].value == 0.2
    assert rows["first guideline passage, median"].value == 2.0
    assert rows["whole verified answer, median"].value == 20.0
    assert rows["whole verified answer, p90"].value == 60.0
    assert rows["the graph's own time, median"].value == pytest.approx(40)


def test_the_first_of_repeated_measurements_does_not_count() -> None:
    values = iter([99.0, 1.0, 2.0])
    assert repeated(lambda: next(values), 2) == [1.0, 2.0]
