from __future__ import annotations

from pathlib import Path

import pytest
from support.kept_runs import kept_run

from bedside.evals.reports.compared import compare, mcnemar, to_text


@pytest.mark.parametrize(
    ("only_one", "only_other", "p"),
    [
        (0, 0, 1.0),
        (1, 0, 1.0),
        (5, 0, 2 / 32),  # all five one way: 2 * (1/2)^5
        (6, 1, 2 * (1 + 7) / 128),  # seven differ, at most one the other way
        (3, 3, 1.0),
        (10, 2, 2 * (1 + 12 + 66) / 4096),
    ],
)
def test_mcnemar_s_exact_p_is_what_the_binomial_gives_by_hand(only_one: int, only_other: int, p: float) -> None:
    assert mcnemar(only_one, only_other) == pytest.approx(p)
    assert mcnemar(only_other, only_one) == pytest.approx(p)


def test_two_runs_are_compared_case_by_case(tmp_path: Path) -> None:
    one = kept_run(tmp_path, "bedside", "RRRRRRWW")
    other = kept_run(tmp_path, "model", "WWWWWRRF")
    found = compare([one, other])
    (first,) = [c for c in found.compared if c.metric == "right answer first"]
    assert first.only_one == ("case 0", "case 1", "case 2", "case 3", "case 4")
    assert first.only_other == ("case 6",)
    assert first.difference.value == pytest.approx(4 / 8)
    assert first.p == pytest.approx(mcnemar(5, 1))
    (failed,) = [c for c in found.compared if c.metric == "failed or no answer"]
    assert failed.difference.value == pytest.approx(-1 / 8)
    (tokens,) = [c for c in found.compared if c.metric == "tokens"]
    assert tokens.p is None
    text = to_text(found)
    assert "only bedside: case 0, case 1" in text
    assert "only model: case 6" in text


def test_a_failed_dialogue_stays_in_the_denominator_and_leaky_cases_stand_apart(tmp_path: Path) -> None:
    found = compare([kept_run(tmp_path, "bedside", "RRFA", leaky=(0, 2))])
    (whole, named, others) = [s for s in found.scores if s.metric == "right answer first"]
    assert (whole.estimate.value, whole.estimate.n) == (0.5, 4)
    assert (named.stratum, named.estimate.value, named.estimate.n) == ("answer named in the case", 0.5, 2)
    assert (others.estimate.value, others.estimate.n) == (0.5, 2)


def test_without_times_two_runs_of_the_same_score_the_same(tmp_path: Path) -> None:
    one = kept_run(tmp_path, "bedside", "RWAF", seconds=0.1)
    other = kept_run(tmp_path, "bedside", "RWAF", seconds=0.7)
    assert compare([one]) != compare([other])
    assert compare([one], times=False) == compare([other], times=False)
