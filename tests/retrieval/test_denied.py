from __future__ import annotations

from pathlib import Path

import pytest
from support.hash_embedder import HashEmbedder
from support.small_library import small_library

from bedside.core.settings import Settings
from bedside.retrieval.denied import without_denied
from bedside.retrieval.search import Retriever


@pytest.mark.parametrize(
    ("text", "gone", "stays"),
    [
        (
            "Cough, no chest pain or haemoptysis. Which drug?",
            ("chest pain", "haemoptysis"),
            ("Cough", "drug"),
        ),
        ("denies fever, cough, headache; has diabetes", ("fever", "cough", "headache"), ("diabetes",)),
        ("AF without heart failure and with asthma", ("heart failure",), ("asthma",)),
        ("no hypertension but has diabetes", ("hypertension",), ("diabetes",)),
        ("COPD with no response to steroids", (), ("no response to steroids",)),
        ("no fever, cough for a week", ("fever",), ("cough",)),
        ("not pregnant, no pregnancy", (), ("no pregnancy",)),
    ],
)
def test_what_is_denied_is_taken_out_and_nothing_else(text: str, gone: tuple[str, ...], stays: tuple[str, ...]) -> None:
    left = without_denied(text)
    assert not [word for word in gone if word in left]
    assert [word for word in stays if word not in left] == []


def test_a_denied_disease_is_neither_asked_about_nor_found(tmp_path: Path) -> None:
    retriever = Retriever(Settings(cache=tmp_path), small_library(tmp_path / "g"), HashEmbedder())
    question = retriever.read("72M with rigors, no pneumonia. Which drug?")
    assert question.conditions == ()
    assert "pneumonia" not in question.dense
    assert retriever.read("72M with rigors and pneumonia. Which drug?").conditions != ()
