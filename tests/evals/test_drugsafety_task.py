"""The evaluation of drug safety: its vignettes are two even halves, and its score counts what was missed."""

from __future__ import annotations

from pathlib import Path

import pytest

from bedside.core.errors import SettingsError
from bedside.evals.tasks.drugsafety import NAMES, TOOL, Vignette, judged, load, report_of


def test_the_vignettes_are_sixty_to_look_at_and_sixty_held_each_half_with_a_catch() -> None:
    rows = load()
    for half in ("dev", "held"):
        assert sum(v.half == half for v in rows) == 60
        assert sum(v.half == half and bool(v.catch) for v in rows) == 30
    assert len({v.text for v in rows}) == 120


def test_a_missed_catch_and_a_false_alarm_both_count() -> None:
    made = [
        Vignette(id="a", half="dev", text="50M on warfarin. Start ibuprofen?", catch=("ibuprofen + warfarin",)),
        Vignette(id="b", half="dev", text="50M on warfarin. Start ibuprofen?", catch=("ibuprofen: kidney",)),
        Vignette(id="c", half="dev", text="50M on warfarin. Start ibuprofen?"),
        Vignette(id="d", half="dev", text="50M, not on warfarin. Start ibuprofen?"),
    ]
    report = report_of([judged(v) for v in made], Path("made.yaml"))
    figures = {(s.metric, s.system): s.estimate.value for s in report.scores[:4]}
    assert figures["dev: sensitivity", TOOL] == 0.5
    assert figures["dev: specificity", TOOL] == 0.5
    assert figures["dev: specificity", NAMES] == 0.0


def test_a_file_that_is_none_is_refused(tmp_path: Path) -> None:
    (tmp_path / "x.yaml").write_text("- {id: a}", encoding="utf-8")
    with pytest.raises(SettingsError) as caught:
        load(tmp_path / "x.yaml")
    assert caught.value.code == "BED-EVAL-002"
