"""How much a text reads like an emergency: what is read, what is left unread, and weights that cannot be used."""

from __future__ import annotations

import json
import shutil
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from bedside.core.errors import WeightError
from bedside.core.settings import Settings
from bedside.retrieval.embed import MiniLm
from bedside.retrieval.vectors import Floats
from bedside.tools.notes.read import read_facts
from bedside.tools.redflags.engine import of_a_patient, red_flags
from bedside.tools.redflags.likeness import CARD, FOLDER, SHORTEST, WEIGHT, load_likeness, phrases, rows, told

# Written for this test, in none of the files that are fitted to or reported on.
ALARMING = (
    "My wife was stung on the neck at the picnic, her tongue is getting fat and she is whistling when she breathes",
    "Neighbour ate wild mushrooms on Sunday, vomiting since, now his eyes are yellow and he is drifting off",
)
ORDINARY = (
    "My wife was stung on the neck at the picnic last week, it itched for a day and has gone",
    "52M here for his yearly diabetes check, feet fine, HbA1c 49, no complaints, BP 128/76",
)


class Counting:
    """MiniLM that counts the texts it is given."""

    identity = MiniLm.identity

    def __init__(self) -> None:
        self.encoded: list[str] = []
        self._model = MiniLm(Settings())

    def encode(self, texts: Sequence[str]) -> Floats:
        self.encoded += texts
        return self._model.encode(texts)


@pytest.mark.parametrize("text", ALARMING)
def test_an_emergency_in_words_that_no_rule_holds_is_alarming(text: str) -> None:
    embedder = Counting()
    reading = load_likeness().read(text, embedder)
    assert reading is not None and reading.alarming and reading.share > 0.5
    assert len(embedder.encoded) == 1
    assert load_likeness().read(text, embedder) == reading


@pytest.mark.parametrize("text", ORDINARY)
def test_what_only_looks_like_one_is_not(text: str) -> None:
    reading = load_likeness().read(text, MiniLm(Settings()))
    assert reading is not None and not reading.alarming


@pytest.mark.parametrize("question", ["What should I do?", "Could this be serious, and who should see her tonight?"])
def test_what_is_asked_about_an_emergency_does_not_change_how_it_reads(question: str) -> None:
    held, embedder = load_likeness(), MiniLm(Settings())
    assert told(f"{ALARMING[0]}. {question}") == f"{ALARMING[0]}."
    assert phrases(f"{ALARMING[0]}. {question}") == phrases(ALARMING[0])
    asked, bare = held.read(f"{ALARMING[0]}. {question}", embedder), held.read(f"{ALARMING[0]}.", embedder)
    assert asked == bare


def test_a_question_that_itself_tells_stays() -> None:
    whole = "Hello. My father is grey, sweating and clutching his chest and cannot speak, so should I drive him in?"
    assert told(whole) == whole
    assert told("Is he ill?") == "Is he ill?"
    assert told("") == ""


@pytest.mark.parametrize(
    "text", ["", "  ", "The urea is 9.1 mmol/L.", "61M on warfarin. Start paracetamol?", "ill " * 151]
)
def test_what_is_shorter_or_longer_than_the_texts_it_was_fitted_to_is_not_read(text: str) -> None:
    embedder = Counting()
    assert load_likeness().read(text, embedder) is None
    assert embedder.encoded == []
    assert SHORTEST > 6


def test_numbers_are_one_word_and_neighbours_are_pairs() -> None:
    assert phrases("BP 88/50, no rash") == {"bp", "#", "no", "rash", "bp #", "# #", "# no", "no rash"}


def test_a_row_is_the_vector_and_then_the_words_at_a_fixed_length() -> None:
    made = rows(["no rash", "zzz"], np.eye(2, 3, dtype=np.float32), {"no": 0, "rash": 1}, np.array([1, 2], dtype="f4"))
    assert made.shape == (2, 5) and made[0, :3].tolist() == [1, 0, 0] and made[1, 3:].tolist() == [0, 0]
    assert np.linalg.norm(made[0, 3:]) == pytest.approx(1.5) and made[0, 4] == pytest.approx(2 * made[0, 3])


def test_a_question_about_a_disease_tells_of_no_patient_and_a_symptom_does() -> None:
    assert not of_a_patient(read_facts("Which antibiotics does NICE list for bacterial meningitis in adults?", "m"))
    assert of_a_patient(read_facts(ALARMING[0], "m"))
    assert not red_flags(read_facts(ORDINARY[0], "m"))


@pytest.mark.parametrize("harm", ["bytes", "card", "words", "gone"])
def test_weights_that_are_not_ours_are_refused(tmp_path: Path, harm: str) -> None:
    for name in (WEIGHT, CARD):
        shutil.copy(FOLDER / name, tmp_path / name)
    if harm == "bytes":
        content = bytearray((tmp_path / WEIGHT).read_bytes())
        content[-1] ^= 1
        (tmp_path / WEIGHT).write_bytes(content)
    elif harm == "card":
        (tmp_path / CARD).write_text("{}", encoding="utf-8")
    elif harm == "words":
        card = json.loads((tmp_path / CARD).read_text(encoding="utf-8"))
        card["words"] += "|one more"
        (tmp_path / CARD).write_text(json.dumps(card), encoding="utf-8")
    else:
        (tmp_path / WEIGHT).unlink()
    with pytest.raises(WeightError, match="BED-WEIGHT-031"):
        load_likeness(tmp_path)
