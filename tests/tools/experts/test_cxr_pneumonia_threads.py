"""Films at once: each has its own scores and heat map, as when it is read alone."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
from support.chest_film import chest, write_film_dicom

from bedside.core.settings import Settings
from bedside.core.study import Study
from bedside.tools.contract import ToolRequest, ToolResult
from bedside.tools.experts.cxr_pneumonia.expert import CxrPneumonia
from bedside.tools.imaging.door import open_file


def _film(folder: Path, n: int) -> Study:
    path = write_film_dicom(folder / f"{n}.dcm", chest(seed=n, opacity=n / 4))
    return open_file(path, attachment_id=f"A{n}", limit_bytes=10**8)


def test_films_that_are_read_at_once_are_read_as_alone(tmp_path: Path) -> None:
    tool = CxrPneumonia(Settings(home=tmp_path / "home"))
    films = [_film(tmp_path, n) for n in range(4)]

    def read(film: Study, folder: str) -> tuple[list[float], int]:
        result: ToolResult = tool.run(ToolRequest(question="Pneumonia?", study=film, output=tmp_path / folder))
        assert result.refusal is None
        return [label.score for label in result.labels], len(result.artefacts)

    alone = [read(film, "alone") for film in films]
    with ThreadPoolExecutor(max_workers=8) as pool:
        at_once = list(pool.map(lambda n: read(films[n % 4], f"at-once-{n}"), range(16)))
    for n, (scores, drawn) in enumerate(at_once):
        assert np.allclose(scores, alone[n % 4][0], atol=1e-3)
        assert drawn == alone[n % 4][1]
