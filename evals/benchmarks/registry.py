"""The benchmarks that are run as dialogues, one file each in this folder."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from bedside.evals.patients.case import Row
from bedside.evals.registry import import_all

Load = Callable[[Path], list[Row]]


@dataclass(frozen=True)
class Benchmark:
    """A published set.

    Attributes:
        name: what `bedside eval run` takes.
        purpose: what it measures.
        folder: of the data folder, where `--data` is not given.
        load: reads a file or folder of the published format.
        turns: how many questions and requests there may be, as published.
    """

    name: str
    purpose: str
    folder: str
    load: Load
    turns: int = 20


_BENCHMARKS: dict[str, Benchmark] = {}


def benchmark(name: str, purpose: str, folder: str, turns: int = 20) -> Callable[[Load], Load]:
    """Registers the decorated loader."""

    def add(load: Load) -> Load:
        _BENCHMARKS[name] = Benchmark(name, purpose, folder, load, turns)
        return load

    return add


@lru_cache(maxsize=1)
def benchmarks() -> dict[str, Benchmark]:
    """Every benchmark, by name."""
    import_all("bedside.evals.benchmarks")
    return _BENCHMARKS
