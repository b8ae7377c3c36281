"""`python -m bedside.evals.bench.answers`: speed and memory of an answer on this machine, beside the targets.

Medians over the answerable questions of `grounded`, each in a fresh thread of a warm Assistant, with the core model of
the settings. Start-up times are medians over new processes.
"""

from __future__ import annotations

import argparse
import os
import platform
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from bedside.core.base import Frozen
from bedside.core.events import EvidenceFound, StepFinished
from bedside.core.evidence import EvidenceKind
from bedside.core.settings import Settings
from bedside.evals.bench.memory import peak_memory
from bedside.evals.bench.timed import Stopwatch, TimedChat, TimedToolbox
from bedside.evals.questions import Question, load_questions
from bedside.evals.stats import percentile

if TYPE_CHECKING:
    from bedside.api import Assistant

_WARM_UP = "What is the first treatment of anaphylaxis in an adult?"
_STARTS = 7
Item = TypeVar("Item")


class Turn(Frozen):
    """One answered question, in seconds from the question.

    Attributes:
        evidence: to the first evidence of any kind; the whole where there was none.
        passage: to the first guideline passage; None where there was none.
        whole: to the whole verified answer.
        graph: `whole` less the time in which the model or a tool ran: nodes, checkpoints, caches.
        nodes: the same of the nodes alone.
    """

    evidence: float
    passage: float | None
    whole: float
    graph: float
    nodes: float


class Row(Frozen):
    """One measured figure and its target; a target of None is for information."""

    name: str
    value: float
    unit: str
    target: float | None = None

    @property
    def verdict(self) -> str:
        """Whether the target is met."""
        if self.target is None:
            return ""
        return "pass" if self.value <= self.target else "miss"


def measured_turn(assistant: Assistant, watch: Stopwatch, text: str) -> Turn:
    """Asks in a fresh thread and times what comes."""
    started = time.perf_counter()
    first: float | None = None
    passage: float | None = None
    nodes = 0.0
    for event in assistant.stream(text):
        now = time.perf_counter() - started
        if isinstance(event, EvidenceFound):
            first = now if first is None else first
            if passage is None and event.evidence.kind is EvidenceKind.PASSAGE:
                passage = now
        if isinstance(event, StepFinished):
            nodes += event.seconds
    whole = time.perf_counter() - started
    outside = watch.seconds(since=started)
    return Turn(
        evidence=whole if first is None else first,
        passage=passage,
        whole=whole,
        graph=whole - outside,
        nodes=max(0.0, nodes - outside),
    )


def turns(settings: Settings, questions: Sequence[Question], repeats: int) -> list[Turn]:
    """Every question, `repeats` times, each round with a new Assistant and a new home so that nothing is cached."""
    from bedside.agent.models import core_model
    from bedside.api import Assistant

    out = []
    for number in range(repeats):
        with tempfile.TemporaryDirectory(prefix="bedside-bench-") as home:
            watch = Stopwatch()
            model = TimedChat(inner=core_model(settings), watch=watch)
            assistant = Assistant(settings.model_copy(update={"home": Path(home)}), model=model)
            assistant.services.toolbox = TimedToolbox(assistant.services.toolbox, watch)
            assistant.ask(_WARM_UP)
            for question in watched(questions, f"round {number + 1} of {repeats}"):
                out.append(measured_turn(assistant, watch, question.question))
    return out


def watched(items: Sequence[Item], title: str) -> Sequence[Item]:
    """The items under a progress bar on stderr."""
    from rich.console import Console
    from rich.progress import track

    return track(items, description=title, console=Console(stderr=True))  # type: ignore[return-value]


def turn_rows(measured: Sequence[Turn]) -> list[Row]:
    """Figures of the turns."""
    wholes = sorted(t.whole for t in measured)
    passages = [t.passage for t in measured if t.passage is not None]
    rows = [
        Row(name="first evidence, median", value=statistics.median(t.evidence for t in measured), unit="s", target=2.0),
        Row(name="first evidence, slowest", value=max(t.evidence for t in measured), unit="s"),
        Row(name="whole verified answer, median", value=statistics.median(wholes), unit="s", target=30.0),
        Row(name="whole verified answer, p90", value=percentile(wholes, 0.9), unit="s"),
        Row(
            name="the graph's own time, median",
            value=1000 * statistics.median(t.graph for t in measured),
            unit="ms",
            target=50,
        ),
        Row(name="of which in the nodes, median", value=1000 * statistics.median(t.nodes for t in measured), unit="ms"),
    ]
    if passages:
        rows.insert(2, Row(name="first guideline passage, median", value=statistics.median(passages), unit="s"))
    return rows


def start_rows(starts: int = _STARTS) -> list[Row]:
    """Start-up of new processes: the import alone, and the help of the command line as a user waits for it."""
    timed_import = "import time; t = time.perf_counter(); import bedside; print(time.perf_counter() - t)"
    command = [sys.executable, "-c", "from bedside.cli import main; main()", "--help"]
    imports = repeated(lambda: float(_run([sys.executable, "-c", timed_import])), starts)
    helps = repeated(lambda: _seconds_of(command), starts)
    return [
        Row(name="import bedside, median", value=statistics.median(imports), unit="s", target=0.3),
        Row(name="bedside --help, median", value=statistics.median(helps), unit="s", target=0.5),
    ]


def memory_row() -> Row:
    """The most resident memory this process has had."""
    return Row(name="resident memory, peak", value=peak_memory(), unit="GB", target=4.0)


def machine(more: str = "") -> str:
    """The machine in a line, and how busy it is now, which is to be asked before anything is measured."""
    busy = f"load {os.getloadavg()[0]:.1f}" if hasattr(os, "getloadavg") else ""
    known = (f"{os.cpu_count()} CPUs", platform.machine(), more, busy)
    return f"{', '.join(part for part in known if part)} at the start"


def repeated(measure: Callable[[], float], times: int) -> list[float]:
    """The measure, so many times, after one that does not count."""
    measure()
    return [measure() for _ in range(times)]


def table(rows: Sequence[Row]) -> str:
    """The rows as aligned lines: name, value, target, verdict."""
    width = max(len(r.name) for r in rows)
    lines = []
    for row in rows:
        target = f"target {row.target:g} {row.unit}" if row.target is not None else ""
        lines.append(f"{row.name:{width}}  {row.value:9.3f} {row.unit:2}  {target:15} {row.verdict}".rstrip())
    return "\n".join(lines)


def main(arguments: Sequence[str] | None = None) -> None:
    """Measures and prints."""
    parser = argparse.ArgumentParser(prog="python -m bedside.evals.bench.answers", description=__doc__)
    parser.add_argument("-n", type=int, default=20, help="questions (default 20)")
    parser.add_argument("--repeats", type=int, default=1, help="rounds over the questions (default 1)")
    chosen = parser.parse_args(arguments)
    settings = Settings()
    questions = [q for q in load_questions() if not q.refuse][: chosen.n]
    here = machine(f"Python {platform.python_version()}")
    rows = start_rows()
    rows += turn_rows(turns(settings, questions, chosen.repeats))
    rows.append(memory_row())
    print(f"{len(questions)} questions x {chosen.repeats}, core model {settings.model.name} ({settings.model.backend})")
    print(here)
    print(table(rows))


def _run(command: list[str]) -> str:
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout  # noqa: S603 - our own interpreter


def _seconds_of(command: list[str]) -> float:
    started = time.perf_counter()
    _run(command)
    return time.perf_counter() - started


if __name__ == "__main__":
    main()
