"""`python -m bedside.evals.bench.corpus_interrupted`: adding MedQuAD is killed with SIGKILL at random moments.

Once MedQuAD is added undisturbed. Then it is added again by processes that are killed one after another; after each, a
copy of what is left is verified. The last is let finish, and everything that is then held is compared with what the
undisturbed one holds. Exit 1 where they differ. A moment is drawn as so many passages held and a part of a second or
more after that, as long as one transaction takes: so it does not depend on how busy the machine is.
"""

from __future__ import annotations

import argparse
import json
import random
import shutil
import signal
import subprocess
import sys
import tarfile
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

from bedside.core.settings import Settings
from bedside.evals.bench.corpus_compared import compared, held_by
from bedside.evals.bench.corpus_words import WordVectors
from bedside.knowledge.documents import Trust
from bedside.knowledge.ingest.files import files_in
from bedside.retrieval.corpus.adding import Filing, add_files
from bedside.retrieval.corpus.database import Database
from bedside.retrieval.corpus.store import Corpus
from bedside.retrieval.corpus.synced import SyncedIndex
from bedside.retrieval.embed import Embedder, MiniLm
from bedside.retrieval.vectors import Floats

_THIS = "bedside.evals.bench.corpus_interrupted"
_WORKING = "working"
_A_BATCH = 256  # passages in a transaction of the store


class Plan(NamedTuple):
    """What is added, how often it is killed, and by what seed the moments are drawn.

    Attributes:
        data: the folder or file that is added.
        embedder: "minilm" or "words".
        kills: how many.
        seed: of the moments and of the questions.
        queries: how many of the documents' own titles are searched for in the end.
    """

    data: Path
    embedder: str
    kills: int
    seed: int
    queries: int


def main(arguments: Sequence[str] | None = None) -> int:
    """Reads the command line, runs the trial, prints what happened; gives the exit code."""
    parser = argparse.ArgumentParser(prog=f"python -m {_THIS}", description=__doc__)
    parser.add_argument("--data", type=Path, help="what is added; medquad in BEDSIDE_DATA where it is not given")
    parser.add_argument("--folders", help="only these folders of its archive, with commas between: 9_CDC_QA,6_NINDS_QA")
    parser.add_argument("--kills", type=int, default=10)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--queries", type=int, default=50, help="searches compared in the end")
    parser.add_argument(
        "--embedder", choices=("minilm", "words"), default="minilm",
        help="words: vectors of hashed words, made so quickly that kills hit reading and writing too",
    )  # fmt: skip
    parser.add_argument("--into", type=Path, help=argparse.SUPPRESS)
    parser.add_argument("--open", type=Path, help=argparse.SUPPRESS)
    given = parser.parse_args(arguments)
    data = given.data or (Settings().data or Path()) / "medquad"
    plan = Plan(data, given.embedder, given.kills, given.seed, given.queries)
    if given.into:
        add_telling(given.into, plan)
    elif given.open:
        print(f"{opened(given.open):.3f}")
    else:
        with tempfile.TemporaryDirectory() as scratch:
            if given.folders:
                plan = plan._replace(data=part_of(data, given.folders.split(","), Path(scratch) / "part.tar.gz"))
            return trial(plan, Path(scratch))
    return 0


def trial(plan: Plan, scratch: Path) -> int:
    """Adds undisturbed, adds killed, compares; 0 where both hold the same."""
    calm, shaken = scratch / "calm", scratch / "shaken"
    process = _started(calm, plan)
    result: dict[str, Any] = json.loads(process.communicate()[0].splitlines()[-1])
    passages, seconds = result["passages"], result["seconds"]
    print(
        f"Undisturbed: {result['documents']:,} documents, {passages:,} passages in {seconds:.1f} s by "
        f"{plan.embedder} ({passages / seconds:,.1f} passages/s); opened in a new process in {_cold(calm, plan)} s.",
        flush=True,
    )
    rng = random.Random(plan.seed)  # noqa: S311  moments, not secrets
    moments = sorted(rng.randrange(passages) for _ in range(plan.kills))
    transaction = seconds * _A_BATCH / passages
    expected = held_by(calm, embedder_of(plan.embedder))
    sound = True
    for number, moment in enumerate(moments, start=1):
        after = _killed(shaken, plan, moment, rng.uniform(0, transaction))
        state, good = _state(shaken, scratch / "copy", plan, expected)
        sound = sound and good
        print(f"Kill {number} of {plan.kills}: {after} {state}", flush=True)
    output = _started(shaken, plan).communicate()[0]
    last: dict[str, Any] = json.loads(output.splitlines()[-1])
    print(f"The last was let finish: {last['added']:,} documents added, {last['unchanged']:,} held already.")
    problems = compared(calm, shaken, embedder_of(plan.embedder), plan.queries, plan.seed)
    for line in problems or ["The same as undisturbed: documents, passages, vectors and searches."]:
        print(line)
    return int(bool(problems) or not sound)


def add_telling(folder: Path, plan: Plan) -> None:
    """Adds in this process; prints a line before the first vectors are made, and the counts in the end."""
    embedder = _Telling(embedder_of(plan.embedder))
    filing = Filing(collection="medquad", trust=Trust.PATIENT_INFORMATION)
    started = time.perf_counter()
    with Corpus(folder, embedder) as corpus:
        embedder.held = sum(each.passages for each in corpus.collections())
        counts = add_files(corpus, files_in(plan.data), filing, embedder.wrote).counts
        held = corpus.collections()
    documents, passages = sum(each.documents for each in held), sum(each.passages for each in held)
    seconds = time.perf_counter() - (embedder.began or started)
    print(json.dumps({**counts.model_dump(), "documents": documents, "passages": passages, "seconds": seconds}))


def embedder_of(name: str) -> Embedder:
    """The embedder of that name, not loaded yet."""
    return WordVectors() if name == "words" else MiniLm(Settings())


def opened(folder: Path) -> float:
    """Seconds until the corpus and its index can be searched."""
    started = time.perf_counter()
    if SyncedIndex(Database(folder), folder / "index").fresh() is None:
        raise SystemExit(f"{folder} is empty")
    return time.perf_counter() - started


def part_of(data: Path, folders: Sequence[str], target: Path) -> Path:
    """Writes an archive of only these folders of the one in `data`."""
    archive = data if data.is_file() else next(iter(sorted(data.glob("*.tar.gz"))), data)
    with tarfile.open(archive) as whole, tarfile.open(target, "w:gz", compresslevel=1) as part:
        for member in whole:
            if member.isfile() and member.name.removeprefix("./").split("/")[0] in folders:
                part.addfile(member, whole.extractfile(member))
    return target


class _Telling:
    """An embedder that says when it begins, and how much is held after each transaction.

    Attributes:
        began: when the first vectors were asked for; passing over what is held already is not part of the work.
        held: passages that were held at the start.
    """

    def __init__(self, inner: Embedder) -> None:
        self.identity = inner.identity
        self.began = 0.0
        self.held = 0
        self._inner = inner

    def encode(self, texts: Sequence[str]) -> Floats:
        """The vectors, (N, D) float32."""
        if not self.began:
            self._inner.encode(["loads what is loaded once"])
            self.began = time.perf_counter()
            self.wrote(0, 0)
        return self._inner.encode(texts)

    def wrote(self, _: int, passages: int) -> None:
        """Says how many passages are held, so many of them written by this process."""
        print(_WORKING, self.held + passages, flush=True)


def _started(folder: Path, plan: Plan) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", _THIS, "--into", str(folder), "--data", str(plan.data)]
    command += ["--embedder", plan.embedder]
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True)  # noqa: S603  this program itself


def _cold(folder: Path, plan: Plan) -> str:
    command = [sys.executable, "-m", _THIS, "--open", str(folder), "--data", str(plan.data)]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()  # noqa: S603


def _killed(folder: Path, plan: Plan, moment: int, seconds: float) -> str:
    """Lets a process work until so many passages are held, then so many seconds, and kills it; says what happened."""
    process = _started(folder, plan)
    held = -1
    for line in process.stdout or ():
        word, _, number = line.strip().partition(" ")
        held = int(number) if word == _WORKING else -1
        if held >= moment:
            break
    try:
        process.wait(timeout=seconds if held >= 0 else None)
        return f"meant for {moment:,} passages, but it had finished;"
    except subprocess.TimeoutExpired:
        process.kill()
        code = process.wait()
    finally:
        if process.stdout is not None:
            process.stdout.close()
    how = "SIGKILL" if code == -signal.SIGKILL else f"exit {code}"
    return f"{how} {seconds:.2f} s after {held:,} passages were held (meant for {moment:,});"


def _state(folder: Path, copy: Path, plan: Plan, expected: Sequence[Any]) -> tuple[str, bool]:
    """What a kill left, read from a copy: the next process meets the files as they are."""
    shutil.rmtree(copy, ignore_errors=True)
    shutil.copytree(folder, copy)
    with Corpus(copy, embedder_of(plan.embedder)) as corpus:
        documents = corpus.documents()
        passages = sum(each.passages for each in corpus.collections())
        problems = corpus.verify()
    held = held_by(copy, embedder_of(plan.embedder))
    whole = list(held) == list(expected[: len(held)])
    files = ", ".join(sorted(path.name for path in folder.rglob("*") if path.is_file()))
    said = "; ".join(problems) or "sound"
    order = "the first of the undisturbed" if whole else "NOT the first of the undisturbed"
    return f"{len(documents):,} documents, {passages:,} passages, {said}, {order} ({files}).", whole and not problems


if __name__ == "__main__":
    sys.exit(main())
