"""The two-stage outline, with tiny networks made on the spot that call bright voxels brain."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch
from support.phantom import head

from bedside.tools.experts.brain_network import BrainNetworks, _box, _nearest
from bedside.tools.experts.segmentation.pieces import filled, largest


class Bright(torch.nn.Module):
    """Two channels, the second the probability of brain: whatever is brighter than the trained mean."""

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        brain = torch.sigmoid(200.0 * (x - 0.5))
        return torch.cat([1.0 - brain, brain], dim=1)


@pytest.fixture
def networks(tmp_path: Path) -> BrainNetworks:
    torch.jit.script(Bright()).save(str(tmp_path / "net.pt"))
    return BrainNetworks(tmp_path / "net.pt", tmp_path / "net.pt")


def test_a_bright_ball_is_outlined_on_its_own_grid(networks: BrainNetworks) -> None:
    volume, truth = head((60, 70, 50), (3.0, 3.0, 3.5))
    steps: list[float] = []
    found = networks.find(volume, steps.append)
    assert found is not None
    assert 2 * (found.mask & truth).sum() / (found.mask.sum() + truth.sum()) > 0.97
    assert found.tight <= found.mask.sum() <= found.loose * 1.01
    assert found.one_piece == 1
    assert steps == sorted(steps)


def test_an_empty_volume_has_no_brain(networks: BrainNetworks) -> None:
    assert networks.find(np.zeros((40, 40, 40), np.float32), lambda share: None) is None


def test_resampling_takes_the_nearest_voxel() -> None:
    ramp = np.arange(4, dtype=np.float32)[:, None, None]
    assert _nearest(ramp, (8, 1, 1)).ravel().tolist() == [0, 0, 1, 1, 2, 2, 3, 3]
    assert _nearest(ramp, (2, 1, 1)).ravel().tolist() == [1, 3]


def test_the_largest_piece_is_kept() -> None:
    region = np.zeros((9, 9, 9), bool)
    region[0, 0, 0] = region[4:7, 4:7, 4:7] = True
    assert largest(region).sum() == 27
    assert not largest(np.zeros((3, 3, 3), bool)).any()


def test_holes_are_filled_and_bays_are_not() -> None:
    region = np.zeros((9, 9, 9), bool)
    region[2:7, 2:7, 2:7] = True
    region[4, 4, 4] = False
    assert filled(region).sum() == 125
    region[4, 4, 4:9] = False
    assert not filled(region)[4, 4, 4]


def test_stray_voxels_do_not_widen_the_box() -> None:
    rough = np.zeros((128, 128, 128), bool)
    rough[40:90, 40:90, 40:90] = True
    rough[0, 0, 0] = True
    box = _box(rough, (256, 128, 128))
    assert box is not None
    assert box == (slice(70, 190), slice(35, 95), slice(35, 95))
