"""A benchmark as a task of inspect-ai: a sample for each case, the dialogue as its solver, the marks as its scorer.

The log that it leaves in the run's folder opens in inspect's viewer (``inspect view --log-dir FOLDER/logs``).
"""

from __future__ import annotations

import contextlib
import gc
import io
import logging
from collections.abc import Callable, Iterator, Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from bedside.core.errors import SettingsError
from bedside.evals.patients.case import Row
from bedside.evals.patients.dialogue import Dialogue

Talk = Callable[[Row], Dialogue]
Mark = Callable[[Row, Dialogue], dict[str, float]]
HOW_TO_GET = "pip install 'bedside[evals]'"


def available() -> bool:
    """Whether inspect-ai is installed."""
    return find_spec("inspect_ai") is not None


def run_logged(
    name: str, rows: Sequence[Row], talk: Talk, mark: Mark, folder: Path, at_once: int, about: dict[str, Any]
) -> None:
    """Runs every row through `talk` as one inspect-ai evaluation, and leaves its log in `folder`.

    Args:
        name: of the task.
        rows: the cases.
        talk: has one dialogue; called from `at_once` threads.
        mark: what a dialogue scores, by name.
        folder: where the log goes.
        at_once: how many dialogues run at the same time.
        about: what the log says of the run.

    Raises:
        SettingsError: inspect-ai is not installed, or the run could not be made.
    """
    try:
        import inspect_ai
    except ImportError as error:
        raise SettingsError(
            "Dialogues are run by inspect-ai, which is not installed.",
            f"Install it: {HOW_TO_GET}.",
            code="BED-EVAL-007",
        ) from error
    faults: list[BaseException] = []
    task = _task(name, rows, talk, mark, at_once, faults)
    with contextlib.redirect_stdout(io.StringIO()), _few_collections(), _logging_kept():
        logs = inspect_ai.eval(
            task, model=None, display="none", log_dir=str(folder), max_samples=at_once, metadata=about,
            log_realtime=False, log_buffer=max(len(rows), 1), score_display=False,
            fail_on_error=True, log_level="error",
        )  # fmt: skip
    if faults:
        raise faults[0]
    if logs[0].status != "success":
        why = str(logs[0].error.message if logs[0].error else logs[0].status)
        raise SettingsError(f"The evaluation {name} stopped: {why}", "Run it again: it goes on.", code="BED-EVAL-008")


@contextlib.contextmanager
def _logging_kept() -> Iterator[None]:
    """Gives the root logger its level and handlers back, which inspect sets for its own use."""
    root = logging.getLogger()
    level, handlers = root.level, root.handlers[:]
    try:
        yield
    finally:
        root.setLevel(level)
        root.handlers[:] = handlers


@contextlib.contextmanager
def _few_collections() -> Iterator[None]:
    """Leaves what is in memory out of garbage collection meanwhile: the knowledge is large, stays, and is no garbage.

    inspect makes many objects for each sample; looking through everything took a quarter of a short dialogue's time.
    """
    before = gc.get_threshold()
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, *before[1:])
    try:
        yield
    finally:
        gc.set_threshold(*before)
        gc.unfreeze()


def _task(name: str, rows: Sequence[Row], talk: Talk, mark: Mark, at_once: int, faults: list[BaseException]) -> Any:
    from inspect_ai import Task
    from inspect_ai.dataset import MemoryDataset, Sample
    from inspect_ai.scorer import Score, mean, scorer
    from inspect_ai.solver import solver
    from inspect_ai.util import concurrency

    by_id = {row.case.id: row for row in rows}
    said: dict[str, Dialogue] = {}

    @solver(name="dialogue")  # type: ignore[untyped-decorator]
    def dialogue() -> Any:
        async def solve(state: Any, generate: Any) -> Any:
            import anyio
            import anyio.to_thread

            async with concurrency("dialogues", at_once):
                try:
                    # A limiter of its own: anyio's lets 40 threads run, however many are wanted.
                    done = await anyio.to_thread.run_sync(
                        talk, by_id[str(state.sample_id)], limiter=anyio.CapacityLimiter(1)
                    )
                except Exception as error:
                    faults.append(error)
                    raise
            said[done.case] = done
            state.messages.extend(_messages(done))
            state.output.completion = done.turns[-1].text if done.turns else done.failure
            return state

        return solve

    @scorer(name="marks", metrics={"*": [mean()]})  # type: ignore[untyped-decorator]
    def marks() -> Any:
        async def score(state: Any, target: Any) -> Any:
            row = by_id[str(state.sample_id)]
            return Score(value=dict(mark(row, said[row.case.id])), explanation=said[row.case.id].failure or None)

        return score

    samples = [Sample(id=r.case.id, input=_asked(r), target=r.gold.diagnosis or r.gold.option) for r in rows]
    return Task(name=name, dataset=MemoryDataset(samples), solver=dialogue(), scorer=marks())


def _asked(row: Row) -> str:
    return row.case.objective or row.case.question or row.case.id


def _messages(dialogue: Dialogue) -> list[Any]:
    """The transcript as the viewer shows it: the doctor is the assistant, everybody else the user."""
    from inspect_ai.model import ChatMessageAssistant, ChatMessageUser

    out: list[Any] = []
    for turn in dialogue.turns:
        if turn.speaker == "doctor":
            out.append(ChatMessageAssistant(content=turn.text))
        else:
            out.append(ChatMessageUser(content=f"{turn.speaker}: {turn.text}"))
    return out
