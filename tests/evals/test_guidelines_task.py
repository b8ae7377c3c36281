from __future__ import annotations

from pathlib import Path

import pytest
from support.weights import settings_with

from bedside.core.errors import SettingsError
from bedside.evals.tasks.guidelines import DATA, Held, guidelines, load
from bedside.knowledge.library import load_library

SMALL = """
held:
  - {ask: "What oxygen saturation is aimed for in COPD with a risk of hypercapnia?", answers: [bts-oxygen-2017#]}
not_held:
  - {ask: "Which screws for a rabbit's femur?", why: "a vet's question"}
"""


def test_the_set_is_large_enough_and_names_passages_that_exist() -> None:
    questions = load(DATA)
    assert len(questions.held) >= 120
    assert len(questions.not_held) >= 40
    held = {p.id for p in load_library().passages()}
    assert {a for q in questions.held for a in q.answers} <= held


@pytest.mark.parametrize("name", ["retrieval_dev.yaml", "retrieval_dev_terse.yaml"])
def test_no_question_is_also_in_a_development_set(name: str) -> None:
    development = load(DATA.with_name(name))
    tuned = {q.ask.casefold() for q in (*development.held, *development.not_held)}
    questions = load(DATA)
    assert not [q.ask for q in (*questions.held, *questions.not_held) if q.ask.casefold() in tuned]


@pytest.mark.parametrize(
    ("found", "hit"), [(["a#1"], True), (["b#9"], True), (["a#2"], False), (["ab#1"], False), ([], False)]
)
def test_an_answer_is_found_by_its_passage_or_its_guideline(found: list[str], hit: bool) -> None:
    assert Held(ask="?", answers=("a#1", "b#")).found_in(found) is hit


@pytest.mark.model
def test_a_small_set_is_scored_beside_its_baselines(tmp_path: Path) -> None:
    path = tmp_path / "mine.yaml"
    path.write_text(SMALL, encoding="utf-8")
    report = guidelines(settings_with("minilm"), path)
    values = {(s.metric, s.system): s.estimate.value for s in report.scores}
    assert values["recall@3", "guideline search"] == 1
    assert values["abstains rightly", "guideline search"] == 1
    assert {system for _, system in values} == {"guideline search", "BM25 alone", "MiniLM alone"}


def test_a_file_of_another_form_is_refused(tmp_path: Path) -> None:
    (tmp_path / "mine.yaml").write_text("held: 3", encoding="utf-8")
    with pytest.raises(SettingsError, match="BED-EVAL-006"):
        load(tmp_path / "mine.yaml")
