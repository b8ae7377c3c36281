"""What the segmenters share: the network as MONAI builds it, its weights, warps, views, the fit, masks."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import torch
from support.outlined_sets import crop

from bedside.core.errors import WeightError
from bedside.tools.experts.segmentation.fit import Recipe, fit
from bedside.tools.experts.segmentation.network import Shape, trainable, usable, weights_of
from bedside.tools.experts.segmentation.overlap import dice
from bedside.tools.experts.segmentation.pieces import filled, largest
from bedside.tools.experts.segmentation.split import PARTS, part_of
from bedside.tools.experts.segmentation.views import Mirror, View, probabilities
from bedside.tools.experts.segmentation.warp import Warp, warped
from bedside.tools.experts.segmentation.weights import load, save
from bedside.tools.shipped import FACTS, WEIGHT

FLAT, DEEP = Shape(2, 3, (8, 12, 16, 24)), Shape(3, 2, (4, 6, 8))
Watch = Callable[[int, torch.nn.Module], None]
STILL = Warp(turn=0, zoom=0, stretch=0, shift=0, bend=0, gamma=0, gain=0, slope=0, grain=0, blur=0)


def side_labels(side: int = 48) -> np.ndarray:
    """Two boxes beside each other, 1 and 2, of which the first is taller."""
    labels = np.zeros((side, side), dtype=np.uint8)
    labels[10:40, 6:20], labels[14:30, 28:42] = 1, 2
    return labels


@pytest.mark.parametrize("shape", [FLAT, DEEP])
def test_the_network_answers_as_monai_s_with_the_same_weights(shape: Shape) -> None:
    torch.manual_seed(1)
    made = trainable(shape).eval()
    sample = torch.randn(2, 1, *(4 * shape.step,) * shape.dimensions)
    with torch.inference_mode():
        assert torch.allclose(made(sample), usable(shape, weights_of(made))(sample), atol=1e-5)


def test_weights_come_back_and_changed_ones_are_refused(tmp_path: Path) -> None:
    made = trainable(FLAT).eval()
    save(made, FLAT, {"why": "test"}, tmp_path)
    found = load(tmp_path)
    sample = torch.randn(1, 1, 32, 32)
    with torch.inference_mode():
        assert torch.equal(found.network(sample), usable(FLAT, weights_of(made))(sample))
    assert (found.shape, found.facts["why"]) == (FLAT, "test")
    content = bytearray((tmp_path / WEIGHT).read_bytes())
    content[-1] ^= 1
    (tmp_path / WEIGHT).write_bytes(content)
    with pytest.raises(WeightError, match="sha256") as caught:
        load(tmp_path)
    assert caught.value.code == "BED-WEIGHT-030"


def test_weights_of_another_network_and_missing_ones_are_refused(tmp_path: Path) -> None:
    save(trainable(FLAT), FLAT, {}, tmp_path)
    facts = json.loads((tmp_path / FACTS).read_text())
    (tmp_path / FACTS).write_text(json.dumps({**facts, "network": list(DEEP)}))
    for folder in (tmp_path, tmp_path / "nothing"):
        with pytest.raises(WeightError):
            load(folder)


def test_an_outline_moves_with_its_image() -> None:
    labels = np.stack([side_labels()] * 8)
    images = (labels > 0).astype(np.float32)
    warp = STILL._replace(turn=0.4, zoom=0.2, stretch=0.1, shift=0.15, bend=0.08)
    out, wanted = warped(images, labels, warp, np.random.default_rng(1))
    for image, label in zip(out[:, 0].numpy(), wanted[:, 0].numpy(), strict=True):
        assert dice(image > (image.max() + image.min()) / 2, label > 0) > 0.93
    assert any(dice(label > 0, labels[0] > 0) < 0.9 for label in wanted[:, 0].numpy())


def test_a_mirrored_sample_exchanges_its_sides() -> None:
    labels = np.stack([side_labels()] * 12)
    warp = STILL._replace(mirror=1, swapped=(1, 2))
    _, wanted = warped(labels.astype(np.float32) / 2, labels, warp, np.random.default_rng(2))
    found = list(wanted[:, 0].numpy())
    mirrored = [label for label in found if not np.array_equal(label, labels[0])]
    assert 2 < len(mirrored) < 10
    swapped = np.choose(labels[0], [0, 2, 1])[:, ::-1]
    assert all(np.array_equal(label, swapped) for label in mirrored)


def test_a_warp_of_nothing_changes_nothing_but_the_scale() -> None:
    volume, labels = crop(shape=(16, 24, 16))
    images = ((volume - volume.min()) / np.ptp(volume))[None]
    out, wanted = warped(images, labels[None], STILL, np.random.default_rng(0))
    assert np.array_equal(wanted[0, 0].numpy(), labels)
    assert np.corrcoef(out.numpy().ravel(), images.ravel())[0, 1] > 0.9999


class Bright(torch.nn.Module):
    """Calls what is brighter than the mean class 1 on the left half of the image and class 2 on the right."""

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        half = x.shape[-1] // 2
        bright = 20 * x
        left = torch.cat([bright[..., :half], torch.full_like(bright[..., half:], -50)], dim=-1)
        right = torch.cat([torch.full_like(bright[..., :half], -50), bright[..., half:]], dim=-1)
        return torch.cat([torch.zeros_like(x), left, right], dim=1)


def test_views_come_back_to_where_the_sample_lies() -> None:
    labels = side_labels()
    views = (View(), View(mirrored=True), View(zoom=0.9), View(zoom=1.1, mirrored=True))
    found = probabilities(Bright(), (labels > 0).astype(np.float32), views, Mirror(1, (0, 2, 1)))
    assert found.shape == (4, 3, 48, 48)
    assert np.allclose(found.sum(axis=1), 1, atol=1e-4)
    for one in found:
        assert dice(one.argmax(axis=0) == 1, labels == 1) > 0.9 and dice(one.argmax(axis=0) == 2, labels == 2) > 0.9


def fitted(
    steps: int, checkpoint: Path | None = None, watch: Watch = lambda step, network: None
) -> tuple[torch.nn.Module, np.ndarray, np.ndarray]:
    labels = np.stack([side_labels() for _ in range(4)])
    images = np.clip(labels / 2 + np.random.default_rng(0).normal(0, 0.1, labels.shape), 0, 1).astype(np.float32)
    warp = STILL._replace(shift=0.1, grain=0.05)
    torch.manual_seed(3)

    def draw(count: int, generator: np.random.Generator) -> tuple[torch.Tensor, torch.Tensor]:
        rows = generator.integers(0, len(images), count)
        return warped(images[rows], labels[rows], warp, generator)

    recipe = Recipe(steps=steps, batch=2, rate=1e-2, every=10)
    return fit(trainable(FLAT), draw, recipe, watch, checkpoint), images, labels


def test_a_fit_learns_what_is_plain() -> None:
    network, images, labels = fitted(60)
    found = probabilities(network, images[0], (View(),), Mirror(1, (0, 2, 1)))[0].argmax(axis=0)
    assert dice(found == 1, labels[0] == 1) > 0.85 and dice(found == 2, labels[0] == 2) > 0.85


def test_a_fit_goes_on_where_it_was_stopped(tmp_path: Path) -> None:
    whole, _, _ = fitted(20)
    state = tmp_path / "state.pt"

    class Stopped(Exception):
        pass

    def stop(step: int, network: torch.nn.Module) -> None:
        raise Stopped

    with pytest.raises(Stopped):
        fitted(20, state, stop)
    again, _, _ = fitted(20, state)
    for one, other in zip(whole.parameters(), again.parameters(), strict=True):
        assert torch.allclose(one, other, atol=1e-5)


def test_dice_and_pieces_are_as_defined() -> None:
    first, second = np.zeros((8, 8), bool), np.zeros((8, 8), bool)
    first[1:5, 1:5], second[3:7, 1:5] = True, True
    assert dice(first, second) == pytest.approx(0.5)
    assert dice(first, ~first) == 0 and dice(first & False, first & False) == 1
    ring = first.copy()
    ring[2:4, 2:4] = False
    ring[7, 7] = True
    assert np.array_equal(largest(ring), ring & first)
    assert np.array_equal(filled(largest(ring)), first)
    assert not largest(first & False).any()


def test_a_person_s_part_depends_on_the_name_alone_and_shares_hold() -> None:
    found = [part_of("m", f"person{number}", 0.6, 0.1) for number in range(2000)]
    assert found == [part_of("m", f"person{number}", 0.6, 0.1) for number in range(2000)]
    assert found.count(PARTS[0]) / 2000 == pytest.approx(0.6, abs=0.04)
    assert found.count(PARTS[2]) / 2000 == pytest.approx(0.3, abs=0.04)
    assert found != [part_of("n", f"person{number}", 0.6, 0.1) for number in range(2000)]
