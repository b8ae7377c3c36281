"""Reads both Studies of a comparison with every expert that accepts them, outside the graph."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from bedside.core.study import Study
from bedside.tools.contract import Prior, ToolRequest, ToolResult
from bedside.tools.gate import refuse, run_gated
from bedside.tools.registry import Toolbox, cards


def with_prior(request: ToolRequest, earlier: Study, toolbox: Toolbox) -> ToolRequest:
    """The request of a comparison.

    Args:
        request: with the current Study, the words and the facts.
        earlier: the prior.
        toolbox: where the experts are kept.

    Returns:
        The request with what each expert reads on both.
    """
    experts = [card for card in cards() if card.kind == "expert"]

    def again(name: str, study: Study, folder: Path) -> ToolResult:
        return run_gated(toolbox.get(name), replace(request, study=study, output=folder, prior=None))

    def read(study: Study | None) -> tuple[ToolResult, ...]:
        if study is None:
            return ()
        taken = [card.name for card in experts if refuse(card, study.info, request.question) is None]
        results = (again(name, study, request.output) for name in taken)
        return tuple(result for result in results if result.refusal is None)

    return replace(request, prior=Prior(study=earlier, now=read(request.study), before=read(earlier), again=again))
