"""The coverage page: what the library holds, by specialty and year, and how each summary was checked."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from bedside.knowledge.library import Library
from bedside.knowledge.schema import Guideline, Specialty

_PERIODS = ((2024, "2024 on"), (2020, "2020 to 2023"), (2015, "2015 to 2019"), (0, "before 2015"))
_HOW = {
    "source": "against the published text, or the part of it that could be read",
    "secondary": "against a page that quotes or restates it",
    "recall": "from knowledge only: read the original before relying on it",
}


def coverage_page(library: Library) -> str:
    """The page as Markdown: totals, specialties by period, how the summaries were checked, every guideline."""
    held = library.guidelines
    recommendations = sum(len(g.recommendations) for g in held)
    specialties = len({g.specialty for g in held})
    return "\n".join((
        "# The guideline library",
        "",
        "Made by `bedside knowledge coverage`; do not edit. These are summaries in our own words, not the guidelines:",
        "the linked originals are authoritative, and may be newer.",
        "",
        f"**{recommendations:,} recommendations of {len(held)} guidelines in {specialties} specialties.**",
        "",
        *_by_period(held),
        "",
        "## How they were checked",
        "",
        *_by_check(held),
        "",
        "## Every guideline",
        "",
        *_every(held),
        "",
    ))  # fmt: skip


def _period(year: int) -> str:
    return next(name for first, name in _PERIODS if year >= first)


def _by_period(held: tuple[Guideline, ...]) -> Iterable[str]:
    names = [name for _, name in _PERIODS]
    yield f"| specialty | guidelines | recommendations | {' | '.join(names)} |"
    yield f"|---|---:|---:|{'---:|' * len(names)}"
    for specialty in Specialty:
        own = [g for g in held if g.specialty is specialty]
        years = Counter(_period(g.year) for g in own)
        counts = " | ".join(str(years[name]) for name in names)
        yield f"| {specialty.value} | {len(own)} | {sum(len(g.recommendations) for g in own)} | {counts} |"


def _by_check(held: tuple[Guideline, ...]) -> Iterable[str]:
    yield "| checked | guidelines | recommendations |"
    yield "|---|---:|---:|"
    for how, words in _HOW.items():
        own = [g for g in held if g.checked.how == how]
        yield f"| {words} | {len(own)} | {sum(len(g.recommendations) for g in own)} |"


def _every(held: tuple[Guideline, ...]) -> Iterable[str]:
    yield "| guideline | publisher | year | status | checked | recommendations |"
    yield "|---|---|---:|---|---|---:|"
    for g in sorted(held, key=lambda g: (list(Specialty).index(g.specialty), g.id)):
        status = g.status if g.status == "current" else f"{g.status}: see {g.superseded_by}"
        title = f"[{_cell(g.title)}]({g.link})"
        row = (title, _cell(g.publisher), str(g.year), _cell(status), g.checked.how, str(len(g.recommendations)))
        yield f"| {' | '.join(row)} |"


def _cell(text: str) -> str:
    return text.replace("|", "\\|")
