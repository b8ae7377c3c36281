"""The embedded model with its weights as the file holds them, and in llama.cpp's order for the processor.

    python -m bedside.evals.bench.weights_order --repeats 5

Each is measured in a new process: tokens of a prompt read a second, tokens written a second, seconds until the first
answer (loading the file) and the most memory held. The first prompt is left out of the medians.
"""

from __future__ import annotations

import argparse
import multiprocessing
import statistics
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

from bedside.agent.models.engine import LlamaEngine
from bedside.core.settings import Settings
from bedside.evals.bench.memory import peak_memory

_WORDS = "a patient of {} has had a cough, fever and breathlessness for {} days and takes no drugs; "
_TIMES, _WRITTEN, _PATIENCE = 12, 24, 600.0


class Speed(NamedTuple):
    """What one order gives."""

    read: float
    written: float
    first: float
    memory: float


def measured(path: Path, as_stored: bool, repeats: int) -> Speed:
    """Medians over so many different prompts of about 300 tokens; memory in GB."""
    engine = LlamaEngine(path, as_stored=as_stored)
    started = time.perf_counter()
    _asked(engine, 0)
    first = time.perf_counter() - started
    found = [_asked(engine, n + 1) for n in range(repeats)]
    memory = peak_memory()
    engine.close()
    return Speed(
        read=statistics.median(float(f["prompt_per_second"]) for f in found),
        written=statistics.median(float(f["predicted_per_second"]) for f in found),
        first=first,
        memory=memory,
    )


def _asked(engine: LlamaEngine, n: int) -> dict[str, Any]:
    """llama.cpp's own times for one prompt, whose first words are no other's, so that nothing of it is kept."""
    text = "".join(_WORDS.format(20 + n * _TIMES + i, 2 + i) for i in range(_TIMES))
    request = {"messages": [{"role": "user", "content": text}], "max_tokens": _WRITTEN, "temperature": 0}
    timings = [chunk["timings"] for chunk in engine.stream(request, _PATIENCE) if chunk.get("timings")]
    return dict(timings[-1])


def apart(path: Path, as_stored: bool, repeats: int) -> Speed:
    """`measured` in a new process, whose memory is its own."""
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        return pool.apply(measured, (path, as_stored, repeats))


def main(argv: Sequence[str] | None = None) -> None:
    """Prints both."""
    from bedside.agent.models.core import embedded_file

    read = argparse.ArgumentParser(prog="python -m bedside.evals.bench.weights_order", description=__doc__)
    read.add_argument("--repeats", type=int, default=5)
    given = read.parse_args(argv)
    path = embedded_file(Settings())
    for name, as_stored in (("as the file holds them", True), ("in the processor's order", False)):
        speed = apart(path, as_stored, given.repeats)
        print(
            f"{name}: {speed.read:.1f} tokens of prompt and {speed.written:.1f} of answer a second "
            f"(medians of {given.repeats}); first answer after {speed.first:.1f} s; {speed.memory:.2f} GB"
        )


if __name__ == "__main__":
    main()
