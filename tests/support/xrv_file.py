"""A file in the form in which TorchXRayVision published its DenseNet: a whole network, pickled, with random weights."""

from __future__ import annotations

from collections import OrderedDict
from pathlib import Path

import torch
from torch import nn
from torch.nn import functional as f

BLOCKS = (6, 12, 24, 16)
NORM = ("weight", "bias", "running_mean", "running_var", "num_batches_tracked")


def published_names() -> list[str]:
    """The 727 names of the published file, written out from the architecture and not from any code under test."""
    names = ["features.conv0.weight", *(f"features.norm0.{part}" for part in NORM)]
    for block, depth in enumerate(BLOCKS, start=1):
        for layer in range(1, depth + 1):
            stem = f"features.denseblock{block}.denselayer{layer}"
            for half in ("1", "2"):
                names += [*(f"{stem}.norm{half}.{part}" for part in NORM), f"{stem}.conv{half}.weight"]
        if block < len(BLOCKS):
            stem = f"features.transition{block}"
            names += [*(f"{stem}.norm.{part}" for part in NORM), f"{stem}.conv.weight"]
    return [*names, *(f"features.norm5.{part}" for part in NORM), "classifier.weight", "classifier.bias"]


class Layer(nn.Sequential):  # type: ignore[misc]
    """As published: its output is its input with 32 more channels."""

    def __init__(self, width: int) -> None:
        super().__init__(
            OrderedDict(
                norm1=nn.BatchNorm2d(width), relu1=nn.ReLU(), conv1=nn.Conv2d(width, 128, 1, bias=False),
                norm2=nn.BatchNorm2d(128), relu2=nn.ReLU(), conv2=nn.Conv2d(128, 32, 3, padding=1, bias=False),
            )
        )  # fmt: skip


class Published(nn.Module):  # type: ignore[misc]
    """The network as an object with the names of the published one; `targets` is one of its plain attributes."""

    def __init__(self) -> None:
        super().__init__()
        features = OrderedDict[str, nn.Module](
            conv0=nn.Conv2d(1, 64, 7, stride=2, padding=3, bias=False), norm0=nn.BatchNorm2d(64)
        )
        width = 64
        for block, depth in enumerate(BLOCKS, start=1):
            features[f"denseblock{block}"] = nn.Sequential(
                OrderedDict((f"denselayer{n + 1}", Layer(width + 32 * n)) for n in range(depth))
            )
            width += 32 * depth
            if block < len(BLOCKS):
                features[f"transition{block}"] = nn.Sequential(
                    OrderedDict(norm=nn.BatchNorm2d(width), conv=nn.Conv2d(width, width // 2, 1, bias=False))
                )
                width //= 2
        features["norm5"] = nn.BatchNorm2d(width)
        self.features = nn.Sequential(features)
        self.classifier = nn.Linear(width, 18)
        self.targets = ["Atelectasis", "Consolidation"]


def write_published(path: Path, seed: int = 0, zipped: bool = False) -> dict[str, torch.Tensor]:
    """Writes the whole network in the old container, or in the zip one, and gives its state."""
    torch.manual_seed(seed)
    network = Published()
    for module in network.modules():
        if isinstance(module, nn.BatchNorm2d):
            module.running_mean.normal_(0, 0.05)
            module.running_var.uniform_(0.8, 1.2)
            nn.init.uniform_(module.weight, 0.8, 1.2)
    torch.save(network, path, _use_new_zipfile_serialization=zipped)
    state: dict[str, torch.Tensor] = network.state_dict()
    return state


def answered(state: dict[str, torch.Tensor], x: torch.Tensor) -> torch.Tensor:
    """What the published network answers: (N, 1, 224, 224) to (N, 18) logits, step by step from its state."""

    def norm(x: torch.Tensor, stem: str) -> torch.Tensor:
        mean, var = state[f"{stem}.running_mean"], state[f"{stem}.running_var"]
        return f.relu(f.batch_norm(x, mean, var, state[f"{stem}.weight"], state[f"{stem}.bias"]))

    x = norm(f.conv2d(x, state["features.conv0.weight"], stride=2, padding=3), "features.norm0")
    x = f.max_pool2d(x, 3, stride=2, padding=1)
    for block, depth in enumerate(BLOCKS, start=1):
        for layer in range(1, depth + 1):
            stem = f"features.denseblock{block}.denselayer{layer}"
            inner = f.conv2d(norm(x, f"{stem}.norm1"), state[f"{stem}.conv1.weight"])
            inner = f.conv2d(norm(inner, f"{stem}.norm2"), state[f"{stem}.conv2.weight"], padding=1)
            x = torch.cat([x, inner], 1)
        if block < len(BLOCKS):
            stem = f"features.transition{block}"
            x = f.avg_pool2d(f.conv2d(norm(x, f"{stem}.norm"), state[f"{stem}.conv.weight"]), 2)
    x = norm(x, "features.norm5").mean((2, 3))
    return f.linear(x, state["classifier.weight"], state["classifier.bias"])
