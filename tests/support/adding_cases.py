"""Adds made cases in a process of its own, so that a test can kill it.

    python -m support.adding_cases HOME FOLDER [PAUSE]

PAUSE is slept in each embedding, so that a kill hits any moment. Prints the number of each case once it is kept.
"""

from __future__ import annotations

import sys
import time
from pathlib import Path

from bedside.core.errors import BedsideError
from bedside.core.study import Study
from bedside.retrieval.vectors import Floats
from bedside.tools.similar.adding import add_folder
from bedside.tools.similar.cases import Cases, Shelf
from support.case_files import settings_in
from support.cell_embedder import CellEmbedder

PAUSE = float(sys.argv[3]) if len(sys.argv) > 3 else 0.0


class SlowEmbedder(CellEmbedder):
    """The cell embedder with a pause."""

    def encode(self, study: Study) -> Floats:
        time.sleep(PAUSE)
        return super().encode(study)


if __name__ == "__main__":
    home, folder = Path(sys.argv[1]), Path(sys.argv[2])
    try:
        with Cases(settings_in(home), (Shelf("pictures", SlowEmbedder),)) as cases:
            add_folder(cases, folder, folder / "labels.csv", 10_000_000, lambda row, of: print(row, flush=True))
    except BedsideError as error:
        print(error, flush=True)
        sys.exit(2)
