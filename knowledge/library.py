"""The library: every guideline in ``knowledge/guidelines``, checked, and its recommendations as passages.

Reading hundreds of YAML files takes longer than a start-up should, so what was read and checked is kept as JSON beside
the weights, under the sha256 of the files and of the schema: a changed file, or a changed schema, is read again.
"""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Iterable
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any

import yaml
from pydantic import TypeAdapter, ValidationError

from bedside.core.base import Frozen
from bedside.core.errors import KnowledgeError
from bedside.core.settings import Settings
from bedside.knowledge import questions as asked_questions
from bedside.knowledge import schema
from bedside.knowledge.questions import Questions, read_questions
from bedside.knowledge.schema import Guideline, Recommendation

FOLDER = Path(__file__).resolve().parent / "guidelines"
# The folder beside it; its files are kept under this prefix, which no guideline's name has.
_QUESTIONS = "questions/"


class _Kept(Frozen):
    """What is kept as JSON: all that was read and checked."""

    guidelines: tuple[Guideline, ...]
    questions: Questions


_KEPT = TypeAdapter(_Kept)


class _Loader(yaml.CSafeLoader):
    """The safe loader in C, with the booleans of YAML 1.2: ``on`` and ``no`` are words, only true and false are not."""

    yaml_implicit_resolvers = {  # noqa: RUF012 - PyYAML looks the table up on the class
        first: [(tag, pattern) for tag, pattern in rows if tag != "tag:yaml.org,2002:bool"]
        for first, rows in yaml.CSafeLoader.yaml_implicit_resolvers.items()
    }


_Loader.add_implicit_resolver("tag:yaml.org,2002:bool", re.compile(r"^(?:true|false)$"), ["t", "f"])


class Passage(Frozen):
    """One recommendation as retrieval sees it.

    Attributes:
        id: ``guideline-id#recommendation-id``.
        guideline: the guideline it belongs to.
        recommendation: the recommendation itself.
        asked: the questions it answers; they find it, and are never quoted.
        text: its sentences joined by one space.
        offsets: for each sentence, the characters (start inclusive, end exclusive) of `text` it fills.
    """

    id: str
    guideline: Guideline
    recommendation: Recommendation
    asked: tuple[str, ...]
    text: str
    offsets: tuple[tuple[int, int], ...]

    @classmethod
    def of(cls, guideline: Guideline, recommendation: Recommendation, asked: tuple[str, ...] = ()) -> Passage:
        """The passage of one recommendation."""
        offsets, start = [], 0
        for sentence in recommendation.sentences:
            offsets.append((start, start + len(sentence)))
            start += len(sentence) + 1
        # The guideline was validated when it was read; validating it once a passage would cost more than reading it.
        return cls.model_construct(
            id=f"{guideline.id}#{recommendation.id}",
            guideline=guideline,
            recommendation=recommendation,
            asked=asked,
            text=" ".join(recommendation.sentences),
            offsets=tuple(offsets),
        )


class Library(Frozen):
    """Every guideline held, in the order of their ids.

    Attributes:
        guidelines: checked against the schema and against one another.
        questions: for each passage id, the questions it answers; for the search alone.
        digest: sha256 of what they say; an index built from other text has another one.
    """

    guidelines: tuple[Guideline, ...]
    questions: Questions
    digest: str

    @cached_property
    def _passages(self) -> dict[str, Passage]:
        asked = self.questions
        made = (Passage.of(g, r, asked.get(f"{g.id}#{r.id}", ())) for g in self.guidelines for r in g.recommendations)
        return {p.id: p for p in made}

    def passages(self) -> tuple[Passage, ...]:
        """Every recommendation as a passage, guideline by guideline."""
        return tuple(self._passages.values())

    def passage(self, passage_id: str) -> Passage:
        """The passage of that id.

        Raises:
            KnowledgeError: no such passage is held.
        """
        found = self._passages.get(passage_id)
        if found is None:
            raise KnowledgeError(
                f"No passage {passage_id!r} is held.", "Passage ids are 'guideline-id#rec-id'.", code="BED-KNOW-008"
            )
        return found

    def recommendation(self, passage_id: str) -> Recommendation:
        """The recommendation of that passage id.

        Raises:
            KnowledgeError: no such passage is held.
        """
        return self.passage(passage_id).recommendation


def load_library(settings: Settings | None = None, folder: Path = FOLDER) -> Library:
    """Reads every guideline, or takes what was read before from the same files.

    Args:
        settings: names the cache; without it the files are read each time the process starts.
        folder: where the YAML files are; those of the questions, if any, are in ``questions`` beside it.

    Raises:
        KnowledgeError: a file breaks the schema, repeats what another says, or the folder holds none. The message
            names file, field and what is legal.
    """
    files = _read(folder)
    return _loaded(files, settings.cache if settings else None)


def library_digest(folder: Path = FOLDER) -> str:
    """What `load_library` gives as `digest`, without reading further than the bytes.

    Raises:
        KnowledgeError: the folder holds no guideline.
    """
    return _read(folder).digest


class _Files:
    """File texts that compare by their digest, so that they can key a cache."""

    def __init__(self, digest: str, texts: dict[str, str]) -> None:
        self.digest = digest
        self.texts = texts

    def __hash__(self) -> int:
        return hash(self.digest)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Files) and other.digest == self.digest


def _read(folder: Path) -> _Files:
    texts = {path.name: path.read_text(encoding="utf-8") for path in sorted(folder.glob("*.yaml"))}
    if not texts:
        raise KnowledgeError(f"No guideline file in {folder}.", "Reinstall, or add one.", code="BED-KNOW-007")
    asked = sorted((folder.parent / _QUESTIONS).glob("*.yaml"))
    texts |= {f"{_QUESTIONS}{path.name}": path.read_text(encoding="utf-8") for path in asked}
    digest = hashlib.sha256(Path(schema.__file__).read_bytes())
    digest.update(Path(asked_questions.__file__).read_bytes())
    for name, text in texts.items():
        digest.update(f"\0{name}\0{text}".encode())
    return _Files(digest.hexdigest(), texts)


@lru_cache(maxsize=4)
def _loaded(files: _Files, cache: Path | None) -> Library:
    kept = cache / "library" / f"{files.digest}.json" if cache else None
    if kept is not None and kept.exists():
        try:
            read = _KEPT.validate_json(kept.read_bytes())
            return Library(guidelines=read.guidelines, questions=read.questions, digest=files.digest)
        except (OSError, ValidationError):
            # A cut or edited copy is worth nothing; the files themselves are read again and the copy replaced.
            kept.unlink(missing_ok=True)
    asked = {n.removeprefix(_QUESTIONS): text for n, text in files.texts.items() if n.startswith(_QUESTIONS)}
    texts = {name: text for name, text in files.texts.items() if not name.startswith(_QUESTIONS)}
    guidelines = tuple(_guideline(name, text) for name, text in texts.items())
    _refuse_repeats(guidelines)
    questions = read_questions(asked, guidelines)
    if kept is not None:
        _keep(kept, _KEPT.dump_json(_Kept(guidelines=guidelines, questions=questions)))
    return Library(guidelines=guidelines, questions=questions, digest=files.digest)


def _keep(path: Path, content: bytes) -> None:
    """Writes the cache, whole or not at all; a cache that cannot be written costs time, never an answer."""
    part = path.with_suffix(f".{os.getpid()}.part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        part.write_bytes(content)
        part.replace(path)
    except OSError:
        return


def _guideline(name: str, text: str) -> Guideline:
    try:
        body: Any = yaml.load(text, Loader=_Loader)  # noqa: S506 - a safe loader
    except yaml.YAMLError as error:
        raise KnowledgeError(f"{name} is not YAML: {error}", "Correct the file.", code="BED-KNOW-001") from error
    try:
        guideline = Guideline.model_validate(body)
    except ValidationError as error:
        first = error.errors()[0]
        field = ".".join(str(part) for part in first["loc"]) or "the whole file"
        raise KnowledgeError(f"{name}, {field}: {first['msg']}.", _legal(first), code="BED-KNOW-002") from error
    if f"{guideline.id}.yaml" != name:
        raise KnowledgeError(
            f"{name}, id: {guideline.id!r} is not the file's name.", "Make them equal.", code="BED-KNOW-003"
        )
    for recommendation in guideline.recommendations:
        for sentence in recommendation.sentences:
            if sentence not in text:
                raise KnowledgeError(
                    f"{name}, recommendation {recommendation.id}: a sentence is not on one line: {sentence[:80]!r}.",
                    "Write each sentence unfolded and unescaped, so that a search of the file finds it.",
                    code="BED-KNOW-006",
                )
    return guideline


def _legal(error: Any) -> str:
    kind, context = error["type"], error.get("ctx", {})
    if kind == "missing":
        return "The field is required."
    if kind == "extra_forbidden":
        return "Only the fields of bedside/knowledge/schema.py are legal."
    if "expected" in context:
        return f"Legal: {context['expected']}."
    if "pattern" in context:
        return f"Legal: text that matches {context['pattern']}."
    return "See bedside/knowledge/schema.py for what is legal."


def _refuse_repeats(guidelines: Iterable[Guideline]) -> None:
    seen: dict[str, str] = {}
    for guideline in guidelines:
        for recommendation in guideline.recommendations:
            here = f"{guideline.id}#{recommendation.id}"
            for sentence in recommendation.sentences:
                other = seen.setdefault(sentence.casefold(), here)
                if other != here or recommendation.sentences.count(sentence) > 1:
                    raise KnowledgeError(
                        f"{guideline.id}.yaml, {recommendation.id}: {sentence[:80]!r} also stands in {other}.",
                        "Every sentence stands once in the library; say what differs.",
                        code="BED-KNOW-005",
                    )
