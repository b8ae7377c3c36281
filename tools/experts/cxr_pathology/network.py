"""The network: DenseNet-121 (Huang et al. 2017, doi:10.1109/CVPR.2017.243) for one grey channel and 18 findings.

TorchXRayVision builds it on torchvision; the same layers stand here under the names that its published weights use.
"""

from __future__ import annotations

from collections import OrderedDict
from typing import TYPE_CHECKING, Any

from bedside.tools.experts.cxr_pathology.labels import LABELS
from bedside.tools.experts.densenet import dense_layers, transition

if TYPE_CHECKING:
    import torch

FEATURES, GROWTH, BLOCKS, BOTTLENECK = 64, 32, (6, 12, 24, 16), 4
SIDE = 224


def build() -> torch.nn.Module:
    """(N, 1, 224, 224) float32, black -1024 and white 1024, to (N, 18) logits of `LABELS`; weights are not set."""
    from torch import nn

    layers: OrderedDict[str, nn.Module] = OrderedDict(
        conv0=nn.Conv2d(1, FEATURES, 7, stride=2, padding=3, bias=False),
        norm0=nn.BatchNorm2d(FEATURES),
        relu0=nn.ReLU(),
        pool0=nn.MaxPool2d(3, stride=2, padding=1),
    )
    width = FEATURES
    for place, depth in enumerate(BLOCKS, start=1):
        layers[f"denseblock{place}"] = nn.Sequential(
            OrderedDict((f"denselayer{i + 1}", _layer(width + i * GROWTH)) for i in range(depth))
        )
        width += depth * GROWTH
        if place < len(BLOCKS):
            layers[f"transition{place}"] = transition(width)
            width //= 2
    layers["norm5"] = nn.BatchNorm2d(width)
    pooled = OrderedDict(relu=nn.ReLU(), pool=nn.AdaptiveAvgPool2d(1), flatten=nn.Flatten(1))
    return nn.Sequential(
        OrderedDict(
            features=nn.Sequential(layers), pooled=nn.Sequential(pooled), classifier=nn.Linear(width, len(LABELS))
        )
    )


def loaded(state: dict[str, torch.Tensor]) -> torch.nn.Module:
    """The network with these weights, in evaluation mode.

    Raises:
        RuntimeError: a name is missing, unknown, or of another shape.
    """
    network = build()
    network.load_state_dict(state)
    return network.eval()


def _layer(width: int) -> Any:
    """One layer whose output is its input with GROWTH more channels."""
    import torch
    from torch import nn

    class DenseLayer(nn.Sequential):  # type: ignore[misc]
        def forward(self, x: torch.Tensor) -> torch.Tensor:
            return torch.cat([x, super().forward(x)], 1)

    return DenseLayer(dense_layers(width, GROWTH, BOTTLENECK))
