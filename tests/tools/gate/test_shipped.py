"""The weights that come with Bedside: of these classes, small, and refused when damaged."""

from __future__ import annotations

import shutil

import pytest
from support.gate import with_trunk

from bedside.core.errors import WeightError
from bedside.core.settings import Settings
from bedside.tools import shipped
from bedside.tools.gate import weights
from bedside.tools.gate.classes import CLASSES


def test_damaged_weights_are_refused(tmp_path):
    for name in (shipped.WEIGHT, shipped.FACTS):
        shutil.copy(weights.FOLDER / name, tmp_path / name)
    content = bytearray((tmp_path / shipped.WEIGHT).read_bytes())
    content[-5] ^= 1
    (tmp_path / shipped.WEIGHT).write_bytes(bytes(content))
    with pytest.raises(WeightError, match="sha256") as failed:
        weights.load(Settings(offline=True), tmp_path)
    assert failed.value.code == "BED-GATE-002"
    with pytest.raises(WeightError):
        weights.load(Settings(offline=True), tmp_path / "nowhere")


def test_the_shipped_weights_are_small_and_of_these_classes():
    assert (weights.FOLDER / shipped.WEIGHT).stat().st_size < 12_000_000
    trained = weights.load(with_trunk())
    assert trained.space.means.shape == (len(CLASSES), trained.space.whitening.shape[0])


def test_without_the_trunk_it_is_said_how_to_get_it(tmp_path):
    with pytest.raises(WeightError) as failed:
        weights.load(Settings(offline=True, cache=tmp_path))
    assert "efficientnet-lite0" in str(failed.value)
