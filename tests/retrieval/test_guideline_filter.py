from __future__ import annotations

from pathlib import Path

import pytest
from support.hash_embedder import HashEmbedder
from support.small_library import small_library

from bedside.core.settings import Settings
from bedside.knowledge.library import Library
from bedside.knowledge.schema import Specialty
from bedside.retrieval.guideline_filter import GuidelineFilter, bodies_named, bodies_of
from bedside.retrieval.search import Retriever


@pytest.fixture
def library(tmp_path: Path) -> Library:
    return small_library(tmp_path / "g")


@pytest.mark.parametrize(
    ("only", "passes"),
    [
        (GuidelineFilter(), {"ts-pneumonia-2024", "ts-hypertension-2019"}),
        (GuidelineFilter(since=2024), {"ts-pneumonia-2024", "ts-hypertension-2019"}),
        (GuidelineFilter(since=2025), set()),
        (GuidelineFilter(current=True), {"ts-pneumonia-2024"}),
        (GuidelineFilter(groups=("pregnancy",)), {"ts-hypertension-2019"}),
        (GuidelineFilter(bodies=("ts",)), {"ts-pneumonia-2024", "ts-hypertension-2019"}),
        (GuidelineFilter(bodies=("NICE",)), set()),
        (GuidelineFilter(specialties=(Specialty("cardiology"),)), set()),
        (GuidelineFilter(specialties=(Specialty("respiratory"),), current=True), {"ts-pneumonia-2024"}),
    ],
)
def test_each_field_keeps_out_what_it_does_not_ask_for(
    library: Library, only: GuidelineFilter, passes: set[str]
) -> None:
    assert {p.guideline.id for p in library.passages() if only.passes(p)} == passes


def test_what_is_kept_out_is_not_found(tmp_path: Path, library: Library) -> None:
    retriever = Retriever(Settings(cache=tmp_path / "c"), library, HashEmbedder())
    question = "Can lisinopril be used in pregnancy?"
    assert retriever.search(question) != ()
    assert retriever.search(question, only=GuidelineFilter(current=True)) == ()


def test_a_guideline_of_several_bodies_is_each_ones(library: Library) -> None:
    guideline = library.guidelines[0].model_copy(update={"short": "BTS/NICE/SIGN asthma 2024"})
    assert bodies_of(guideline) == {"BTS", "NICE", "SIGN"}
    several = library.model_copy(update={"guidelines": (guideline,)})
    assert bodies_named("What does NICE say on asthma, nice and short?", several) == {"NICE"}
    assert bodies_named("a nice question", several) == frozenset()
