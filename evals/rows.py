"""Reads the files of cases that evaluations run over: YAML lists that are checked, and JSON lines."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from bedside.core.errors import SettingsError

if TYPE_CHECKING:
    from pydantic import TypeAdapter

_Row = TypeVar("_Row")


def read_rows(path: Path, form: TypeAdapter[tuple[_Row, ...]], what: str, example: Path) -> tuple[_Row, ...]:
    """The rows of a YAML file.

    Args:
        path: of the file.
        form: of its rows.
        what: the rows in words: "vignettes".
        example: the file of that form that is kept with Bedside.

    Raises:
        SettingsError: the file cannot be read or breaks the form.
    """
    import yaml
    from pydantic import ValidationError

    try:
        return form.validate_python(yaml.safe_load(path.read_text(encoding="utf-8")))
    except (OSError, UnicodeDecodeError, yaml.YAMLError, ValidationError) as error:
        raise SettingsError(
            f"{path.name} cannot be used as {what}: {error}",
            f"Give a YAML list in the form of {example.name}.",
            code="BED-EVAL-002",
        ) from error


def json_lines(path: Path) -> list[Any]:
    """What each line of a JSON lines file holds, or of every such file of a folder, in order of name.

    Raises:
        SettingsError: there is no such file.
        OSError: one cannot be read.
        ValueError: a line is no JSON.
    """
    files = [path] if path.is_file() else sorted(path.glob("*.jsonl"))
    if not files:
        raise SettingsError(f"{path.name} holds no JSON lines.", "Give the file or its folder.", code="BED-EVAL-005")
    return [json.loads(line) for f in files for line in f.read_text(encoding="utf-8").splitlines() if line.strip()]
