from __future__ import annotations

from pathlib import Path

import pytest
from support.small_library import small_library

from bedside.core.errors import KnowledgeError
from bedside.core.settings import Settings
from bedside.knowledge.library import library_digest, load_library


def test_every_recommendation_of_the_library_answers_some_questions() -> None:
    assert [p.id for p in load_library().passages() if len(p.asked) < 4] == []


def test_a_passage_carries_the_questions_it_answers(tmp_path: Path) -> None:
    library = small_library(tmp_path, 'home: ["Can she stay at home?", "safe to send home?"]')
    assert library.passage("ts-pneumonia-2024#home").asked == ("Can she stay at home?", "safe to send home?")
    assert library.passage("ts-pneumonia-2024#hospital").asked == ()


def test_other_questions_are_another_library_and_what_was_read_is_kept(tmp_path: Path) -> None:
    folder = tmp_path / "guidelines"
    small_library(tmp_path, 'home: ["Can she stay at home?"]')
    before = library_digest(folder)
    settings = Settings(cache=tmp_path / "cache")
    first = load_library(settings, folder)
    assert load_library(settings, folder).questions == first.questions != {}
    small_library(tmp_path, 'home: ["Can he stay at home?"]')
    assert library_digest(folder) != before
    assert load_library(settings, folder).passage("ts-pneumonia-2024#home").asked == ("Can he stay at home?",)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("home: [", "not YAML"),
        ("- home", "whole file"),
        ("home: []", "home"),
        ('home: ["why?"]', "home.0"),
        ('nowhere: ["Can she stay at home?"]', "nowhere"),
        ('home: ["Can she stay?"]\nhospital: ["can she STAY?"]', "already"),
        ('home: ["Can she stay?", "Can she stay?"]', "already"),
    ],
)
def test_a_wrong_file_is_refused_by_name(tmp_path: Path, text: str, says: str) -> None:
    with pytest.raises(KnowledgeError, match=r"BED-KNOW-070.*ts-pneumonia-2024\.yaml") as caught:
        small_library(tmp_path, text)
    assert says in str(caught.value)


def test_a_file_for_a_guideline_that_is_not_held_is_refused(tmp_path: Path) -> None:
    small_library(tmp_path)
    (tmp_path / "questions" / "ts-lost-2024.yaml").write_text('home: ["Can she stay?"]', encoding="utf-8")
    with pytest.raises(KnowledgeError, match="ts-lost-2024#home"):
        load_library(folder=tmp_path / "guidelines")
