"""The parts: chunks, BM25, vectors, fusion, intents."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from support.small_library import small_library

from bedside.knowledge.schema import Intent
from bedside.retrieval.chunk import chunks, lexical_text
from bedside.retrieval.dense import DenseIndex
from bedside.retrieval.fuse import LEXICAL_WEIGHT, K, blended, reciprocal_rank
from bedside.retrieval.intent import intents_of
from bedside.retrieval.lexical import LexicalIndex


def test_each_sentence_is_a_chunk_whose_offsets_lead_back(tmp_path: Path) -> None:
    library = small_library(tmp_path)
    rows = chunks(library)
    assert len(rows) == sum(len(p.recommendation.sentences) for p in library.passages())
    for row in rows:
        passage = library.passage(row.passage_id)
        assert passage.text[row.start : row.end] == passage.recommendation.sentences[row.sentence]


def test_a_sentence_that_does_not_name_its_disease_stands_under_it(tmp_path: Path) -> None:
    texts = {row.passage_id: row.text for row in chunks(small_library(tmp_path))}
    assert texts["ts-hypertension-2019#pregnancy"].startswith("hypertension: ACE inhibitors")


def test_a_passage_is_filed_under_its_conditions_and_population(tmp_path: Path) -> None:
    text = lexical_text(small_library(tmp_path).passage("ts-hypertension-2019#pregnancy"))
    assert "high blood pressure" in text
    assert "Pregnant women" in text


def test_bm25_puts_the_text_with_the_rare_word_first_and_a_rare_word_says_more() -> None:
    index = LexicalIndex(["fever and cough", "fever and rash", "fever and seizure"])
    assert int(index.scores(["seizur", "fever"]).argmax()) == 2
    assert index.idf("seizur") > index.idf("fever")
    assert index.idf("nowhere") > index.idf("seizur")


def test_a_query_of_unknown_words_scores_nothing() -> None:
    assert not LexicalIndex(["fever", "cough"]).scores(["zzz"]).any()


def test_fusion_is_the_sum_of_reciprocal_ranks_and_a_score_of_zero_is_unranked() -> None:
    fused = reciprocal_rank((np.array([3.0, 2.0, 1.0], np.float32), np.array([0.0, 5.0, 0.0], np.float32)))
    assert fused == pytest.approx([1 / (K + 1), 1 / (K + 2) + 1 / (K + 1), 1 / (K + 3)])


def test_the_words_of_a_form_must_all_be_there_and_any_form_will_do() -> None:
    index = LexicalIndex(["fever and cough", "fever and rash", "cough"])
    assert index.having([("fever", "rash"), ("cough",)]).tolist() == [True, True, True]
    assert index.having([("fever", "cough")]).tolist() == [True, False, False]
    assert not index.having([(), ("nowhere",), ("fever", "nowhere")]).any()


def test_overlap_is_the_share_of_the_words_by_how_much_they_say() -> None:
    index = LexicalIndex(["fever and cough", "fever and rash"])
    whole, part = index.overlap(["fever", "rash"])[[1, 0]].tolist()
    assert whole == pytest.approx(1.0)
    assert 0 < part < 0.5


def test_similarities_stand_in_row_order() -> None:
    vectors = np.eye(3, 8, dtype=np.float32)
    index = DenseIndex.build(vectors)
    assert len(index) == 3
    assert index.similarities(vectors[1]) == pytest.approx([0, 1, 0])


@pytest.mark.parametrize(
    ("question", "intent"),
    [
        ("How severe is it?", Intent.SEVERITY),
        ("Where should he be treated?", Intent.DISPOSITION),
        ("Does he need admission?", Intent.DISPOSITION),
        ("What dose?", Intent.DOSE),
        ("Which antibiotic?", Intent.TREATMENT),
        ("Can lisinopril be used in pregnancy?", Intent.CONTRAINDICATION),
        ("Which scan next?", Intent.INVESTIGATION),
        ("How often should I recheck?", Intent.MONITORING),
        ("What should I tell her to come back for?", Intent.SAFETY_NET),
    ],
)
def test_the_words_of_a_question_tell_what_kind_of_answer_it_wants(question: str, intent: Intent) -> None:
    assert intent in intents_of(question)


def test_where_to_treat_asks_for_a_place_and_not_for_a_treatment() -> None:
    assert Intent.TREATMENT not in intents_of("How severe is it and where should he be treated?")


def test_a_question_without_such_words_wants_no_kind() -> None:
    assert intents_of("pneumonia") == ()


def test_a_blend_takes_each_questions_greatest_bm25_as_one() -> None:
    cosines = np.asarray([[0.5, 0.2], [0.1, 0.3]], dtype=np.float32)
    lexical = np.asarray([[4, 2], [0, 0]], dtype=np.float32)
    expected = cosines + LEXICAL_WEIGHT * np.asarray([[1, 0.5], [0, 0]])
    assert np.allclose(blended(cosines, lexical), expected)
