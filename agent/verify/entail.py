"""Entailment: whether sources state a claim, contradict it, or leave it open, judged by the core model's next token."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from langchain_core.language_models import BaseChatModel
from langchain_core.messages import HumanMessage

from bedside.agent.models.decide import choose
from bedside.agent.prompts import one_line, opening
from bedside.agent.verdicts import LOCK_SECONDS, Verdicts
from bedside.core.base import Frozen

Label = Literal["supported", "contradicted", "not_stated"]
OPTIONS = ("A", "B", "C")
# The embedded model often prefers B for a claim its source does not mention, seldom by much: over 51 written pairs no
# such claim reached this share and 11 of 21 contradictions did. Whether a claim is supported does not depend on it.
CLEAR = 2 / 3


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
        self._opening = opening("judge", lambda e: _question(e["claim"], (e["source"],)))
        self._verdicts = Verdicts(cache_path, model, self._opening, LOCK_SECONDS)

    def supports(self, claim: str, sources: tuple[str, ...]) -> Entailment:
        """Judges one claim against its sources together; with no source nothing is stated.

        Raises:
            ModelUnavailableError: the model is not there or too slow.
            ModelOutputError: the model could not be made to choose.
            StorageError: the cache is locked or damaged.
        """
        if not any(s.strip() for s in sources):
            return Entailment(label="not_stated", probability=1.0)
        kept = self._verdicts.get(claim, *sources)
        if kept is not None:
            return Entailment.model_validate_json(kept)
        found = self._judge(claim, sources)
        self._verdicts.put(found.model_dump_json(), claim, *sources)
        return found

    def _judge(self, claim: str, sources: tuple[str, ...]) -> Entailment:
        choice = choose(self._model, [*self._opening, HumanMessage(content=_question(claim, sources))], OPTIONS)
        supported, contradicted = choice.probabilities["A"], choice.probabilities["B"]
        if choice.best == "A":
            return Entailment(label="supported", probability=supported, from_logprobs=choice.from_logprobs)
        if contradicted >= CLEAR:
            return Entailment(label="contradicted", probability=contradicted, from_logprobs=choice.from_logprobs)
        return Entailment(label="not_stated", probability=1 - supported, from_logprobs=choice.from_logprobs)


def _question(claim: str, sources: tuple[str, ...]) -> str:
    """Sources, then the claim: claims on the same sources share the evaluated prompt."""
    return "\n".join([*(f"Source: {one_line(s)}" for s in sources), f"Claim: {one_line(claim)}"])
