"""`python -m bedside.evals.bench.experts`: time and memory of the gate and of experts over files, on this machine.

Each file is opened, looked at by the gate and read by each expert, as `bedside tools run` does it. An expert's first
file, with which its model is loaded, counts apart. The medians are over the other files and rounds.
"""

from __future__ import annotations

import argparse
import statistics
import tempfile
import time
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import TypeVar

from bedside.core.settings import Settings
from bedside.core.study import Study
from bedside.evals.bench.answers import Row, machine, memory_row, table, watched
from bedside.tools.contract import ToolRequest
from bedside.tools.gate import run_gated, with_appearance
from bedside.tools.imaging.door import open_file
from bedside.tools.registry import Toolbox

GATE, PICTURE, VOLUME, MEMORY = 0.1, 0.5, 2.0, 3.0  # the targets, in seconds and GB
_Found = TypeVar("_Found")


def measured(names: Sequence[str], files: Sequence[Path], repeats: int, settings: Settings) -> list[Row]:
    """Times everything.

    Args:
        names: of experts; what one refuses is timed too, and counted.
        files: pictures or volumes that the experts read; two or more.
        repeats: rounds over the files.
        settings: whose cache holds the gate's weights.

    Raises:
        ImageReadError: a file cannot be read.
        ToolError: there is no tool of a name.
    """
    toolbox = Toolbox(settings)
    opening, looking = [], []
    studies: list[Study] = []
    limit = settings.bounds.file_bytes
    for number, path in enumerate(watched(files, "opening"), 1):
        seconds, study = timed(partial(open_file, path, attachment_id=f"A{number}", limit_bytes=limit))
        opening.append(seconds)
        seconds, study = timed(partial(with_appearance, study, settings))
        looking.append(seconds)
        studies.append(study)
    rows = [Row(name="opening a file, median", value=statistics.median(opening), unit="s")]
    if any(study.info.appearance for study in studies):
        rows.append(Row(name="the gate's look, first", value=looking[0], unit="s"))
        rows.append(Row(name="the gate's look, median", value=statistics.median(looking[1:]), unit="s", target=GATE))
    for name in names:
        rows += _of_expert(name, toolbox, studies, repeats, settings)
    return [*rows, memory_row().model_copy(update={"target": MEMORY})]


def _of_expert(name: str, toolbox: Toolbox, studies: Sequence[Study], repeats: int, settings: Settings) -> list[Row]:
    tool = toolbox.get(name)
    seconds, refused = [], 0
    for study in watched([study for _ in range(repeats) for study in studies], name):
        request = ToolRequest(question="", study=study, output=settings.output)
        took, result = timed(partial(run_gated, tool, request))
        seconds.append(took)
        refused += result.refusal is not None
    target = VOLUME if studies[0].info.kind == "volume" else PICTURE
    rows = [
        Row(name=f"{name}, first", value=seconds[0], unit="s"),
        Row(name=f"{name}, median", value=statistics.median(seconds[1:]), unit="s", target=target),
        Row(name=f"{name}, slowest but the first", value=max(seconds[1:]), unit="s"),
    ]
    return [*rows, Row(name=f"{name}, refused", value=refused, unit="")] if refused else rows


def timed(run: Callable[[], _Found]) -> tuple[float, _Found]:
    """The seconds that a call took, and what it returned."""
    started = time.perf_counter()
    found = run()
    return time.perf_counter() - started, found


def main(arguments: Sequence[str] | None = None) -> None:
    """Measures and prints."""
    parser = argparse.ArgumentParser(prog="python -m bedside.evals.bench.experts", description=__doc__)
    parser.add_argument("expert", nargs="+", help="names from `bedside tools list`")
    parser.add_argument("--file", action="append", type=Path, required=True, help="a file; twice or more often")
    parser.add_argument("--repeats", type=int, default=3, help="rounds over the files (default 3)")
    chosen = parser.parse_args(arguments)
    if len(chosen.file) < 2:
        parser.error("two files at least: the first loads the model and counts apart")
    print(f"{len(chosen.file)} files x {chosen.repeats}; {machine()}")
    with tempfile.TemporaryDirectory(prefix="bedside-bench-") as output:
        settings = Settings().model_copy(update={"output": Path(output)})
        print(table(measured(chosen.expert, chosen.file, chosen.repeats, settings)))


if __name__ == "__main__":
    main()
