"""The chest X-ray network: the same as MONAI's, trained and resumed alike, and what is chosen on validation."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from support.chest_film import kermany_set

from bedside.core.errors import WeightError
from bedside.tools import shipped
from bedside.tools.experts.cxr_pneumonia import calibrate, weights
from bedside.tools.experts.cxr_pneumonia.fit import Recipe, fit
from bedside.tools.experts.cxr_pneumonia.heatmap import grad_cam, hot_box
from bedside.tools.experts.cxr_pneumonia.network import trainable
from bedside.tools.experts.cxr_pneumonia.preprocess import SQUARE
from bedside.tools.experts.cxr_pneumonia.train import train
from bedside.tools.experts.cxr_pneumonia.views import VIEWS, logits, probabilities, views

pytest.importorskip("monai", reason="MONAI is not installed: pip install 'bedside[train]'")


def random_squares(n: int) -> np.ndarray:
    return np.random.default_rng(5).integers(0, 256, (n, SQUARE, SQUARE), dtype=np.uint8)


def tiny() -> Any:
    """A network of the same form that fits in a blink."""
    from torch import nn

    layers = nn.Conv2d(1, 4, 7, stride=4), nn.BatchNorm2d(4), nn.ReLU(), nn.AdaptiveAvgPool2d(1), nn.Flatten()
    return nn.Sequential(*layers, nn.Linear(4, 3))


@pytest.fixture(scope="module")
def trained(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the model of a whole, very short run over a drawn set."""
    root = tmp_path_factory.mktemp("run")
    train(kermany_set(root / "data", persons=12), root / "out", Recipe(epochs=2, batch=4), None)
    return root / "out"


def test_the_network_in_use_answers_as_monais_does() -> None:
    import torch

    from bedside.tools.experts.cxr_pneumonia.network import usable

    made = trainable().eval()
    batch = torch.randn(3, 1, 96, 96, generator=torch.Generator().manual_seed(1))
    with torch.inference_mode():
        assert torch.allclose(made(batch), usable(dict(made.state_dict()))(batch), atol=1e-6)


def test_a_resumed_run_ends_as_one_that_was_never_stopped(tmp_path: Path) -> None:
    import torch

    squares, labels = random_squares(8), np.arange(8) % 3
    made = {}
    for name, stops in (("whole", (2,)), ("stopped", (1, 2))):
        for stop in stops:
            torch.manual_seed(0)
            # The run is stopped by its watcher, after the first epoch has been kept.
            try:
                made[name] = fit(
                    trainable(), squares, labels, Recipe(epochs=2, batch=4), _stopper(stop), tmp_path / name
                )
            except KeyboardInterrupt:
                continue
    for one, other in zip(made["whole"].state_dict().values(), made["stopped"].state_dict().values(), strict=True):
        assert torch.equal(one, other)


def _stopper(stop: int):  # type: ignore[no-untyped-def]
    def watch(epoch: int, network: object) -> None:
        if epoch == stop == 1:
            raise KeyboardInterrupt

    return watch


def test_a_run_writes_what_load_reads_and_says_its_split(trained: Path) -> None:
    chosen = json.loads((trained / shipped.FACTS).read_text())
    model = weights.load(trained)
    assert (model.temperature, model.threshold) == (chosen["temperature"], chosen["threshold"])
    assert set(chosen["split"]) == {"train", "validation", "held-out", "copies removed"}
    assert len(chosen["validation log loss by epoch, one view"]) == chosen["recipe"]["epochs"] == 2
    assert model.mean_film.shape == (256,)


@pytest.mark.parametrize("damage", ["cut", "swapped", "gone", "other"])
def test_damaged_weights_are_refused(trained: Path, tmp_path: Path, damage: str) -> None:
    import hashlib

    from safetensors.numpy import save

    content = (trained / shipped.WEIGHT).read_bytes()
    chosen = json.loads((trained / shipped.FACTS).read_text())
    if damage == "other":
        content = save({"a": np.zeros(3, dtype=np.float32)})
        chosen["sha256"] = hashlib.sha256(content).hexdigest()
    changed = {"cut": content[:-4], "swapped": content[:-1] + bytes([content[-1] ^ 1])}.get(damage, content)
    if damage != "gone":
        (tmp_path / shipped.WEIGHT).write_bytes(changed)
    (tmp_path / shipped.FACTS).write_text(json.dumps(chosen))
    with pytest.raises(WeightError, match="chest X-ray model") as caught:
        weights.load(tmp_path)
    assert caught.value.code == "BED-WEIGHT-008"


def test_the_temperature_undoes_logits_that_are_three_times_too_large() -> None:
    rng = np.random.default_rng(2)
    true = rng.normal(0, 1.5, (1, 4000, 3)).astype(np.float32)
    labels = np.array([rng.choice(3, p=p) for p in probabilities(true, 1.0)[0]])
    assert calibrate.temperature(true * 2, labels) == pytest.approx(2.0, rel=0.08)


def test_the_operating_point_is_the_highest_that_keeps_the_sensitivity() -> None:
    scores, ill = np.linspace(0.01, 1, 100), np.ones(100, dtype=bool)
    point = calibrate.operating_point(scores, ill, 0.95)
    assert (scores >= point).mean() == 0.95
    with pytest.raises(ValueError, match="no film"):
        calibrate.operating_point(scores, ~ill)


def test_the_views_are_the_film_nearer_and_mirrored() -> None:
    batch = views(random_squares(2))
    assert batch.shape[:3] == (len(VIEWS), 2, 1)
    assert bool((batch[0] == batch[1].flip(3)).all())
    assert not bool((batch[0] == batch[2]).all())


def test_a_heat_map_is_hottest_at_1_and_its_box_lies_in_the_film(trained: Path) -> None:
    network = weights.load(trained).network
    heat = grad_cam(network, random_squares(1)[0])
    assert heat.shape == (SQUARE, SQUARE) and (heat.max() == pytest.approx(1) or not heat.any())
    spot = np.zeros((SQUARE, SQUARE), dtype=np.float32)
    spot[40:80, 100:120] = 1
    assert hot_box(spot, (SQUARE * 2, SQUARE)) == ((80, 160), (100, 120))
    assert hot_box(spot * 0, (10, 10)) == ()


def test_the_logits_of_a_film_do_not_hang_on_its_neighbours_in_the_batch(trained: Path) -> None:
    network, squares = weights.load(trained).network, random_squares(3)
    assert np.allclose(logits(network, squares)[:, 1], logits(network, squares[1:2])[:, 0], atol=1e-4)
