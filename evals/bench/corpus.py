"""`python -m bedside.evals.bench.corpus`: speed, memory and recall of a corpus of a user's documents, by its size.

Each size is built in a folder of its own, then opened cold and queried in a process of its own.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from bedside.core.settings import Settings
from bedside.evals.bench.corpus_made import MadeCorpus, base_vectors
from bedside.evals.bench.corpus_plot import cost_curve
from bedside.evals.bench.corpus_texts import Material, material
from bedside.evals.bench.memory import peak_memory
from bedside.retrieval.corpus.database import FILE, Database
from bedside.retrieval.corpus.lexical import LexicalSearch
from bedside.retrieval.corpus.rows import rows_after
from bedside.retrieval.corpus.store import Corpus
from bedside.retrieval.corpus.synced import SyncedIndex
from bedside.retrieval.embed import MiniLm
from bedside.retrieval.vectors import Floats

_QUERIES = 200
_WITH_SENTENCES = 9
_EMBEDDED = 20
_SEEN = 10


def main(arguments: Sequence[str] | None = None) -> None:
    """Reads the command line, measures each size and prints a table; `--plot` draws the cost curve as SVG."""
    parser = argparse.ArgumentParser(prog="python -m bedside.evals.bench.corpus", description=__doc__)
    parser.add_argument("--sizes", default="10000,100000", help="passages, with commas between")
    parser.add_argument("--base", type=int, default=4000, help="real passages that are embedded; the rest are copies")
    parser.add_argument("--plot", type=Path, help="write the cost curve here (SVG)")
    parser.add_argument("--folder", type=Path, help="build here and keep it; otherwise in a temporary folder")
    parser.add_argument("--query", type=Path, help=argparse.SUPPRESS)
    given = parser.parse_args(arguments)
    settings = Settings()
    source = material(settings.data, given.base)
    if given.query:
        print(json.dumps(queried(given.query, source, settings)))
        return
    rows = []
    for size in (int(part) for part in given.sizes.split(",")):
        with tempfile.TemporaryDirectory() as scratch:
            rows.append(measured((given.folder or Path(scratch)) / str(size), size, source, settings, given.base))
        print(line(rows[-1]), flush=True)
    if given.plot:
        given.plot.write_text(cost_curve(rows, source.name), encoding="utf-8")


def measured(folder: Path, size: int, source: Material, settings: Settings, base: int) -> dict[str, Any]:
    """Builds a corpus of `size` passages and measures it."""
    embedder = MiniLm(settings)
    vectors = base_vectors([" ".join(p) for p in source.passages], embedder, settings.cache)
    made = MadeCorpus(source, vectors, embedder.identity)
    started = time.perf_counter()
    with Corpus(folder, made) as corpus:
        corpus.add(made.documents(size))
    seconds = time.perf_counter() - started - made.apart
    command = [sys.executable, "-m", "bedside.evals.bench.corpus", "--query", str(folder), "--base", str(base)]
    done = subprocess.run(command, check=True, capture_output=True, text=True)  # noqa: S603  this program itself
    out: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    bytes_held = sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())
    return {"size": size, "ingest": size / seconds, "disk": bytes_held / 1e6, **out}


def queried(folder: Path, source: Material, settings: Settings) -> dict[str, Any]:
    """Opens a corpus cold and queries it; runs in a process of its own."""
    started = time.perf_counter()
    database = Database(folder)
    index = SyncedIndex(database, folder / "index").fresh()
    opened = time.perf_counter() - started
    if index is None:
        raise SystemExit(f"{folder / FILE} is empty")
    embedder = MiniLm(settings)
    asked = source.questions[:_QUERIES]
    vectors = base_vectors(asked, embedder, settings.cache)
    out: dict[str, Any] = {"kind": index.kind.value, "open": opened, "memory_store": peak_memory() * 1000}
    out["embed"] = timed(["warm", *asked[:_EMBEDDED]], lambda text: embedder.encode([text]))
    out["dense"] = timed(list(vectors), lambda vector: index.search(vector, 100))
    lexical = LexicalSearch(database)
    out["lexical"] = timed(asked, lambda text: lexical.search(text, 100, len(index)))
    out["recall"] = recall(database, vectors, [index.search(v, _SEEN)[0].tolist() for v in vectors])
    known = Known(embedder, asked, vectors)
    with Corpus(folder, known) as corpus:
        out["whole"] = timed(asked, lambda text: corpus.search(text, sentences=False))
        out["filtered"] = timed(
            asked, lambda text: corpus.search(text, sentences=False, collections=["protocols"], year_from=2020)
        )
        out["sentences"] = timed(asked[:_WITH_SENTENCES], lambda text: corpus.search(text, sentences=True))
    out["memory"] = peak_memory() * 1000
    return out


class Known:
    """An embedder that has the questions' vectors ready: what is left of a query's time is the store's own."""

    def __init__(self, inner: MiniLm, texts: Sequence[str], vectors: Floats) -> None:
        self.identity = inner.identity
        self._inner = inner
        self._vectors = dict(zip(texts, vectors, strict=True))

    def encode(self, texts: Sequence[str]) -> Floats:
        """The vectors, (N, D) float32."""
        if all(text in self._vectors for text in texts):
            return np.stack([self._vectors[text] for text in texts])
        return self._inner.encode(texts)


def timed(inputs: Sequence[Any], run: Callable[[Any], object]) -> tuple[float, float, float]:
    """Milliseconds for one input: median, 95th percentile, and the 95th of the processor's time.

    The first input is not counted: it loads what is loaded once. Where other programs share the processor, its time
    says what the elapsed time would be without them.
    """
    spent, worked = [], []
    for given in inputs:
        started, at_work = time.perf_counter(), time.process_time()
        run(given)
        spent.append(1000 * (time.perf_counter() - started))
        worked.append(1000 * (time.process_time() - at_work))
    return tuple(float(np.percentile(row[1:], p)) for row, p in ((spent, 50), (spent, 95), (worked, 95)))  # type: ignore[return-value]


def recall(database: Database, queries: Floats, found: Sequence[Sequence[int]]) -> float:
    """The share of the exactly nearest ten that the index found, over all queries."""
    width = queries.shape[1]
    best = np.full((len(queries), _SEEN), -2.0, dtype=np.float32)
    best_rows = np.zeros((len(queries), _SEEN), dtype=np.int64)
    rows, vectors = rows_after(database, 0, width)
    while len(rows):
        scores = np.concatenate([best, queries @ vectors.T], axis=1)
        all_rows = np.concatenate([best_rows, np.broadcast_to(rows, (len(queries), len(rows)))], axis=1)
        order = np.argpartition(-scores, _SEEN - 1, axis=1)[:, :_SEEN]
        best, best_rows = np.take_along_axis(scores, order, 1), np.take_along_axis(all_rows, order, 1)
        rows, vectors = rows_after(database, int(rows[-1]), width)
    shares = [len(set(a) & set(b)) / _SEEN for a, b in zip(best_rows.tolist(), found, strict=True)]
    return float(np.mean(shares))


def line(row: dict[str, Any]) -> str:
    """One size, in words. `whole` and `filtered` leave out the embedding of the query, which is `embed`."""
    steps = ("embed", "dense", "lexical", "whole", "filtered", "sentences")
    times = ", ".join(f"{name} {row[name][0]:.0f}/{row[name][1]:.0f}/{row[name][2]:.0f}" for name in steps)
    return (
        f"{row['size']:>9,} passages ({row['kind']}): ms p50/p95/processor p95 {times}; recall@10 {row['recall']:.3f}; "
        f"ingest {row['ingest']:,.0f}/s; cold open {row['open']:.2f} s; memory {row['memory_store']:,.0f} MB, "
        f"with the embedder {row['memory']:,.0f} MB; "
        f"disk {row['disk']:,.0f} MB"
    )


if __name__ == "__main__":
    main()
