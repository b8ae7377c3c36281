"""Parts of DenseNet (Huang 2017, doi:10.1109/CVPR.2017.243) that more than one expert's network is built of."""

from __future__ import annotations

from collections import OrderedDict
from typing import Any


def dense_layers(width: int, growth: int, bottleneck: int) -> OrderedDict[str, Any]:
    """What one dense layer puts its input through, by name: (N, width, H, W) to (N, growth, H, W)."""
    from torch import nn

    inner = bottleneck * growth
    return OrderedDict(
        norm1=nn.BatchNorm2d(width),
        relu1=nn.ReLU(),
        conv1=nn.Conv2d(width, inner, 1, bias=False),
        norm2=nn.BatchNorm2d(inner),
        relu2=nn.ReLU(),
        conv2=nn.Conv2d(inner, growth, 3, padding=1, bias=False),
    )


def transition(width: int) -> Any:
    """Between two blocks: half the channels, half the side."""
    from torch import nn

    return nn.Sequential(
        OrderedDict(
            norm=nn.BatchNorm2d(width),
            relu=nn.ReLU(),
            conv=nn.Conv2d(width, width // 2, 1, bias=False),
            pool=nn.AvgPool2d(2, stride=2),
        )
    )
