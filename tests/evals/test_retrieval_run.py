"""The retrieval evaluation on tiny sets in the published formats."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from support.hash_embedder import HashEmbedder
from support.tiny_sets import answer, tiny_sets

from bedside.core.errors import SettingsError
from bedside.core.settings import Settings
from bedside.evals.liveqa import load_liveqa
from bedside.evals.pubmedqa import load_pubmedqa
from bedside.evals.tasks.retrieval import measured, retrieval
from bedside.retrieval.adapter.model import Adapter


@pytest.fixture
def data(tmp_path: Path) -> Path:
    return tiny_sets(tmp_path / "data")


@pytest.fixture
def no_change(monkeypatch: pytest.MonkeyPatch) -> None:
    """An adapter that maps nothing, over the vectors of the tests, in place of the one that is shipped."""
    zero = np.zeros((HashEmbedder.width, HashEmbedder.width), dtype=np.float32)
    monkeypatch.setattr(Adapter, "load", lambda: Adapter(zero, zero, HashEmbedder.identity, "none"))


def test_a_judged_answer_is_found_by_its_words_and_added_where_the_corpus_lacks_it(data: Path) -> None:
    live = load_liveqa(data)
    assert len(live.corpus) == 13 and live.corpus[12].answer == "Lemons are yellow."
    (row,) = [r for r, grade in live.grades["1"].items() if grade == 4]
    assert live.corpus[row].answer == answer("gout", "treatment")
    assert live.grades["1"][12] == 1


def test_only_judged_questions_are_asked(data: Path) -> None:
    assert load_liveqa(data).questions == {"1": "How do doctors treat gout?", "2": "Are lemons yellow?"}


def test_the_conclusion_of_an_abstract_is_never_read(data: Path) -> None:
    assert not any("SECRET" in abstract.text for abstract in load_pubmedqa(data))
    assert load_pubmedqa(data)[0].text == "Rest and gout. A trial."


@pytest.mark.usefixtures("no_change")
def test_the_right_texts_come_first_and_n_is_told(data: Path, tmp_path: Path) -> None:
    report = measured(data, HashEmbedder(), tmp_path / "kept")
    found = {(s.metric, s.system): s.estimate for s in report.scores}
    assert found["LiveQA nDCG@10 (a)", "BM25"].value == 1 and found["LiveQA nDCG@10 (a)", "BM25"].n == 1
    assert found["LiveQA MRR@10 (b)", "BM25"].value == 1
    assert found["PubMedQA recall@1", "BM25"].value == 1 and found["PubMedQA recall@1", "BM25"].n == 4
    assert found["abstention AUROC", "BM25"].value == 1


@pytest.mark.usefixtures("no_change")
def test_an_adapter_that_maps_nothing_changes_no_figure(data: Path) -> None:
    found = {(s.metric, s.system): s.estimate for s in measured(data, HashEmbedder(), None).scores}
    for (metric, system), estimate in found.items():
        if system == "adapted":
            assert estimate == found[metric, "MiniLM"]


@pytest.mark.usefixtures("no_change")
def test_the_vectors_of_the_corpus_are_made_once(data: Path, tmp_path: Path) -> None:
    embedder = HashEmbedder()
    measured(data, embedder, tmp_path / "kept")
    made = embedder.calls
    measured(data, embedder, tmp_path / "kept")
    assert embedder.calls == made


def test_missing_data_says_where_it_can_be_had(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="MedQuAD"):
        load_liveqa(tmp_path)
    with pytest.raises(SettingsError, match="PubMedQA"):
        load_pubmedqa(tmp_path)


def test_without_a_data_folder_it_says_how_to_name_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("BEDSIDE_DATA", raising=False)
    with pytest.raises(SettingsError, match="needs its data"):
        retrieval(Settings(data=None))
