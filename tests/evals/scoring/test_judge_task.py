from __future__ import annotations

from pathlib import Path

import pytest
from support.scripted import Odds, ScriptedChat, last_text

from bedside.core.errors import ModelOutputError, SettingsError
from bedside.core.settings import Settings
from bedside.evals.tasks.judge import best_threshold, figures, judge, load, overlap

PAIRS = """
- {id: a1, half: dev, said: Acute appendicitis, right: Appendicitis, same: true}
- {id: a2, half: dev, said: Gallstones, right: Appendicitis, same: false}
- {id: a3, half: dev, said: Acute appendicitis, right: Gout, same: true}
- {id: b1, half: held, said: Gout, right: Gout, same: true}
"""


@pytest.fixture
def pairs(tmp_path: Path) -> Path:
    path = tmp_path / "pairs.yaml"
    path.write_text(PAIRS, encoding="utf-8")
    return path


def test_two_hundred_pairs_are_kept_half_of_each_kind_in_each_half() -> None:
    rows = load()
    assert len(rows) == len({r.id for r in rows}) == len({(r.said, r.right) for r in rows}) == 200
    assert {(h, s): sum((r.half, r.same) == (h, s) for r in rows) for h in ("dev", "held") for s in (True, False)} == {
        ("dev", True): 50, ("dev", False): 50, ("held", True): 50, ("held", False): 50,
    }  # fmt: skip


def test_the_report_counts_what_the_rule_gets_right_in_each_half(pairs: Path) -> None:
    report = judge(Settings(), pairs)
    scores = {(s.metric, s.system): s.estimate for s in report.scores}
    assert scores["dev: agreement", "rule"].value == pytest.approx(2 / 3)
    assert scores["dev: sensitivity", "rule"].value == 0.5
    assert scores["dev: specificity", "rule"].value == 1
    assert scores["held: agreement", "equal strings"].value == 1
    assert scores["dev: sensitivity", "equal strings"].value == 0
    assert [n for n in report.notes if n.startswith("wrong: a3")]
    assert not [n for n in report.notes if "wrong: b" in n]


def test_only_misses_of_the_dev_half_are_listed(tmp_path: Path) -> None:
    path = tmp_path / "pairs.yaml"
    path.write_text("- {id: z, half: held, said: Gallstones, right: Gout, same: true}", encoding="utf-8")
    assert not [n for n in judge(Settings(), path).notes if "Gallstones" in n]


def test_shared_words_are_a_share_of_all() -> None:
    assert overlap("Acute gouty arthritis", "Septic arthritis") == 0.25
    assert overlap("", "") == 0


def test_the_threshold_is_the_one_that_marks_most_as_by_hand(pairs: Path) -> None:
    rows = [r for r in load(pairs) if r.id in ("a1", "a2")]
    assert overlap("Acute appendicitis", "Appendicitis") >= best_threshold(rows) > overlap("Gallstones", "Appendicitis")


def test_a_system_that_takes_all_as_the_same_has_no_specificity(pairs: Path) -> None:
    got = {s.metric: s.estimate for s in figures("dev", "all", load(pairs)[:3], lambda said, right: True)}
    assert (got["dev: sensitivity"].value, got["dev: specificity"].value) == (1, 0)


def test_a_file_of_another_form_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "pairs.yaml"
    path.write_text("- {said: Gout}", encoding="utf-8")
    with pytest.raises(SettingsError) as caught:
        judge(Settings(), path)
    assert caught.value.code == "BED-EVAL-002"


def test_a_model_is_measured_on_the_same_pairs(pairs: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def reply(messages):  # type: ignore[no-untyped-def]
        if "Right: Gout. Named: Gout" in last_text(messages):
            return ModelOutputError("No letter.", "")
        return Odds(A=0.9, B=0.1)

    monkeypatch.setattr("bedside.agent.models.core_model", lambda settings: ScriptedChat(reply=reply))
    report = judge(Settings(output=tmp_path), pairs, alone=4)
    scores = {(s.metric, s.system.split(",")[0]): s.estimate for s in report.scores}
    # Right on a1 and a3; a2 is taken as the same; b1 has no verdict, which is wrong though it is the same.
    model = Settings().model.name
    assert scores["asked alone: agreement", model].value == 0.5
    assert scores["asked alone: sensitivity", model].value == pytest.approx(2 / 3)
    assert scores["asked alone: agreement", "rule"].n == 4
    assert [n for n in report.notes if n.startswith("no verdict: b1: BED-")]
