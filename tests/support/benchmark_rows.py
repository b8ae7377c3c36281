"""What must be so of the rows of every benchmark, and small ways to write the files that they read."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from bedside.evals.patients.case import Row

SECRET = "zyxxite-of-the-canary"


def check(rows: Sequence[Row], faults: int = 0) -> None:
    """Ids are unique, so many rows have a fault, and each of the others can be asked and scored."""
    names = [row.case.id for row in rows]
    assert len(names) == len(set(names))
    assert [r.fault for r in rows].count("") == len(rows) - faults, [r.fault for r in rows if r.fault]
    for row in rows:
        if not row.fault:
            _check(row)


def _check(row: Row) -> None:
    case, gold = row.case, row.gold
    facts = [f.id for f in case.facts]
    assert len(facts) == len(set(facts))
    assert all(p.path is not None and p.path.is_file() for p in case.pictures if p.given)
    if case.task == "choose":
        letters = [o.letter for o in case.options]
        assert len(letters) > 1
        assert len(letters) == len(set(letters))
        assert all(o.text for o in case.options)
        assert gold.option in letters
        assert case.question
    elif case.task == "write":
        assert gold.texts or gold.rubric
        assert case.question
    else:
        assert gold.diagnosis
        assert not case.options


def tells_no_secret(rows: Iterable[Row], secret: str = SECRET) -> bool:
    """Whether no case holds the secret that the test put where only what is right is."""
    return all(secret not in row.case.model_dump_json() for row in rows)


def write_lines(path: Path, raws: Iterable[Any], cut: bool = False) -> Path:
    """Writes JSON lines; with `cut` a last line that breaks off."""
    path.parent.mkdir(parents=True, exist_ok=True)
    lines = [json.dumps(raw) for raw in raws]
    path.write_text("\n".join([*lines, *([lines[0][: len(lines[0]) // 2]] if cut else [])]), encoding="utf-8")
    return path


def write_list(path: Path, raws: Iterable[Any], cut: bool = False) -> Path:
    """Writes a JSON list; with `cut` it breaks off in an item behind them."""
    path.parent.mkdir(parents=True, exist_ok=True)
    text = json.dumps(list(raws), indent=1)
    path.write_text(text[: text.rindex("]")] + ', {"broken' if cut else text, encoding="utf-8")
    return path


def write_table(path: Path, raws: Sequence[Mapping[str, Any]]) -> Path:
    """Writes a CSV, or a TSV by its name, with the keys of the first row as its header."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(raws[0]), delimiter="\t" if path.suffix == ".tsv" else ",")
        writer.writeheader()
        writer.writerows(raws)
    return path


def write_image(path: Path) -> Path:
    """Writes a small grey picture."""
    from PIL import Image

    path.parent.mkdir(parents=True, exist_ok=True)
    Image.new("L", (8, 8), 90).save(path)
    return path
