from __future__ import annotations

from pathlib import Path

from support.small_library import small_library

from bedside.knowledge.coverage import coverage_page
from bedside.knowledge.library import load_library
from bedside.knowledge.schema import Specialty

PAGE = Path(__file__).resolve().parents[2] / "docs" / "guidelines.md"


def test_the_page_in_the_documentation_is_that_of_the_library() -> None:
    page = coverage_page(load_library())
    assert PAGE.read_text(encoding="utf-8") == page, "write it again: bedside knowledge coverage > docs/guidelines.md"


def test_every_specialty_has_a_row_and_the_rows_add_up(tmp_path: Path) -> None:
    library = small_library(tmp_path)
    page = coverage_page(library)
    rows = [line.split("|")[1:4] for line in page.splitlines() if line.startswith("| ")]
    counts = {name.strip(): (held.strip(), said.strip()) for name, held, said in rows}
    assert counts.keys() >= {s.value for s in Specialty}
    held = sum(int(counts[s.value][0]) for s in Specialty)
    said = sum(int(counts[s.value][1]) for s in Specialty)
    assert (held, said) == (len(library.guidelines), len(library.passages()))
