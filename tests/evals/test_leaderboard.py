from __future__ import annotations

from pathlib import Path

import pytest
from support.data import data_folder

from bedside.core.errors import SettingsError
from bedside.core.settings import Settings
from bedside.evals.leaderboard import TOLERANCE, Standing, fallen, measure, standings, update
from bedside.evals.scoring.marks import FIRST, FIVE


def _standing(first: float = 0.5, five: float = 0.7, cases: str = "abc") -> Standing:
    return Standing(
        benchmark="agentclinic", slice=20, cases=cases, system="bedside", turns=20,
        figures={FIRST: first, FIVE: five}, date="2026-11-28", version="0.1.0",
    )  # fmt: skip


@pytest.mark.data
def test_bedside_has_not_become_worse_on_the_slice_of_agentclinic() -> None:
    data = data_folder() / "agentclinic"
    if not data.exists():
        pytest.skip("AgentClinic is not in the data folder")
    (kept,) = [one for one in standings() if one.place == ("agentclinic", 20, "bedside")]
    assert not fallen(kept, measure(Settings(), "agentclinic", data))


def test_one_case_less_is_borne_and_two_are_not() -> None:
    assert TOLERANCE == 1 / 20
    assert not fallen(_standing(), _standing(first=0.45))
    assert fallen(_standing(), _standing(first=0.40)) == [f"{FIRST}: 0.400, and it stood at 0.500"]
    assert fallen(_standing(), _standing(five=0.60)) == [f"{FIVE}: 0.600, and it stood at 0.700"]


def test_figures_of_other_cases_are_not_compared() -> None:
    with pytest.raises(SettingsError) as caught:
        fallen(_standing(), _standing(cases="xyz"))
    assert caught.value.code == "BED-EVAL-036"


def test_an_update_takes_the_place_of_what_stood(tmp_path: Path) -> None:
    path = tmp_path / "board.json"
    update(_standing(first=0.1), path)
    update(_standing(first=0.2).model_copy(update={"system": "model"}), path)
    update(_standing(first=0.3), path)
    assert [(one.system, one.figures[FIRST]) for one in standings(path)] == [("bedside", 0.3), ("model", 0.2)]


def test_a_broken_leaderboard_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "board.json"
    path.write_text("[{", encoding="utf-8")
    with pytest.raises(SettingsError) as caught:
        standings(path)
    assert caught.value.code == "BED-EVAL-035"
