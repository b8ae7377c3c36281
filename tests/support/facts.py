"""Facts as a reader of notes hands them over: canonical units, and spans that are slices of one note."""

from __future__ import annotations

from bedside.core.case import Fact, FactStatus, Span
from bedside.core.settings import Settings
from bedside.knowledge.terms import finding
from bedside.tools.calculator import Calculator
from bedside.tools.contract import ToolRequest, ToolResult

Value = float | str | bool


def fact(
    name: str,
    value: float | str | None = None,
    status: FactStatus = FactStatus.PRESENT,
    *,
    unit: str | None = None,
    as_written: str = "",
    start: int = 0,
) -> Fact:
    """One fact of a canonical name; `unit` is the canonical one where it is not given."""
    row = finding(name)
    written = as_written or (row.label if value is None else f"{row.label} {value}")
    return Fact(
        name=name,
        label=row.label,
        value=value,
        unit=row.unit if unit is None else unit,
        as_written=written,
        status=status,
        span=Span(source="m1", start=start, end=start + len(written), text=written),
    )


def facts(**named: Value | None) -> tuple[Fact, ...]:
    """Facts by name: a number is a quantity, a word a category, True present, False absent, None left out."""
    out: list[Fact] = []
    for name, value in named.items():
        start = out[-1].span.end + 2 if out else 0
        if isinstance(value, bool):
            status = FactStatus.PRESENT if value else FactStatus.ABSENT
            out.append(fact(name, None, status, as_written=name if value else f"no {name}", start=start))
        elif value is not None:
            out.append(fact(name, value, start=start))
    return tuple(out)


def run(kind: type[Calculator], known: tuple[Fact, ...] = (), **named: Value | None) -> ToolResult:
    """Runs a calculator over `known` and then the facts named."""
    return kind(Settings()).run(ToolRequest(facts=known + facts(**named)))


def score(kind: type[Calculator], **named: Value | None) -> float | None:
    """The headline value; None where the score is open or there is no evidence."""
    evidence = run(kind, **named).evidence
    return evidence[0].value if evidence else None


def statements(result: ToolResult) -> str:
    """Every statement of a result, one a line."""
    return "\n".join(item.statement for item in result.evidence)


def asked(result: ToolResult) -> tuple[str, ...]:
    """The names of what is missing, in the order given."""
    return tuple(item.name for item in result.missing)
