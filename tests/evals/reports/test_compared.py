from __future__ import annotations

from pathlib import Path

import pytest
from support.kept_runs import kept_run

from bedside.core.errors import SettingsError
from bedside.evals.reports.compared import compare, mcnemar, to_text
from bedside.evals.reports.sides import Side, read_side, side_of, write_side
from bedside.evals.scoring.citations import CITED, SUPPORTS
from bedside.evals.scoring.ratios import ratio_difference


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
    found = compare([side_of(one), side_of(other)])
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
    found = compare([side_of(kept_run(tmp_path, "bedside", "RRFA", leaky=(0, 2)))])
    (whole, named, others) = [s for s in found.scores if s.metric == "right answer first"]
    assert (whole.estimate.value, whole.estimate.n) == (0.5, 4)
    assert (named.stratum, named.estimate.value, named.estimate.n) == ("answer named in the case", 0.5, 2)
    assert (others.estimate.value, others.estimate.n) == (0.5, 2)


def test_without_times_two_runs_of_the_same_score_the_same(tmp_path: Path) -> None:
    one = side_of(kept_run(tmp_path, "bedside", "RWAF", seconds=0.1))
    other = side_of(kept_run(tmp_path, "bedside", "RWAF", seconds=0.7))
    assert compare([one]) != compare([other])
    assert compare([one], times=False) == compare([other], times=False)


def test_marks_written_to_a_file_compare_as_the_run_itself_and_hold_no_text_of_the_set(tmp_path: Path) -> None:
    one = side_of(kept_run(tmp_path, "bedside", "RRRRRRWW", leaky=(0, 2)))
    other = side_of(kept_run(tmp_path, "model", "WWWWWRRF", leaky=(0, 2)))
    path = write_side(other, tmp_path / "published" / "model.json")
    assert compare([one, read_side(path)]) == compare([one, other])
    text = path.read_text(encoding="utf-8")
    assert "pain" not in text.lower()
    assert "Migraine" not in text


@pytest.mark.parametrize("spoilt", ["", "{", "[]", '{"about": {}}'])
def test_a_file_that_holds_no_marks_is_refused(tmp_path: Path, spoilt: str) -> None:
    path = tmp_path / "marks.json"
    path.write_text(spoilt, encoding="utf-8")
    with pytest.raises(SettingsError) as caught:
        read_side(path)
    assert caught.value.code == "BED-EVAL-043"


def test_marks_of_fewer_cases_than_are_named_are_refused(tmp_path: Path) -> None:
    side = side_of(kept_run(tmp_path, "bedside", "RRWW"))
    short = side.model_copy(update={"marks": {name: values[:-1] for name, values in side.marks.items()}})
    with pytest.raises(SettingsError):
        read_side(write_side(short, tmp_path / "short.json"))


def test_the_same_ids_with_other_contents_are_not_the_same_cases(tmp_path: Path) -> None:
    one = kept_run(tmp_path, "bedside", "RRWW")
    changed = tuple(row._replace(case=row.case.model_copy(update={"complaint": "Another."})) for row in one.rows)
    with pytest.raises(SettingsError) as caught:
        compare([side_of(one), side_of(one._replace(rows=changed))])
    assert caught.value.code == "BED-EVAL-033"


def test_a_share_of_counts_is_compared_as_one_and_not_by_its_parts(tmp_path: Path) -> None:
    about = kept_run(tmp_path, "bedside", "RR").about
    one = Side(about=about, contents="", leaky=(), marks={CITED: (4.0, 0.0), SUPPORTS: (3.0, 0.0)})
    other = Side(about=about, contents="", leaky=(), marks={CITED: (1.0, 3.0), SUPPORTS: (1.0, 0.0)})
    found = compare([one, other])
    assert {score.metric for score in found.scores} == {"citation precision"}
    (only,) = found.compared
    assert only.difference.value == pytest.approx(3 / 4 - 1 / 4)
    assert only.p is None


def test_the_difference_of_two_shares_of_counts_by_hand() -> None:
    found = ratio_difference(([1.0, 3.0], [2.0, 4.0]), ([0.0, 2.0], [2.0, 6.0]))
    assert found.value == pytest.approx(4 / 6 - 2 / 8)
    assert found.n == 2
    assert found.low <= found.value <= found.high
    assert ratio_difference(([0.0], [0.0]), ([1.0], [1.0])).n == 0


def test_every_system_has_every_figure_so_that_none_stands_under_another(tmp_path: Path) -> None:
    about = kept_run(tmp_path, "model", "RR").about
    silent = Side(about=about, contents="", leaky=(), marks={CITED: (0.0, 0.0), SUPPORTS: (0.0, 0.0)})
    cites = Side(about=about, contents="", leaky=(), marks={CITED: (4.0, 2.0), SUPPORTS: (3.0, 0.0)})
    for sides in ([silent, cites], [cites, silent]):
        found = compare(sides)
        assert [(s.metric, s.estimate.n) for s in found.scores] == [
            ("citation precision", 0 if side is silent else 2) for side in sides
        ]
        assert found.compared == ()


def test_runs_that_different_judges_marked_are_not_compared(tmp_path: Path) -> None:
    one = side_of(kept_run(tmp_path, "bedside", "RW"))
    about = one.about.model_copy(update={"setup": one.about.setup.model_copy(update={"judge": "model"})})
    with pytest.raises(SettingsError) as caught:
        compare([one, one.model_copy(update={"about": about})])
    assert caught.value.code == "BED-EVAL-045"
