"""Looks up in the patient's own record what a question asks: a list, a value, or a course over time with its chart."""

from __future__ import annotations

import re
from datetime import datetime, timezone

from bedside.core.answer import Artefact, Refusal
from bedside.core.card import Accepts, ToolCard
from bedside.core.case import Span
from bedside.core.evidence import Evidence, EvidenceKind, Region, Source
from bedside.core.settings import Settings
from bedside.tools.contract import ToolRequest, ToolResult
from bedside.tools.record.answers import answer, names_of
from bedside.tools.record.asks import asked_of_record
from bedside.tools.record.chart import save_chart
from bedside.tools.record.facts import source_of
from bedside.tools.record.statements import Statement
from bedside.tools.record.trend import Series
from bedside.tools.registry import register

NO_RECORD, NOT_ASKED = "BED-RECORD-013", "BED-RECORD-014"
_SHOWN = 30


@register
class PatientRecordSearch:
    """The record as a tool. It asks no model; every sentence is made from one resource and quotes it."""

    card = ToolCard(
        name="patient_record",
        version="1.0",
        kind="record",
        title="Patient record",
        purpose="What does the patient's own record say?",
        accepts=Accepts(),
        topics=("record",),
        limits=(
            "It says what the record holds; what is not in it may still be true.",
            "Measurements are known by their LOINC codes, and others by the record's own name for them.",
            "Text of notes is quoted, and no fact is read from it.",
        ),
        citation="HL7 FHIR Release 4 (4.0.1), 2019, https://hl7.org/fhir/R4/",
        keeps=False,
    )

    def __init__(self, settings: Settings) -> None:
        """Made as every tool is; nothing of the settings is needed."""

    def run(self, request: ToolRequest) -> ToolResult:
        """One Evidence for each statement, and a chart for each course; a refusal where nothing is asked of it."""
        record = request.record
        if record is None:
            return self._refused(NO_RECORD, "No record is attached.", "Attach a FHIR R4 record as JSON.")
        now = datetime.now(timezone.utc)
        evidence: list[Evidence] = []
        artefacts: list[Artefact] = []
        for asked in asked_of_record(request.question, names_of(record)):
            told = answer(record, asked, now)
            charts = {s.label: self._chart(s, request) for s in told.series}
            artefacts += charts.values()
            for statement in told.statements:
                evidence.append(_evidence(statement, request.attachment, charts.get(statement.series)))
        if not evidence:
            why = "Nothing in the question asks for what a record holds."
            return self._refused(NOT_ASKED, why, "Ask for allergies, medicines, problems, a measurement or its trend.")
        return ToolResult(
            tool=self.card.name,
            version=self.card.version,
            evidence=tuple(dict.fromkeys(evidence))[:_SHOWN],
            artefacts=tuple(artefacts),
        )

    def _refused(self, code: str, why: str, do: str) -> ToolResult:
        refusal = Refusal(code=code, subject=self.card.title, why=why, do=do)
        return ToolResult(tool=self.card.name, version=self.card.version, refusal=refusal)

    def _chart(self, series: Series, request: ToolRequest) -> Artefact:
        name = re.sub(r"[^a-z0-9]+", "-", series.label.lower()).strip("-")[:40]
        path = save_chart(series, request.output / f"{request.attachment or 'record'}-{name}-trend.png")
        return Artefact(path=str(path), media_type="image/png", title=f"{series.label} over time")


def _evidence(statement: Statement, attachment: str, chart: Artefact | None) -> Evidence:
    """A statement as evidence. Its quote is the resource's line, which is read again when the claim is checked."""
    ref, line = statement.entry.ref, statement.entry.line
    source = source_of(attachment, ref)
    return Evidence(
        kind=EvidenceKind.FACT,
        statement=statement.text,
        value=statement.value,
        unit=statement.unit,
        source=Source(type="record", id=ref, title="the patient's record"),
        quote=line,
        span=Span(source=source, start=0, end=len(line), text=line),
        region=Region(study=attachment, overlay_path=chart.path) if chart is not None else None,
    )
