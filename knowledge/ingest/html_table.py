"""Reads an HTML table as rows of "column: cell", and tells tables of data from tables that only lay out a page."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from bedside.knowledge.ingest.facts import folded

if TYPE_CHECKING:
    from selectolax.lexbor import LexborNode

_MOST_COLUMNS = 60
_MOST_SPAN = 200
Text = Callable[["LexborNode"], str]


def is_data(table: LexborNode) -> bool:
    """Whether a table holds data: two columns or more, no table or heading inside, no cell that is a whole text."""
    if (table.attributes.get("role") or "") in ("presentation", "none"):
        return False
    if any(node is not None and node != table for node in table.css("table, h1, h2, h3, h4, h5, h6, form, nav")):
        return False
    rows = table.css("tr")
    cells = table.css("td, th")
    if not rows or max(len(_cells(row)) for row in rows) < 2:
        return False
    if table.css_first("th, caption, thead") is not None:
        return True
    filled = [text for cell in cells if (text := folded(cell.text(deep=True)))]
    return len(rows) > 1 and len(filled) * 2 >= len(cells) and max((len(t) for t in filled), default=0) <= 400


def row_texts(table: LexborNode, text_of: Text) -> list[str]:
    """The rows of a data table, each as "column: cell; column: cell"; a row without column names as "cell; cell".

    Args:
        table: where `is_data`.
        text_of: gives a cell's visible text.
    """
    titles, grid, heads = _grid(table, text_of)
    names: list[str] = []
    for row in grid[:heads]:
        names += [""] * (len(row) - len(names))
        for column, text in enumerate(row):
            if text and text not in names[column].split(" / "):
                names[column] = f"{names[column]} / {text}" if names[column] else text
    return [*titles, *(line for row in grid[heads:] if (line := row_line(names, row)))]


def row_line(names: list[str], row: list[str]) -> str:
    """One row as text; a text that fills every column (a row that names a group) stands alone."""
    if len({text for text in row if text}) == 1 and len(row) > 1 and all(row):
        return row[0]
    parts = []
    for column, text in enumerate(row):
        name = names[column] if column < len(names) else ""
        if text:
            parts.append(f"{name}: {text}" if name and name != text else text)
    return "; ".join(parts)


def _grid(table: LexborNode, text_of: Text) -> tuple[list[str], list[list[str]], int]:
    """Titles above the columns, the cells' texts with spans filled in, and how many rows name the columns."""
    titles: list[str] = []
    first: list[LexborNode] = []
    grid: list[list[str]] = []
    down: dict[int, tuple[int, str]] = {}
    heads, in_head = 0, True
    for row in table.css("tr"):
        cells = _cells(row)
        line: list[str] = []
        for cell in cells:
            _carry(line, down)
            text = text_of(cell)
            wide, deep = _span(cell, "colspan", _MOST_COLUMNS), _span(cell, "rowspan", _MOST_SPAN)
            for _ in range(min(wide, _MOST_COLUMNS - len(line))):
                if deep > 1:
                    down[len(line)] = (deep - 1, text)
                line.append(text)
        _carry(line, down)
        if not any(line):
            continue
        parent = row.parent
        named = all(cell.tag == "th" for cell in cells) or (parent is not None and parent.tag == "thead")
        # A cell across all columns names a group of rows, or the table; it is no column's name.
        across = len(line) > 1 and len(set(line)) == 1
        if across and not grid:
            titles.append(line[0])
            continue
        first = first or cells
        in_head = in_head and bool(cells) and named and not across
        heads += in_head
        grid.append(line)
    if not heads and names_columns(grid, all(cell.css_first("b, strong") for cell in first)):
        heads = 1
    return titles, grid, 0 if heads == len(grid) else heads


def names_columns(grid: list[list[str]], bold: bool) -> bool:
    """Whether the first row of a table without marked headings names its columns; a wrong name would falsify a cell.

    Args:
        grid: the rows.
        bold: whether all of the first row is set in bold.
    """
    if len(grid) < 2 or not all(grid[0]) or len(set(grid[0])) != len(grid[0]) or len(grid[0]) < 2:
        return False
    values = [cell for row in grid[1:] for cell in row[1:] if cell]
    numbers = sum(any(c.isdigit() for c in cell) for cell in values)
    return bold or (not any(c.isdigit() for name in grid[0] for c in name) and numbers >= 0.6 * max(1, len(values)))


def _carry(line: list[str], down: dict[int, tuple[int, str]]) -> None:
    """Fills in cells that reach down from the rows above."""
    while len(line) in down:
        left, text = down.pop(len(line))
        if left > 1:
            down[len(line)] = (left - 1, text)
        line.append(text)
        if left > 1 and len(line) >= _MOST_COLUMNS:
            return


def _cells(row: LexborNode) -> list[LexborNode]:
    return [cell for cell in row.iter() if cell.tag in ("td", "th")]


def _span(cell: LexborNode, name: str, most: int) -> int:
    value = (cell.attributes.get(name) or "1").strip()
    return max(1, min(int(value), most)) if value.isdigit() and len(value) < 6 else 1
