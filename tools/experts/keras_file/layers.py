"""What each Keras layer does, in PyTorch: on (N, C, H, W) where Keras has (N, H, W, C).

Each function takes a layer's settings and its variables and gives what runs it. A layer that is not here is refused;
nothing is guessed.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch.nn import functional as f

Step = Callable[..., torch.Tensor]
Settings = dict[str, Any]
Variables = list[NDArray[np.float32]]

ACTIVATIONS: dict[str, Callable[[torch.Tensor], torch.Tensor]] = {
    "linear": lambda x: x,
    "relu": torch.relu,
    "relu6": f.relu6,
    "sigmoid": torch.sigmoid,
    "softmax": lambda x: torch.softmax(x, dim=1),
    "swish": f.silu,
    "silu": f.silu,
    "tanh": torch.tanh,
    "elu": f.elu,
    "gelu": f.gelu,
}


def activation(name: Any) -> Callable[[torch.Tensor], torch.Tensor]:
    """An activation by the name that a layer's settings give.

    Raises:
        ValueError: it is not known here.
    """
    known = ACTIVATIONS.get(str(name) if name is not None else "linear")
    if known is None:
        raise ValueError(f"the activation {name!r} is not known")
    return known


def padded(x: torch.Tensor, kernel: tuple[int, int], strides: tuple[int, int], value: float = 0.0) -> torch.Tensor:
    """As Keras's "same": as much on both sides as needed, one more behind where it is odd."""
    margins: list[int] = []
    for size, k, s in zip(reversed(x.shape[2:]), reversed(kernel), reversed(strides), strict=True):
        total = max((-(-size // s) - 1) * s + k - size, 0)
        margins += [total // 2, total - total // 2]
    return f.pad(x, margins, value=value) if any(margins) else x


def _pair(value: Any) -> tuple[int, int]:
    return (int(value), int(value)) if isinstance(value, int) else (int(value[0]), int(value[1]))


def _same(settings: Settings) -> bool:
    if settings.get("data_format") == "channels_first" or _pair(settings.get("dilation_rate", 1)) != (1, 1):
        raise ValueError("channels first and dilation are not known")
    return str(settings.get("padding", "valid")) == "same"


def _conv(weight: torch.Tensor, bias: torch.Tensor | None, settings: Settings, groups: int = 1) -> Step:
    kernel, strides = (int(weight.shape[2]), int(weight.shape[3])), _pair(settings.get("strides", 1))
    same, act = _same(settings), activation(settings.get("activation"))

    def step(x: torch.Tensor) -> torch.Tensor:
        x = padded(x, kernel, strides) if same else x
        return act(f.conv2d(x, weight, bias, stride=strides, groups=groups))

    return step


def _tensor(values: NDArray[np.float32]) -> torch.Tensor:
    return torch.from_numpy(np.ascontiguousarray(values))


def _bias(settings: Settings, variables: Variables, place: int) -> torch.Tensor | None:
    return _tensor(variables[place]) if settings.get("use_bias", True) else None


def conv2d(settings: Settings, variables: Variables) -> Step:
    """Kernel (height, width, in, out)."""
    weight = _tensor(variables[0].transpose(3, 2, 0, 1))
    return _conv(weight, _bias(settings, variables, 1), settings, int(settings.get("groups", 1)))


def _depthwise_weight(kernel: NDArray[np.float32]) -> torch.Tensor:
    height, width, channels, times = kernel.shape
    return _tensor(kernel.transpose(2, 3, 0, 1).reshape(channels * times, 1, height, width))


def depthwise_conv2d(settings: Settings, variables: Variables) -> Step:
    """Kernel (height, width, in, multiplier)."""
    weight = _depthwise_weight(variables[0])
    return _conv(weight, _bias(settings, variables, 1), settings, int(variables[0].shape[2]))


def separable_conv2d(settings: Settings, variables: Variables) -> Step:
    """A depthwise kernel, then a pointwise one, then the bias."""
    plain = {**settings, "activation": "linear"}
    depthwise = _conv(_depthwise_weight(variables[0]), None, plain, int(variables[0].shape[2]))
    pointwise = _conv(
        _tensor(variables[1].transpose(3, 2, 0, 1)),
        _bias(settings, variables, 2),
        {"activation": settings.get("activation"), "padding": "valid"},
    )
    return lambda x: pointwise(depthwise(x))


def batch_normalization(settings: Settings, variables: Variables) -> Step:
    """Gamma and beta where they are used, then the moving mean and variance."""
    values = [_tensor(v) for v in variables]
    gamma = values.pop(0) if settings.get("scale", True) else None
    beta = values.pop(0) if settings.get("center", True) else None
    mean, variance = values
    epsilon = float(settings.get("epsilon", 1e-3))
    return lambda x: f.batch_norm(x, mean, variance, gamma, beta, eps=epsilon)


def _affine(scale: NDArray[np.float32], shift: NDArray[np.float32]) -> Step:
    times, plus = _tensor(scale), _tensor(shift)

    def step(x: torch.Tensor) -> torch.Tensor:
        shape = (1, -1, *(1,) * (x.ndim - 2))
        return x * times.reshape(shape) + plus.reshape(shape)

    return step


def normalization(settings: Settings, variables: Variables) -> Step:
    """Learnt mean and variance per channel, the last axis in Keras; a variance of 0 counts as Keras's epsilon."""
    if variables:
        mean, variance = variables[0].reshape(-1), variables[1].reshape(-1)
    else:
        mean, variance = (np.asarray(settings[key], dtype=np.float32).reshape(-1) for key in ("mean", "variance"))
    spread = np.maximum(np.sqrt(variance), np.float32(1e-7))
    return _affine((1 / spread).astype(np.float32), (-mean / spread).astype(np.float32))


def rescaling(settings: Settings, variables: Variables) -> Step:
    """A scale and an offset, each one number or one a channel."""
    scale, offset = (np.asarray(settings[key], dtype=np.float32).reshape(-1) for key in ("scale", "offset"))
    width = max(scale.size, offset.size)
    return _affine(np.broadcast_to(scale, width).copy(), np.broadcast_to(offset, width).copy())


def dense(settings: Settings, variables: Variables) -> Step:
    """Kernel (in, out)."""
    weight, bias = _tensor(variables[0].T), _bias(settings, variables, 1)
    act = activation(settings.get("activation"))
    return lambda x: act(f.linear(x, weight, bias))


def zero_padding2d(settings: Settings, variables: Variables) -> Step:
    """((top, bottom), (left, right))."""
    (top, bottom), (left, right) = settings["padding"]
    return lambda x: f.pad(x, [int(left), int(right), int(top), int(bottom)])


def max_pooling2d(settings: Settings, variables: Variables) -> Step:
    """Padding counts as nothing, not as 0."""
    size, strides, same = _pair(settings["pool_size"]), _pair(settings["strides"]), _same(settings)

    def step(x: torch.Tensor) -> torch.Tensor:
        return f.max_pool2d(padded(x, size, strides, -torch.inf) if same else x, size, strides)

    return step


def average_pooling2d(settings: Settings, variables: Variables) -> Step:
    """Only without padding, whose share Keras leaves out of the mean."""
    if _same(settings):
        raise ValueError("average pooling with padding is not known")
    size, strides = _pair(settings["pool_size"]), _pair(settings["strides"])
    return lambda x: f.avg_pool2d(x, size, strides)


def global_average_pooling2d(settings: Settings, variables: Variables) -> Step:
    """The mean over height and width, kept as axes of 1 where the settings say so."""
    kept = bool(settings.get("keepdims", False))
    return lambda x: x.mean((2, 3), keepdim=kept)


def global_max_pooling2d(settings: Settings, variables: Variables) -> Step:
    """The largest over height and width."""
    kept = bool(settings.get("keepdims", False))
    return lambda x: x.amax((2, 3), keepdim=kept)


def flatten(settings: Settings, variables: Variables) -> Step:
    """In Keras's order: row, column, channel."""
    return lambda x: x.movedim(1, -1).flatten(1)


def reshape(settings: Settings, variables: Variables) -> Step:
    """Only to (1, 1, channels), as squeeze-and-excitation does."""
    target = tuple(settings["target_shape"])
    if len(target) != 3 or target[:2] != (1, 1):
        raise ValueError(f"reshaping to {target} is not known")
    return lambda x: x.reshape(x.shape[0], -1, 1, 1)


def _folded(combine: Callable[[torch.Tensor, torch.Tensor], torch.Tensor]) -> Callable[[Settings, Variables], Step]:
    def made(settings: Settings, variables: Variables) -> Step:
        def step(*inputs: torch.Tensor) -> torch.Tensor:
            out = inputs[0]
            for other in inputs[1:]:
                out = combine(out, other)
            return out

        return step

    return made


def concatenate(settings: Settings, variables: Variables) -> Step:
    """Along the last axis in Keras, which is the channels here."""
    if settings.get("axis", -1) not in (-1, 3, 1):
        raise ValueError("concatenating along another axis than the last is not known")
    return lambda *inputs: torch.cat(inputs, dim=1)


def _act(settings: Settings, variables: Variables) -> Step:
    return activation(settings["activation"])


def _relu(settings: Settings, variables: Variables) -> Step:
    if settings.get("negative_slope") or settings.get("threshold"):
        raise ValueError("a leaky or shifted ReLU is not known")
    most = settings.get("max_value")
    return torch.relu if most is None else lambda x: torch.clamp(x, 0.0, float(most))


def _unchanged(settings: Settings, variables: Variables) -> Step:
    return lambda x: x


LAYERS: dict[str, Callable[[Settings, Variables], Step]] = {
    "Activation": _act,
    "Add": _folded(torch.add),
    "AveragePooling2D": average_pooling2d,
    "BatchNormalization": batch_normalization,
    "Concatenate": concatenate,
    "Conv2D": conv2d,
    "Dense": dense,
    "DepthwiseConv2D": depthwise_conv2d,
    "Dropout": _unchanged,
    "Flatten": flatten,
    "GlobalAveragePooling2D": global_average_pooling2d,
    "GlobalMaxPooling2D": global_max_pooling2d,
    "MaxPooling2D": max_pooling2d,
    "Multiply": _folded(torch.mul),
    "Normalization": normalization,
    "ReLU": _relu,
    "Rescaling": rescaling,
    "Reshape": reshape,
    "SeparableConv2D": separable_conv2d,
    "SpatialDropout2D": _unchanged,
    "ZeroPadding2D": zero_padding2d,
}
