"""The adapter: what it maps, what it refuses, and that training it on a tiny set is repeatable and helps."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from support.hash_embedder import HashEmbedder
from support.tiny_sets import tiny_sets

from bedside.core.errors import WeightError
from bedside.retrieval.adapter.fit import Material, Recipe, fit, gradients
from bedside.retrieval.adapter.medquad import load_pairs, opening
from bedside.retrieval.adapter.model import CARD, FOLDER, WEIGHT, AdaptedEmbedder, Adapter
from bedside.retrieval.adapter.phrases import HELD_OUT, TRAIN
from bedside.retrieval.adapter.rank import both, near
from bedside.retrieval.adapter.split import asked, held_out, spread, subjects
from bedside.retrieval.adapter.train import embedded, material, train
from bedside.retrieval.adapter.vectors_kept import BLOCK, kept
from bedside.retrieval.vectors import Floats


def unit(seed: int, rows: int, width: int = 8) -> Floats:
    vectors = np.random.default_rng(seed).normal(size=(rows, width)).astype(np.float32)
    out: Floats = vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
    return out


def saved(folder: Path) -> Adapter:
    question, passage = np.zeros((2, 8, 8), dtype=np.float32)
    question[0, 1] = 1
    adapter = Adapter(question, passage, HashEmbedder.identity, "new")
    adapter.save(folder, {"seed": 1})
    return adapter


def test_what_is_saved_is_loaded_under_an_identity_of_its_own(tmp_path: Path) -> None:
    adapter = saved(tmp_path)
    loaded = Adapter.load(tmp_path)
    assert np.array_equal(loaded.question, adapter.question) and loaded.base == HashEmbedder.identity
    assert loaded.identity.startswith(f"{HashEmbedder.identity}+adapter/")


def test_a_weight_with_another_sha256_is_refused(tmp_path: Path) -> None:
    saved(tmp_path)
    content = bytearray((tmp_path / WEIGHT).read_bytes())
    content[-1] ^= 1
    (tmp_path / WEIGHT).write_bytes(bytes(content))
    with pytest.raises(WeightError, match="sha256"):
        Adapter.load(tmp_path)


@pytest.mark.parametrize("card", ["", "[]", "{}", '{"sha256": 1}'])
def test_a_card_that_says_nothing_useful_is_refused(tmp_path: Path, card: str) -> None:
    saved(tmp_path)
    (tmp_path / CARD).write_text(card, encoding="utf-8")
    with pytest.raises(WeightError):
        Adapter.load(tmp_path)


def test_a_missing_weight_is_refused(tmp_path: Path) -> None:
    with pytest.raises(WeightError):
        Adapter.load(tmp_path)


def test_maps_that_are_not_square_are_refused(tmp_path: Path) -> None:
    odd = np.zeros((8, 4), dtype=np.float32)
    Adapter(odd, odd, "x", "new").save(tmp_path, {})
    with pytest.raises(WeightError, match="square"):
        Adapter.load(tmp_path)


def test_an_adapter_for_another_embedder_is_refused() -> None:
    zero = np.zeros((512, 512), dtype=np.float32)
    with pytest.raises(WeightError, match="another/embedder"):
        AdaptedEmbedder(HashEmbedder(), Adapter(zero, zero, "another/embedder", "new"))


def test_questions_and_passages_go_through_their_own_maps_at_unit_length() -> None:
    width = HashEmbedder.width
    turn = np.roll(np.eye(width, dtype=np.float32), 1, axis=1)
    zero = np.zeros((width, width), dtype=np.float32)
    embedder = AdaptedEmbedder(HashEmbedder(), Adapter(turn, zero, HashEmbedder.identity, "turned"))
    plain = HashEmbedder().encode(["gout", "asthma attack"])
    assert np.allclose(embedder.encode(["gout", "asthma attack"]), plain)
    asked_for = embedder.encode_query(["gout", "asthma attack"])
    assert asked_for.shape == (2, width) and asked_for.dtype == np.float32
    assert np.allclose(np.linalg.norm(asked_for, axis=1), 1, atol=1e-6)
    assert not np.allclose(asked_for, plain)


def test_the_adapter_that_comes_with_bedside_loads_and_is_small() -> None:
    adapter = Adapter.load()
    assert adapter.base == "all-minilm-l6-v2/mean/256" and adapter.question.shape == (384, 384)
    assert (FOLDER / WEIGHT).stat().st_size <= 3_000_000
    assert json.loads((FOLDER / CARD).read_text(encoding="utf-8"))["recipe"]["seed"] == Recipe().seed


def test_the_pairs_are_read_as_published(tmp_path: Path) -> None:
    pairs = load_pairs(tiny_sets(tmp_path / "data") / "medquad")
    assert len(pairs) == 12
    first = pairs[0]
    assert (first.source, first.document, first.focus, first.kind) == ("GHR", "0000001", "gout", "information")
    assert first.synonyms == ("gout illness",) and first.answer == "Gout is a disease of gou people."


def test_documents_that_share_a_name_are_one_subject(tmp_path: Path) -> None:
    first, *_, last = load_pairs(tiny_sets(tmp_path / "data") / "medquad")
    merged = [first, last._replace(synonyms=("Gout Illness",))]
    assert len(set(subjects(merged))) == 1
    assert len(set(subjects([first, last]))) == 2


def test_about_one_subject_in_ten_is_held_out_and_always_the_same() -> None:
    names = [f"disease {number}" for number in range(2000)]
    share = sum(map(held_out, names)) / len(names)
    assert 0.08 < share < 0.13
    assert [held_out(name) for name in names] == [held_out(name) for name in names]


def test_the_two_lists_of_phrases_share_none() -> None:
    for kind, phrases in HELD_OUT.items():
        assert not set(phrases) & set(TRAIN[kind])
        assert all("{}" in phrase for phrase in (*phrases, *TRAIN[kind]))


def test_questions_in_other_words_name_the_subject(tmp_path: Path) -> None:
    pairs = load_pairs(tiny_sets(tmp_path / "data") / "medquad")
    rows = spread(pairs, range(len(pairs)), 5, seed=1)
    made = asked(pairs, rows, TRAIN, seed=1)
    assert len(rows) == len(set(rows)) == 5
    assert all(pairs[question.row].focus in question.text for question in made)
    assert made == asked(pairs, rows, TRAIN, seed=1)


def test_an_opening_is_the_first_words() -> None:
    assert opening("word " * 100) == " ".join(["word"] * 32)


def test_the_nearest_of_another_group_come_in_order() -> None:
    vectors = np.asarray([[1, 0], [0.99, 0.1], [0.8, 0.6], [0, 1]], dtype=np.float32)
    assert near(vectors, np.asarray([0, 0, 1, 2]), 2)[0].tolist() == [2, 3]


def test_two_texts_of_a_passage_count_by_their_weights() -> None:
    asked_for, first, second = unit(1, 2), unit(2, 3), unit(3, 3)
    expected = (asked_for @ first.T + 3 * (asked_for @ second.T)) / 4
    assert np.allclose(both(asked_for, (first, second), (1.0, 3.0)), expected)


def test_fitting_is_repeatable_and_brings_questions_to_their_passages() -> None:
    passages = unit(5, 40)
    turned = np.roll(passages, 1, axis=1)
    rows = np.arange(40)
    given = Material(turned, rows, (passages,), (1.0,), rows, near(passages, rows, 3))
    runs: list[list[tuple[Floats, Floats]]] = [[], []]
    for run in runs:
        fit(given, Recipe(epochs=30, batch=8, rate=0.02, decay=0.0), lambda _, q, p, run=run: run.append((q, p)))
    assert len(runs[0]) == 31
    assert all(np.array_equal(a, b) for a, b in zip(runs[0][-1], runs[1][-1], strict=True))

    def right(maps: tuple[Floats, Floats]) -> float:
        adapter = Adapter(*maps, "", "")
        scores = adapter.questions(turned) @ adapter.passages(passages).T
        return float((scores.argmax(axis=1) == rows).mean())

    assert right(runs[0][0]) < 0.5 < 0.9 < right(runs[0][-1])


def test_training_never_asks_about_a_held_out_subject(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bedside.retrieval.adapter.train.held_out", lambda subject: subject in {"gout", "mumps"})
    pairs = load_pairs(tiny_sets(tmp_path / "data") / "medquad")
    corpus = embedded(pairs, HashEmbedder(), None)
    fitted = material(corpus, HashEmbedder(), None)
    assert len(fitted.fields[0]) == 8
    gout = HashEmbedder().encode(["gout"])[0] > 0
    assert not (fitted.asked[:, gout] > 0).any()


def test_training_on_a_tiny_set_keeps_the_best_epoch(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bedside.retrieval.adapter.train.held_out", lambda subject: subject in {"gout", "mumps"})
    pairs = load_pairs(tiny_sets(tmp_path / "data") / "medquad")
    recipe = Recipe(epochs=2, batch=4)
    adapters = [
        train(embedded(pairs, HashEmbedder(), tmp_path / "kept"), HashEmbedder(), tmp_path / "kept", recipe)
        for _ in range(2)
    ]
    assert np.array_equal(adapters[0][0].question, adapters[1][0].question)
    assert len(adapters[0][1]) == 3 and adapters[0][1] == adapters[1][1]
    assert adapters[0][0].base == HashEmbedder.identity


def test_kept_vectors_are_those_of_the_embedder_in_order(tmp_path: Path) -> None:
    texts = [f"word{number} again" for number in range(BLOCK + 3)]
    expected = HashEmbedder().encode(texts)
    embedder = HashEmbedder()
    assert np.array_equal(kept(embedder, texts, tmp_path, backwards=True), expected)
    assert np.array_equal(kept(embedder, texts, tmp_path), expected)
    assert embedder.calls == len(texts)


def test_the_gradients_are_those_of_small_steps() -> None:
    passages, others, questions = (unit(seed, 6).astype(np.float64) for seed in (1, 2, 3))
    rows = np.arange(6)
    given = Material(questions, rows, (passages, others), (1.0, 0.25), rows, near(passages, rows, 2))  # type: ignore[arg-type]
    maps = (0.1 * unit(4, 8).astype(np.float64), 0.1 * unit(5, 8).astype(np.float64))
    same = np.zeros((3, 6), dtype=bool)
    same[0, 4] = True

    def loss(question: Floats, passage: Floats) -> float:
        return gradients(given, rows[:3], rows, same, (question, passage), 0.1)[0]

    _, of_question, of_passage = gradients(given, rows[:3], rows, same, maps, 0.1)  # type: ignore[arg-type]
    step = np.zeros((8, 8))
    step[2, 5] = 1e-6
    for found, up, down in (
        (of_question, (maps[0] + step, maps[1]), (maps[0] - step, maps[1])),
        (of_passage, (maps[0], maps[1] + step), (maps[0], maps[1] - step)),
    ):
        assert found[2, 5] == pytest.approx((loss(*up) - loss(*down)) / 2e-6, rel=1e-4)  # type: ignore[arg-type]
