from __future__ import annotations

from bedside.evals.bench.dialogues import alone, have, logged, rows, timed


def test_each_dialogue_has_ten_questions_and_an_answer() -> None:
    (row,) = rows(1)
    dialogue = have(row.case)
    assert dialogue.ended == "answered"
    assert len(dialogue.turns) == 21


def test_both_ways_are_timed() -> None:
    for way in (alone, logged):
        clock, processor = timed(way, rows(3))
        assert clock > 0
        assert processor > 0
