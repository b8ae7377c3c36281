"""Do the red flags notice an emergency, and stay silent without one? Against the titles of the rules as keywords.

The vignettes of `dev` and `held` were written before the rules were extended, by one hand for both. `late` was written
afterwards by another hand, and its misses are not read. `fresh` was written by a third hand before it had read a rule,
run once and then mended on; `last` by the same hand after the mends, of emergencies drawn by lot, likewise. The first
runs of both say what to expect of new notes. Misses are listed where one part is asked for by name.

Beside them stands the likeness to an emergency, which is fitted to `dev`, `held`, `fresh` and texts of its own: alone,
and together with the rules, also on the 60 texts that were kept apart for it (`likeness test`).
"""

from __future__ import annotations

import re
import statistics
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Literal, NamedTuple

from pydantic import TypeAdapter

from bedside.core.base import Frozen
from bedside.core.errors import SettingsError
from bedside.core.settings import Settings
from bedside.evals import second_net
from bedside.evals.likeness_texts import TEST as LIKENESS_TEST
from bedside.evals.likeness_texts import read_told
from bedside.evals.registry import Report, Score, evaluation
from bedside.evals.rows import read_rows
from bedside.evals.stats import percentile, proportion
from bedside.tools.notes.read import read_facts
from bedside.tools.redflags.engine import red_flags, rules

DATA = Path(__file__).resolve().parents[1] / "data" / "redflag_vignettes.yaml"
BOTH, RULES, TITLES = "both", "red flags", "titles as keywords"
PARTS = ("dev", "held", "late", "fresh", "last")
Kind = Literal["", "negated", "family", "past", "hypothetical", "lookalike", "question", "ordinary"]
_NO_KEYWORD = frozenset({
    "a", "an", "and", "at", "be", "by", "for", "from", "has", "high", "in", "is", "may", "need", "not", "of", "or",
    "possible", "risk", "severe", "sign", "signs", "stated", "suspected", "that", "the", "to", "under", "with",
})  # fmt: skip
_WORD = re.compile(r"[a-z]+|\d+")


class Vignette(Frozen):
    """A made-up text about a patient.

    Attributes:
        id: unique.
        part: ``dev``, ``held``, ``late``, ``fresh`` or ``last``; the data file says which was mended on when.
        style: who would write so.
        flags: ids of the rules that are right, the main one first; none where there is no emergency.
        kind: of one without an emergency, what could mislead.
        text: as written.
    """

    id: str
    part: Literal["dev", "held", "late", "fresh", "last"]
    style: Literal["ward", "gp", "parent", "own", "triage", "question"]
    flags: tuple[str, ...] = ()
    kind: Kind = ""
    text: str


class Line(NamedTuple):
    """One vignette with the ids that a system raised for it."""

    vignette: Vignette
    raised: tuple[str, ...]

    @property
    def noticed(self) -> bool:
        """Whether one of the right flags was raised."""
        return bool(set(self.raised) & set(self.vignette.flags))


@evaluation(
    "redflags",
    "whether the red flags notice an emergency in a made-up note, and stay silent without one",
    sources=(BOTH, *PARTS),
)
def redflags(settings: Settings, data: Path | None = None, limit: int | None = None, source: str = BOTH) -> Report:
    """Sensitivity and specificity on each part, against keywords, with the time that a note takes.

    Args:
        settings: of the calculators.
        data: another file of vignettes.
        limit: of vignettes.
        source: ``both``, or one part, whose misses are then listed.

    Raises:
        SettingsError: `data` is not a file of vignettes.
    """
    path = data or DATA
    vignettes = load(path)[:limit]
    scores: list[Score] = []
    notes: list[str] = []
    for part in PARTS if source == BOTH else (source,):
        mine = [v for v in vignettes if v.part == part]
        if not mine:
            continue
        lines = [Line(v, by_rule(v.text)) for v in mine]
        scores += figures(part, RULES, lines)
        scores += figures(part, TITLES, [Line(v, by_title(v.text)) for v in mine])
        scores += second_net.figures(part, [(v.text, bool(v.flags)) for v in mine], settings)
        notes += told(lines) if source != BOTH else counted(part, lines)
    if source == BOTH and data is None and limit is None:
        apart = read_told(LIKENESS_TEST)
        scores += second_net.figures("likeness test", [(t.text, bool(t.emergency)) for t in apart], settings)
    notes.append(timed(settings, [v.text for v in vignettes]))
    return Report(
        name="redflags",
        set=f"{path.name}, {len(vignettes)} vignettes, {len(rules())} rules",
        scores=tuple(scores),
        notes=tuple(notes),
    )


def load(path: Path = DATA) -> tuple[Vignette, ...]:
    """The vignettes of a YAML file.

    Raises:
        SettingsError: it cannot be read, breaks the schema, or uses an id twice.
    """
    found = read_rows(path, TypeAdapter(tuple[Vignette, ...]), "vignettes", DATA)
    ids = [v.id for v in found]
    twice = next((i for i in ids if ids.count(i) > 1), "")
    if twice:
        raise SettingsError(f"{path.name} uses the id {twice!r} twice.", "Rename one.", code="BED-EVAL-003")
    return found


def by_rule(text: str) -> tuple[str, ...]:
    """Ids of the flags that the rules raise for a text."""
    return tuple(flag.id for flag in red_flags(read_facts(text, "note")))


def by_title(text: str) -> tuple[str, ...]:
    """Ids of the rules whose title's content words all stand in the text, in any order."""
    words = set(_WORD.findall(text.lower()))
    return tuple(rule.id for rule in rules() if (wanted := _keywords(rule.title)) and wanted <= words)


def _keywords(title: str) -> set[str]:
    return set(_WORD.findall(title.lower())) - _NO_KEYWORD


def figures(part: str, system: str, lines: Sequence[Line]) -> list[Score]:
    """Emergencies with a right flag, with the main one, with any; flags that are right; the others left in silence."""
    ill = [line for line in lines if line.vignette.flags]
    well = [line for line in lines if not line.vignette.flags]
    raised = [(flag, line.vignette.flags) for line in ill for flag in line.raised]
    shares = (
        ("sensitivity (a right flag raised)", sum(line.noticed for line in ill), len(ill)),
        ("main flag raised", sum(line.vignette.flags[0] in line.raised for line in ill), len(ill)),
        ("any flag raised", sum(bool(line.raised) for line in ill), len(ill)),
        ("raised flags listed as right", sum(flag in right for flag, right in raised), len(raised)),
        ("specificity (no flag raised)", sum(not line.raised for line in well), len(well)),
    )
    return [Score(metric=f"{part}: {name}", system=system, estimate=proportion(k, n)) for name, k, n in shares]


def counted(part: str, lines: Sequence[Line]) -> list[str]:
    """How many of each kind without an emergency stayed silent; no vignette is named."""
    kinds = dict.fromkeys(line.vignette.kind for line in lines if not line.vignette.flags)
    of = {k: [not line.raised for line in lines if not line.vignette.flags and line.vignette.kind == k] for k in kinds}
    return [f"{part}: silent on {sum(silent)} of {len(silent)} {kind or 'other'}" for kind, silent in of.items()]


def told(lines: Sequence[Line]) -> list[str]:
    """Every miss and every false alarm, in full."""
    out = []
    for vignette, raised in lines:
        got = ", ".join(raised) or "nothing"
        if vignette.flags and not set(raised) & set(vignette.flags):
            out.append(f"missed {vignette.id}: {', '.join(vignette.flags)}; raised {got}: {vignette.text}")
        elif raised and not vignette.flags:
            out.append(f"false alarm {vignette.id} ({vignette.kind}): {got}: {vignette.text}")
    return out


def timed(settings: Settings, texts: Sequence[str]) -> str:
    """Milliseconds from a note to its facts, flags and every calculator's result: median and 95th percentile."""
    from bedside.tools.contract import ToolRequest
    from bedside.tools.registry import Toolbox, cards

    box = Toolbox(settings)
    tools = [box.get(card.name) for card in cards() if card.kind == "calculator"]

    def once(text: str) -> None:
        red_flags.cache_clear()
        facts = read_facts(text, "note")
        red_flags(facts)
        for tool in tools:
            tool.run(ToolRequest(question=text, facts=facts))

    if not texts:
        return "no note was timed"
    once(texts[0])  # loads the lists, which happens once
    wall, own = zip(*(_milliseconds(once, text) for text in texts), strict=True)
    return (
        f"reading, red flags and {len(tools)} calculators over a note, n={len(texts)}: median "
        f"{statistics.median(wall):.1f} ms, 95th percentile {percentile(sorted(wall), 0.95):.1f} ms; of processor "
        f"time median {statistics.median(own):.1f} ms"
    )


def _milliseconds(run: Callable[[str], None], text: str) -> tuple[float, float]:
    """Of one run, on the clock and of the processor."""
    wall, own = time.perf_counter(), time.thread_time()
    run(text)
    return (time.perf_counter() - wall) * 1000, (time.thread_time() - own) * 1000
