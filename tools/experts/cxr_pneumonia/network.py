"""The network: a small DenseNet (Huang et al. 2017, doi:10.1109/CVPR.2017.243), as MONAI 1.6 builds it.

Training builds it with MONAI. Use builds the same layers here under the same names, because importing MONAI takes ten
seconds and more; a test loads one's weights into the other and compares what they answer.
"""

from __future__ import annotations

from collections import OrderedDict
from typing import TYPE_CHECKING, Any

from bedside.tools.experts.cxr_pneumonia.labels import CLASSES
from bedside.tools.experts.densenet import dense_layers, transition

if TYPE_CHECKING:
    import torch

FEATURES, GROWTH, BLOCKS, BOTTLENECK = 32, 16, (3, 6, 12, 8), 4
WATCHED = "denseblock3"


def trainable() -> torch.nn.Module:
    """The network with fresh weights, by MONAI: (N, 1, H, W) float32 to (N, 3) logits of `CLASSES`."""
    from monai.networks.nets.densenet import DenseNet

    made: torch.nn.Module = DenseNet(
        spatial_dims=2,
        in_channels=1,
        out_channels=len(CLASSES),
        init_features=FEATURES,
        growth_rate=GROWTH,
        block_config=BLOCKS,
        bn_size=BOTTLENECK,
    )
    return made


def usable(state: dict[str, torch.Tensor]) -> torch.nn.Module:
    """The same network with trained weights, without MONAI, in evaluation mode.

    Raises:
        RuntimeError: the weights are of another network.
    """
    from torch import nn

    layers: OrderedDict[str, nn.Module] = OrderedDict()
    layers["conv0"] = nn.Conv2d(1, FEATURES, 7, stride=2, padding=3, bias=False)
    layers["norm0"], layers["relu0"] = nn.BatchNorm2d(FEATURES), nn.ReLU()
    layers["pool0"] = nn.MaxPool2d(3, stride=2, padding=1)
    width = FEATURES
    for place, depth in enumerate(BLOCKS, start=1):
        layers[f"denseblock{place}"] = nn.Sequential(
            OrderedDict((f"denselayer{i + 1}", _dense_layer(width + i * GROWTH)) for i in range(depth))
        )
        width += depth * GROWTH
        if place == len(BLOCKS):
            layers["norm5"] = nn.BatchNorm2d(width)
        else:
            layers[f"transition{place}"] = transition(width)
            width //= 2
    head = OrderedDict(relu=nn.ReLU(), pool=nn.AdaptiveAvgPool2d(1), flatten=nn.Flatten(1))
    network = nn.Sequential(
        OrderedDict(
            features=nn.Sequential(layers),
            class_layers=nn.Sequential(OrderedDict(**head, out=nn.Linear(width, len(CLASSES)))),
        )
    )
    network.load_state_dict(state)
    return network.eval()


def _dense_layer(width: int) -> Any:
    """One layer whose output is its input with GROWTH more channels."""
    import torch
    from torch import nn

    class DenseLayer(nn.Module):  # type: ignore[misc]
        def __init__(self) -> None:
            super().__init__()
            self.layers = nn.Sequential(dense_layers(width, GROWTH, BOTTLENECK))

        def forward(self, x: torch.Tensor) -> torch.Tensor:
            return torch.cat([x, self.layers(x)], 1)

    return DenseLayer()
