"""The benchmark of bundles goes through what a user's bundle goes through, and prints its figures."""

from __future__ import annotations

import pytest

from bedside.evals.bench import windows


def test_it_measures_a_small_volume_and_prints_windows_time_and_memory(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    small = {
        **windows.NETWORKS["spleen"],
        "network_def": {**windows.NETWORKS["spleen"]["network_def"], "channels": [4, 8], "strides": [2]},
        "inferer": {"roi_size": [16, 16, 16], "overlap": 0.5},
    }
    monkeypatch.setitem(windows.NETWORKS, "spleen", small)
    windows.main(["spleen", "--size", "24"])
    lines = capsys.readouterr().out.splitlines()
    assert "24 x 24 x 24" in lines[0] and "n = 1" in lines[0]
    rows = {line[:34].strip(): line.split()[-1] for line in lines[2:]}
    assert any(line.startswith("windows ") and line.split()[1] == "8.000" for line in lines)
    assert any("target 3 GB" in line for line in lines)
    assert len(rows) == 7
