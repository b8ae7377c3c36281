"""An inflated ResNet-152: He et al. 2016 (arXiv:1512.03385) with every kernel given a third axis.

Inflation as Carreira and Zisserman 2017 (arXiv:1705.07750) describe it. Layers have the names under which ResNets are
published, so that weights load as they are.
"""

from __future__ import annotations

from collections import OrderedDict
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import torch

FEATURES = 2048
DEPTHS = (3, 8, 36, 3)
STEM, WIDENED = 64, 4


def network(state: dict[str, Any]) -> torch.nn.Module:
    """The network with its weights, in evaluation mode.

    Args:
        state: the tensors by name, or a dict that holds them as ``state_dict``; half precision is widened.

    Returns:
        (N, 1, Z, X, Y) float32 in 0..1 to (N, 2048) features, the mean over all places.

    Raises:
        RuntimeError: the weights are of another network.
    """
    from torch import nn

    held = {name: value.float() for name, value in state.get("state_dict", state).items() if value.is_floating_point()}
    layers: OrderedDict[str, Any] = OrderedDict()
    layers["conv1"] = nn.Conv3d(1, STEM, (3, 7, 7), stride=(1, 2, 2), padding=(1, 3, 3), bias=False)
    layers["bn1"], layers["relu"] = nn.BatchNorm3d(STEM), nn.ReLU(inplace=True)
    layers["maxpool"] = nn.MaxPool3d(3, stride=2, padding=1)
    width = STEM
    for place, depth in enumerate(DEPTHS):
        inner, stride = STEM * 2**place, 1 if place == 0 else 2
        blocks = [_block(width, inner, stride), *(_block(WIDENED * inner, inner, 1) for _ in range(depth - 1))]
        layers[f"layer{place + 1}"] = nn.Sequential(*blocks)
        width = WIDENED * inner
    layers["pool"], layers["flatten"] = nn.AdaptiveAvgPool3d(1), nn.Flatten(1)
    made = nn.Sequential(layers)
    if "conv1.weight" not in held:
        raise RuntimeError("the weights have no conv1.weight")
    # It was trained on one volume given three times as colours: one with the kernels' sum says the same.
    held["conv1.weight"] = held["conv1.weight"].sum(dim=1, keepdim=True)
    counters = {n: v for n, v in made.state_dict().items() if n.endswith("num_batches_tracked")}
    made.load_state_dict({**counters, **held})
    return made.eval()


def _block(width: int, inner: int, stride: int) -> Any:
    """Three convolutions whose output is added to the input, which is projected where its shape changes."""
    import torch
    from torch import nn

    out = WIDENED * inner

    class Block(nn.Module):  # type: ignore[misc]
        def __init__(self) -> None:
            super().__init__()
            self.conv1, self.bn1 = nn.Conv3d(width, inner, 1, bias=False), nn.BatchNorm3d(inner)
            self.conv2 = nn.Conv3d(inner, inner, 3, stride=stride, padding=1, bias=False)
            self.bn2 = nn.BatchNorm3d(inner)
            self.conv3, self.bn3 = nn.Conv3d(inner, out, 1, bias=False), nn.BatchNorm3d(out)
            self.downsample = None
            if width != out or stride != 1:
                self.downsample = nn.Sequential(
                    nn.Conv3d(width, out, 1, stride=stride, bias=False), nn.BatchNorm3d(out)
                )

        def forward(self, x: torch.Tensor) -> torch.Tensor:
            y = torch.relu_(self.bn1(self.conv1(x)))
            y = torch.relu_(self.bn2(self.conv2(y)))
            y = self.bn3(self.conv3(y))
            return torch.relu_(y + (x if self.downsample is None else self.downsample(x)))

    return Block()
