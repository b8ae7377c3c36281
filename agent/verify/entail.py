"""Entailment: whether sources state a claim, contradict it, or leave it open, judged by the core model's next token."""

from __future__ import annotations

import hashlib
import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Literal

import yaml
from langchain_core.language_models import BaseChatModel
from langchain_core.messages import AIMessage, BaseMessage, HumanMessage, SystemMessage

from bedside.agent import prompts
from bedside.agent.models.decide import choose
from bedside.core.base import Frozen
from bedside.core.errors import StorageError

Label = Literal["supported", "contradicted", "not_stated"]
OPTIONS = ("A", "B", "C")
# The embedded model often prefers B for a claim its source does not mention, seldom by much: over 51 written pairs no
# such claim reached this share and 11 of 21 contradictions did. Whether a claim is supported does not depend on it.
CLEAR = 2 / 3
TABLE = "CREATE TABLE IF NOT EXISTS verdicts (key TEXT PRIMARY KEY, body TEXT NOT NULL)"
LOCK_SECONDS = 5.0


class Entailment(Frozen):
    """What the judge found.

    Attributes:
        label: supported only if that option is the most probable; contradicted only if that one is clearly so.
        probability: the model's own, from its next token, not calibrated on data: of support, of contradiction, or for
            not_stated of anything but support.
        from_logprobs: False where the server returned no log-probabilities and `probability` is a bare decision.
    """

    label: Label
    probability: float
    from_logprobs: bool = True


class Judge:
    """Decides entailment with a core model, and keeps each verdict on disk.

    Args:
        model: the core model.
        cache_path: an SQLite file; it holds hashes and verdicts, no text of a claim or a patient.
    """

    def __init__(self, model: BaseChatModel, cache_path: Path) -> None:
        self._model = model
        self._cache = cache_path
        self._opening = _opening()
        self._version = hashlib.sha256("".join(m.text for m in self._opening).encode()).hexdigest()

    def supports(self, claim: str, sources: tuple[str, ...]) -> Entailment:
        """Judges one claim against its sources together; with no source nothing is stated.

        Raises:
            ModelUnavailableError: the model is not there or too slow.
            ModelOutputError: the model could not be made to choose.
            StorageError: the cache is locked or damaged.
        """
        if not any(s.strip() for s in sources):
            return Entailment(label="not_stated", probability=1.0)
        key = self._key(claim, sources)
        with self._database() as database:
            row = database.execute("SELECT body FROM verdicts WHERE key = ?", (key,)).fetchone()
        if row is not None:
            return Entailment.model_validate_json(row[0])
        found = self._judge(claim, sources)
        with self._database() as database:
            database.execute("INSERT OR REPLACE INTO verdicts VALUES (?, ?)", (key, found.model_dump_json()))
        return found

    def _judge(self, claim: str, sources: tuple[str, ...]) -> Entailment:
        choice = choose(self._model, [*self._opening, HumanMessage(content=_question(claim, sources))], OPTIONS)
        supported, contradicted = choice.probabilities["A"], choice.probabilities["B"]
        if choice.best == "A":
            return Entailment(label="supported", probability=supported, from_logprobs=choice.from_logprobs)
        if contradicted >= CLEAR:
            return Entailment(label="contradicted", probability=contradicted, from_logprobs=choice.from_logprobs)
        return Entailment(label="not_stated", probability=1 - supported, from_logprobs=choice.from_logprobs)

    def _key(self, claim: str, sources: tuple[str, ...]) -> str:
        """Another model, another wording of the prompt, another text: another verdict."""
        name = getattr(self._model, "model_name", None) or type(self._model).__name__
        return hashlib.sha256(json.dumps([name, self._version, claim, *sources]).encode()).hexdigest()

    @contextmanager
    def _database(self) -> Iterator[sqlite3.Connection]:
        try:
            self._cache.parent.mkdir(parents=True, exist_ok=True)
            with closing(sqlite3.connect(self._cache, timeout=LOCK_SECONDS)) as database, database:
                database.execute(TABLE)
                yield database
        except (sqlite3.Error, OSError) as error:
            raise StorageError(
                f"The verdict cache {self._cache.name} cannot be used: {error}.",
                f"Close other programs that use it, or delete {self._cache}: it is made again.",
                code="BED-STORE-015",
            ) from error


def _opening() -> list[BaseMessage]:
    """The instruction and the worked examples, always first: the model evaluates them once and keeps them.

    Without the examples the embedded model finds its three letters about equally likely.
    """
    folder = Path(prompts.__file__).parent
    messages: list[BaseMessage] = [SystemMessage(content=prompts.prompt("judge").strip())]
    for example in yaml.safe_load((folder / "judge_examples.yaml").read_text(encoding="utf-8")):
        messages.append(HumanMessage(content=_question(example["claim"], (example["source"],))))
        messages.append(AIMessage(content=example["answer"]))
    return messages


def _question(claim: str, sources: tuple[str, ...]) -> str:
    """Sources, then the claim: claims on the same sources share the evaluated prompt."""
    return "\n".join([*(f"Source: {_one_line(s)}" for s in sources), f"Claim: {_one_line(claim)}"])


def _one_line(text: str) -> str:
    """Keeps a source or claim to one line, so that no text can pass itself off as another part of the prompt."""
    return " ".join(text.split())
