"""Asks the core model which diseases it would add to the differential; what it says is its opinion, and only added.

It never sees the ranked list and has no way to take anything out of it: what must not be missed is shown by rule.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pydantic import BaseModel, Field

from bedside.agent.models.decide import decide
from bedside.agent.prompts import one_line, opening
from bedside.agent.view import in_words
from bedside.core.card import Accepts, ToolCard
from bedside.core.evidence import Evidence, EvidenceKind, Source
from bedside.knowledge.diseases import plain_name
from bedside.tools.contract import ToolRequest, ToolResult
from bedside.tools.differential import RANKED

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel

    from bedside.tools.differential.differential import Differential

CANDIDATES = "core_model_candidates"
LIMIT = "A general model's idea: no rule, no frequency and no source stands behind it."
_TOKENS = 120
_ADDED = 3
_FACTS_CHARS = 900
_NAME = re.compile(r"[A-Za-z][A-Za-zÀ-ÿ '’/,-]{2,59}")


class Candidates(BaseModel):
    """What the model is asked for: diseases, the likeliest first."""

    diseases: list[str] = Field(max_length=5)


class CoreModelCandidates:
    """The core model's own candidates as a Tool, less those that the differential shows anyway."""

    card = ToolCard(
        name=CANDIDATES,
        version="1.0",
        kind="differential",
        title="What the core model would add",
        purpose="Which diseases does a general language model think of?",
        accepts=Accepts(),
        limits=(LIMIT,),
    )

    def __init__(self, model: BaseChatModel, name: str, differential: Differential) -> None:
        self._model = model
        self._name = name
        self._differential = differential

    def run(self, request: ToolRequest) -> ToolResult:
        """At most `_ADDED` pieces of evidence of kind model_opinion.

        Raises:
            ModelOutputError: the model did not answer in the form it was asked for.
            ModelUnavailableError: it is not there.
        """
        from langchain_core.messages import HumanMessage

        asked = HumanMessage(content=_case(in_words(request.facts)[:_FACTS_CHARS]))
        messages = [*opening("candidates", lambda example: _case(example["patient"])), asked]
        said = decide(self._model, messages, Candidates, max_tokens=_TOKENS).diseases
        shown = {plain_name(name) for name in self._differential.shown(request.facts)}
        names = [one_line(name).strip(" .") for name in said]
        new = [n for n in dict.fromkeys(names) if _NAME.fullmatch(n) and plain_name(n) not in shown]
        evidence = tuple(self._evidence(name) for name in new[:_ADDED])
        return ToolResult(tool=CANDIDATES, version=self.card.version, evidence=evidence)

    def _evidence(self, name: str) -> Evidence:
        return Evidence(
            kind=EvidenceKind.MODEL_OPINION,
            statement=f"Opinion of the core model, checked by no tool: {name} is also to be thought of.",
            source=Source(type="core model", id=self._name, title=self.card.title, section=RANKED),
            limits=(LIMIT,),
        )


def _case(facts: str) -> str:
    return f"Patient: {one_line(facts) or 'none'}"
