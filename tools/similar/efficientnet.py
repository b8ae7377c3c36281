"""EfficientNet-Lite0 as TensorFlow's authors describe it, up to its 1,280 pooled features.

Tan and Le 2019 (arXiv:1905.11946) with the changes of "Lite" (TensorFlow 2020): no squeeze-and-excitation, ReLU6, stem
and head not scaled. Weights converted from TensorFlow expect its padding: of an odd number of rows or columns, the one
over goes to the bottom and right.
"""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pathlib import Path

    import torch

    from bedside.core.settings import Settings

WEIGHT = "efficientnet-lite0"
FEATURES = 1280
SIDE = 224
STEM = 32
EPSILON = 1e-3
# Repeats, kernel, stride of the first, expansion, channels out.
STAGES = (
    (1, 3, 1, 1, 16),
    (2, 3, 2, 6, 24),
    (2, 5, 2, 6, 40),
    (3, 3, 2, 6, 80),
    (3, 5, 1, 6, 112),
    (4, 5, 2, 6, 192),
    (1, 3, 1, 6, 320),
)

_lock = threading.Lock()
_held: dict[Path, Any] = {}


def trunk(settings: Settings) -> Any:
    """The network with its published weights, in evaluation mode: of each file it is held once in a process.

    Raises:
        WeightError: the weights cannot be had, or the file holds another network.
        StorageError: they cannot be kept.
    """
    from bedside.core.weights import weight_path
    from bedside.tools.similar.states import read_state

    with _lock:
        path = weight_path(WEIGHT, settings)
        if path not in _held:
            _held[path] = read_state(path, network)
        return _held[path]


def network(state: dict[str, torch.Tensor]) -> torch.nn.Module:
    """The network with its weights, in evaluation mode: (N, 3, 224, 224) float32 in -1..1 to (N, 1280) features.

    Args:
        state: under the names of the published PyTorch weights; the classifier (``_fc``) is not used.

    Raises:
        RuntimeError: the weights are of another network.
    """
    from torch import nn

    layers: list[Any] = [*_convolution(3, STEM, 3, 2, groups=1), nn.ReLU6()]
    width = STEM
    for repeats, kernel, stride, expansion, out in STAGES:
        for repeat in range(repeats):
            layers.append(_block(width, out, kernel, stride if repeat == 0 else 1, expansion))
            width = out
    layers += [*_convolution(width, FEATURES, 1, 1, groups=1), nn.ReLU6(), nn.AdaptiveAvgPool2d(1), nn.Flatten(1)]
    made = nn.Sequential(*layers)
    _load(made, state)
    return made.eval()


def _convolution(width: int, out: int, kernel: int, stride: int, groups: int) -> tuple[Any, ...]:
    """A convolution padded as TensorFlow pads an even side, without bias, and its normalisation."""
    from torch import nn

    total = max(kernel - stride, 0)
    before = total // 2
    padding = nn.ZeroPad2d((before, total - before, before, total - before))
    return padding, nn.Conv2d(width, out, kernel, stride, groups=groups, bias=False), nn.BatchNorm2d(out, eps=EPSILON)


def _block(width: int, out: int, kernel: int, stride: int, expansion: int) -> Any:
    """An inverted residual block; the input is added where neither side nor channels change."""
    from torch import nn

    inner = width * expansion
    layers: list[Any] = []
    if expansion > 1:
        layers += [*_convolution(width, inner, 1, 1, groups=1), nn.ReLU6()]
    layers += [*_convolution(inner, inner, kernel, stride, groups=inner), nn.ReLU6()]
    layers += _convolution(inner, out, 1, 1, groups=1)

    class Block(nn.Module):  # type: ignore[misc]
        def __init__(self) -> None:
            super().__init__()
            self.layers = nn.Sequential(*layers)

        def forward(self, x: torch.Tensor) -> torch.Tensor:
            y = self.layers(x)
            return x + y if stride == 1 and width == out else y

    return Block()


def _load(made: torch.nn.Module, state: dict[str, torch.Tensor]) -> None:
    """Puts the weights where they belong: both sides list convolutions and normalisations in the order of use."""
    from torch import nn

    names = iter(_names())
    wanted: dict[str, torch.Tensor] = {}
    for place, module in made.named_modules():
        if isinstance(module, nn.Conv2d):
            wanted[f"{place}.weight"] = _taken(state, f"{next(names)}.weight")
        elif isinstance(module, nn.BatchNorm2d):
            name = next(names)
            for part in ("weight", "bias", "running_mean", "running_var", "num_batches_tracked"):
                wanted[f"{place}.{part}"] = _taken(state, f"{name}.{part}")
    made.load_state_dict(wanted)


def _taken(state: dict[str, torch.Tensor], name: str) -> torch.Tensor:
    if name not in state:
        raise RuntimeError(f"the weights have no {name}")
    return state[name]


def _names() -> list[str]:
    """The published names of convolutions and normalisations, in the order of use."""
    names = ["_conv_stem", "_bn0"]
    block = 0
    for repeats, _, _, expansion, _ in STAGES:
        for _ in range(repeats):
            parts = ["_expand_conv", "_bn0"] if expansion > 1 else []
            parts += ["_depthwise_conv", "_bn1", "_project_conv", "_bn2"]
            names += [f"_blocks.{block}.{part}" for part in parts]
            block += 1
    return [*names, "_conv_head", "_bn1"]
