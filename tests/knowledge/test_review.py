from __future__ import annotations

from pathlib import Path

import pytest
from support.small_library import small_library

from bedside.core.errors import KnowledgeError
from bedside.knowledge.review import draw, reviews


def test_a_draw_is_the_same_for_the_same_seed_and_another_for_another(tmp_path: Path) -> None:
    library = small_library(tmp_path)
    assert draw(library, 3, 7) == draw(library, 3, 7)
    assert {p.id for p in draw(library, 99, 7)} == {p.id for p in library.passages()}
    assert len({tuple(p.id for p in draw(library, 3, seed)) for seed in range(20)}) > 1


def test_the_kept_reviews_are_whole_draws_with_sources_and_verdicts() -> None:
    held = reviews()
    assert len(held) >= 1
    for review in held:
        assert len(review.rows) == len({row.passage for row in review.rows}) == 40
        assert sum(review.counts().values()) == 40
        for row in review.rows:
            assert row.sources or row.read == "recall", row.passage
            assert row.found


def test_a_file_that_is_no_review_is_refused_by_name(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text("rows: []", encoding="utf-8")
    with pytest.raises(KnowledgeError, match=r"BED-KNOW-071.*a\.yaml"):
        reviews(tmp_path)
