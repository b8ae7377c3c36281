"""Small documents for the corpus tests: made from words, split into passages of one to three sentences."""

from __future__ import annotations

import hashlib
import random

from bedside.knowledge.documents import Document, DocumentPassage, Trust

Text = tuple[Document, tuple[DocumentPassage, ...]]
# fmt: off
_WORDS = [
    "heart", "lung", "kidney", "liver", "fever", "cough", "oedema", "warfarin", "heparin", "insulin", "sodium",
    "potassium", "pneumonia", "sepsis", "stroke", "asthma", "anaemia", "fracture", "migraine", "gout", "delirium",
    "rash", "nausea", "syncope", "tremor", "vertigo", "thyroid", "calcium", "lithium", "statin",
]
# fmt: on


def passage(
    document: str, position: int, *sentences: str, heading: str = "", page: int | None = None
) -> DocumentPassage:
    """A passage of the sentences, joined by spaces."""
    text, offsets = "", []
    for sentence in sentences:
        text += " " if text else ""
        offsets.append((len(text), len(text) + len(sentence)))
        text += sentence
    return DocumentPassage(
        id=f"{document}#{position}",
        document=document,
        position=position,
        heading=heading,
        page=page,
        text=text,
        sentences=tuple(offsets),
    )


def document(
    name: str,
    *texts: str,
    collection: str = "ward",
    trust: Trust = Trust.PROTOCOL,
    source: str = "",
    year: int | None = 2024,
) -> Text:
    """A document whose passages are the texts, one sentence each half."""
    digest = hashlib.sha256("\n".join((name, *texts)).encode()).hexdigest()
    made = Document(
        id=name,
        collection=collection,
        trust=trust,
        title=name.replace("-", " ").capitalize(),
        source=source or f"/files/{name}.txt",
        sha256=digest,
        added="2026-01-01T00:00:00Z",
        year=year,
        passages=len(texts),
    )
    passages = []
    for position, text in enumerate(texts, start=1):
        sentences = [f"{part.strip('. ')}." for part in text.split(". ") if part.strip(". ")]
        passages.append(passage(name, position, *sentences, heading=f"Part {position}", page=position))
    return made, tuple(passages)


def random_documents(count: int, seed: int = 1, most: int = 6, collection: str = "ward") -> list[Text]:
    """Documents of made sentences, the same for the same seed."""
    rng = random.Random(seed)
    out = []
    for number in range(count):
        texts = [
            ". ".join(
                f"Give {' '.join(rng.choices(_WORDS, k=6))} n{rng.randrange(10**6)}" for _ in range(rng.randint(1, 3))
            )
            for _ in range(rng.randint(1, most))
        ]
        out.append(document(f"note-{seed}-{number}", *texts, collection=collection))
    return out


def _sentence(rng: random.Random) -> str:
    return f"Give {' '.join(rng.choices(_WORDS, k=6))} n{rng.randrange(10**6)}"
