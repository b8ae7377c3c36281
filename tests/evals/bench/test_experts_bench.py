"""The benchmark of experts: it times what is read and what is refused, and wants two files."""

from __future__ import annotations

import numpy as np
import pytest
from PIL import Image

from bedside.evals.bench.experts import main


def _picture(folder, number):
    grey = np.random.default_rng(number).integers(0, 256, (240, 240), dtype=np.uint8)
    Image.fromarray(grey).save(folder / f"{number}.png")
    return str(folder / f"{number}.png")


def test_it_prints_the_time_of_each_expert_and_what_was_refused(tmp_path, capsys):
    files = [word for number in (1, 2) for word in ("--file", _picture(tmp_path, number))]
    main(["cxr_lungs", *files, "--repeats", "1"])
    printed = capsys.readouterr().out
    assert "2 files x 1" in printed
    seconds = {line.rsplit("  ", 3)[0].strip() for line in printed.splitlines()}
    assert any(name.startswith("cxr_lungs, median") for name in seconds)
    assert any(line.startswith("cxr_lungs, refused") and "2.000" in line for line in printed.splitlines())


def test_one_file_is_not_enough(tmp_path, capsys):
    with pytest.raises(SystemExit):
        main(["cxr_lungs", "--file", _picture(tmp_path, 1)])
    assert "two files" in capsys.readouterr().err
