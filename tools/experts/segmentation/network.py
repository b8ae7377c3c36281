"""The network of the segmenters: a U-Net in the plain form of nnU-Net.

Isensee et al. 2021, doi:10.1038/s41592-020-01008-z.

Training builds it with MONAI 1.6 (`DynUNet`). Use builds the same layers here under the same names, because importing
MONAI takes ten seconds and more; a test loads one's weights into the other and compares what they answer.
"""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    import torch

_SLOPE = 0.01
# DynUNet lists its blocks twice; the second listing holds the same tensors.
_TWICE = "skip_layers."


class Shape(NamedTuple):
    """The size of a network.

    Attributes:
        dimensions: 2 or 3.
        classes: outputs, the background first.
        filters: channels of each level, from the finest; each level below the first halves every axis.
    """

    dimensions: int
    classes: int
    filters: tuple[int, ...]

    @property
    def step(self) -> int:
        """What every axis of the input must be a multiple of."""
        return int(2 ** (len(self.filters) - 1))


def trainable(shape: Shape) -> torch.nn.Module:
    """The network with fresh weights, by MONAI: (N, 1, …) float32 to (N, classes, …) logits on the same grid."""
    from monai.networks.nets import DynUNet

    levels = len(shape.filters)
    made: torch.nn.Module = DynUNet(
        spatial_dims=shape.dimensions,
        in_channels=1,
        out_channels=shape.classes,
        kernel_size=[3] * levels,
        strides=[1] + [2] * (levels - 1),
        upsample_kernel_size=[2] * (levels - 1),
        filters=shape.filters,
    )
    return made


def weights_of(network: torch.nn.Module) -> dict[str, torch.Tensor]:
    """The network's tensors by name, each once."""
    state = network.state_dict()
    return {name: tensor.contiguous() for name, tensor in state.items() if not name.startswith(_TWICE)}


def usable(shape: Shape, state: dict[str, torch.Tensor]) -> torch.nn.Module:
    """The same network with trained weights, without MONAI, in evaluation mode.

    Raises:
        RuntimeError: the weights are of another network.
    """
    network = _unet(shape)
    network.load_state_dict(state)
    made: torch.nn.Module = network.eval()
    return made


def _unet(shape: Shape) -> Any:
    import torch
    from torch import nn

    conv: Any = nn.Conv3d if shape.dimensions == 3 else nn.Conv2d
    across: Any = nn.ConvTranspose3d if shape.dimensions == 3 else nn.ConvTranspose2d
    norm: Any = nn.InstanceNorm3d if shape.dimensions == 3 else nn.InstanceNorm2d

    class Named(nn.Module):  # type: ignore[misc]
        """A layer under the name ``conv``, as MONAI wraps it."""

        def __init__(self, layer: Any) -> None:
            super().__init__()
            self.conv = layer

        def forward(self, x: torch.Tensor) -> torch.Tensor:
            return self.conv(x)

    class Block(nn.Module):  # type: ignore[misc]
        """Two convolutions, each normalised and rectified."""

        def __init__(self, wide: int, out: int, stride: int) -> None:
            super().__init__()
            self.conv1 = Named(conv(wide, out, 3, stride=stride, padding=1, bias=False))
            self.conv2 = Named(conv(out, out, 3, padding=1, bias=False))
            self.norm1, self.norm2 = norm(out, affine=True), norm(out, affine=True)

        def forward(self, x: torch.Tensor) -> torch.Tensor:
            x = nn.functional.leaky_relu(self.norm1(self.conv1(x)), _SLOPE)
            return nn.functional.leaky_relu(self.norm2(self.conv2(x)), _SLOPE)

    class Up(nn.Module):  # type: ignore[misc]
        """One level finer, beside what the way down left there."""

        def __init__(self, wide: int, out: int) -> None:
            super().__init__()
            self.transp_conv = Named(across(wide, out, 2, stride=2, bias=False))
            self.conv_block = Block(2 * out, out, 1)

        def forward(self, x: torch.Tensor, beside: torch.Tensor) -> torch.Tensor:
            return self.conv_block(torch.cat((self.transp_conv(x), beside), dim=1))

    class UNet(nn.Module):  # type: ignore[misc]
        def __init__(self) -> None:
            super().__init__()
            filters = shape.filters
            steps = list(itertools.pairwise(filters))
            self.input_block = Block(1, filters[0], 1)
            self.downsamples = nn.ModuleList(Block(wide, out, 2) for wide, out in steps[:-1])
            self.bottleneck = Block(*steps[-1], 2)
            self.upsamples = nn.ModuleList(Up(wide, out) for out, wide in reversed(steps))
            self.output_block = Named(Named(conv(filters[0], shape.classes, 1)))

        def forward(self, x: torch.Tensor) -> torch.Tensor:
            kept = [self.input_block(x)]
            for block in self.downsamples:
                kept.append(block(kept[-1]))
            x = self.bottleneck(kept[-1])
            for block, beside in zip(self.upsamples, reversed(kept), strict=True):
                x = block(x, beside)
            return self.output_block(x)

    return UNet()
