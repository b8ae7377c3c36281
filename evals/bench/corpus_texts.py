"""Texts for the corpus benchmark: real patient information where it is, made text where not, and perturbed copies."""

from __future__ import annotations

import json
import random
import re
import tarfile
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple
from xml.etree import ElementTree  # only the archive that the user pointed BEDSIDE_DATA at

_SENTENCE = re.compile(r"(?<=[.!?])\s+(?=[A-Z(])")
_WORDS_A_PASSAGE = 110
_SWAPPED = 0.15
_MOST_QUESTIONS = 2_000


class Material(NamedTuple):
    """What a corpus is made from.

    Attributes:
        passages: each as its sentences.
        questions: real questions on those texts.
        name: where they are from, for the report.
    """

    passages: list[tuple[str, ...]]
    questions: list[str]
    name: str


def material(data: Path | None, most: int) -> Material:
    """At most `most` real passages from ``BEDSIDE_DATA`` (MedQuAD, MedlinePlus), made ones where there is no data."""
    if data is None or not (data / "medquad").is_dir():
        return _made(most)
    passages: dict[tuple[str, ...], None] = {}
    questions: list[str] = []
    for question, text in _answers(data):
        questions.append(question)
        passages.update((passage, None) for passage in _split(text))
    kept = list(passages)
    rng = random.Random(5)  # noqa: S311  a sample, not a secret
    rng.shuffle(kept)
    asked = [q for q in dict.fromkeys(questions) if q]
    rng.shuffle(asked)
    return Material(kept[:most], asked[:_MOST_QUESTIONS], "MedQuAD and MedlinePlus")


def perturbed(sentences: tuple[str, ...], vocabulary: list[str], rng: random.Random) -> tuple[str, ...]:
    """The sentences with about one word in seven swapped for another of the vocabulary."""
    out = []
    for sentence in sentences:
        row = sentence.split()
        for place in range(len(row)):
            if rng.random() < _SWAPPED:
                row[place] = vocabulary[int(len(vocabulary) * rng.random())]
        out.append(" ".join(row))
    return tuple(out)


def vocabulary(passages: list[tuple[str, ...]]) -> list[str]:
    """Every word of the passages as often as it stands there, up to half a million: swaps keep the word frequencies."""
    out: list[str] = []
    for passage in passages:
        for sentence in passage:
            out.extend(sentence.split())
        if len(out) > 500_000:
            break
    return out


def _answers(data: Path) -> Iterator[tuple[str, str]]:
    for archive in sorted((data / "medquad").glob("*.tar.gz")):
        with tarfile.open(archive) as tar:
            for member in tar:
                stream = tar.extractfile(member) if member.name.endswith(".xml") else None
                if stream is None:
                    continue
                root = ElementTree.fromstring(stream.read())  # noqa: S314
                for pair in root.iter("QAPair"):
                    yield pair.findtext("Question") or "", pair.findtext("Answer") or ""
    for path in sorted((data / "medlineplus_topics").glob("*.jsonl")):
        for line in path.read_text(encoding="utf-8").splitlines():
            row = json.loads(line)
            yield "", str(row.get("content") or row.get("text") or row.get("contents") or "")


def _split(text: str) -> Iterator[tuple[str, ...]]:
    """Passages of about a hundred words, never cut within a sentence."""
    sentences = [" ".join(s.split())[:1200].strip() for s in _SENTENCE.split(text) if s.split()]
    passage: list[str] = []
    for sentence in sentences:
        passage.append(sentence)
        if sum(len(s.split()) for s in passage) >= _WORDS_A_PASSAGE:
            yield tuple(passage)
            passage = []
    if passage and sum(len(s.split()) for s in passage) >= 8:
        yield tuple(passage)


def _made(most: int) -> Material:
    """Text of made words whose frequencies fall off as those of language do (Zipf)."""
    rng = random.Random(7)  # noqa: S311
    syllables = ["ka", "lo", "mi", "ter", "an", "os", "ri", "pen", "dul", "vi", "sar", "em", "tox", "ne", "cor", "phil"]
    words = ["".join(rng.choices(syllables, k=rng.randint(2, 4))) for _ in range(20_000)]
    weights = [1 / (rank + 3) for rank in range(len(words))]
    passages = []
    for _ in range(most):
        row = rng.choices(words, weights, k=100)
        passages.append(tuple(" ".join(row[i : i + 20]).capitalize() + "." for i in range(0, 100, 20)))
    questions = [f"What helps against {' '.join(rng.sample(words[50:5000], 3))}?" for _ in range(500)]
    return Material(passages, questions, "made text")
