"""An expert that finds one thing in every file, and says what to look up because of it."""

from __future__ import annotations

from bedside.core.evidence import Evidence, EvidenceKind, Region, Source
from bedside.tools.contract import ToolRequest, ToolResult
from bedside.tools.registry import cards


class FindingTool:
    """Stands in for an expert, under its card."""

    def __init__(self, name: str, follow_up: str) -> None:
        self.card = next(card for card in cards() if card.name == name)
        self._follow_up = follow_up

    def run(self, request: ToolRequest) -> ToolResult:
        """One finding, with the follow-up."""
        assert request.study is not None
        evidence = Evidence(
            kind=EvidenceKind.FINDING,
            statement="This chest X-ray looks like pneumonia: uncalibrated score 0.90.",
            value=0.9,
            unit="1",
            source=Source(type="expert", id=self.card.name, version=self.card.version, title=self.card.title),
            region=Region(study=request.study.info.id),
            input_hash=request.study.info.sha256,
        )
        return ToolResult(
            tool=self.card.name, version=self.card.version, evidence=(evidence,), follow_up=self._follow_up
        )
