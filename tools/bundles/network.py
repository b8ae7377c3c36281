"""The network of a bundle: one of MONAI's own, built from plain arguments, filled from plain tensors."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from bedside.core.errors import BundleError
from bedside.tools.bundles.config import NOT_A_BUNDLE, runs_code
from bedside.tools.bundles.expressions import Component
from bedside.tools.imaging.content import printable

if TYPE_CHECKING:
    import torch

BAD_WEIGHTS, NOT_DONE, NO_MONAI = "BED-BUNDLE-003", "BED-BUNDLE-004", "BED-BUNDLE-008"
# Networks that make a mask of a volume and whose constructors neither download nor call what they are given.
NETWORKS = (
    "AttentionUnet", "BasicUNet", "BasicUnet", "BasicUNetPlusPlus", "DynUNet", "HighResNet", "SegResNet", "SegResNetDS",
    "SegResNetDS2", "SegResNetVAE", "SwinUNETR", "UNet", "UNETR", "Unet", "VNet", "vista3d132",
)  # fmt: skip
PROMPTED = "vista3d132"
MOST_PARAMETERS = 500_000_000
Score = Callable[["torch.Tensor"], "torch.Tensor"]


def known_network(found: Any) -> Component:
    """The network that a configuration asks for, once it is one that is built here.

    Raises:
        BundleError: it is no component or one of another origin (002), or another of MONAI's networks (004).
    """
    if not isinstance(found, Component):
        raise runs_code("its network is not a component of MONAI")
    home, _, name = found.target.rpartition(".")
    if home and not found.target.startswith("monai.networks."):
        raise runs_code(f"the network `{printable(found.target)}`, which is not one of MONAI's")
    if name not in NETWORKS:
        raise not_done(f"its network `{printable(name)}` is not one of those that make masks of a volume")
    if not is_plain(found.arguments):
        raise runs_code(f"an argument of the network `{printable(found.target)}` that is no plain value")
    if int(found.arguments.get("spatial_dims", 3)) != 3:
        raise not_done("its network reads pictures, and only volumes are read")
    return found


def build(found: Component, weights: bytes, is_safetensors: bool) -> torch.nn.Module:
    """The network with its weights, in evaluation mode, on the CPU.

    Raises:
        BundleError: it is not a network that is built here (002), its weights are pickled objects, damaged or of
            another network (003), or MONAI is not installed (008).
    """
    name = known_network(found).target.rpartition(".")[2]
    nets = monai_part("networks.nets")
    import torch

    state = tensors(weights, is_safetensors)
    make = getattr(nets, name)
    arguments = {key: as_tuple(item) for key, item in found.arguments.items()}
    try:
        # Without memory at first: what a configuration asks for is counted before it is granted.
        with torch.device("meta"):
            empty = make(**arguments)
        count = sum(p.numel() for p in empty.parameters())
        if count > MOST_PARAMETERS:
            raise not_done(
                f"its network has {count / 1e6:,.0f} million weights; the limit is {MOST_PARAMETERS / 1e6:,.0f}"
            )
        del empty
        network: torch.nn.Module = make(**arguments)
        network.load_state_dict(state)
    except (TypeError, ValueError, RuntimeError, KeyError, AssertionError, NotImplementedError) as error:
        raise BundleError(
            f"The bundle's weights and its network `{name}` do not go together: {printable(str(error), 200)}.",
            "Get the bundle again from its publisher.",
            code=BAD_WEIGHTS,
        ) from error
    return network.eval().requires_grad_(False)


def tensors(content: bytes, is_safetensors: bool) -> dict[str, Any]:
    """A state dict from bytes, without unpickling anything but tensors.

    Raises:
        BundleError: the file holds other objects than tensors, or is damaged.
    """
    import pickle

    import torch

    try:
        if is_safetensors:
            from safetensors.torch import load

            return load(content)
        held = torch.load(io.BytesIO(content), map_location="cpu", weights_only=True)
    except pickle.UnpicklingError as error:
        raise BundleError(
            "The bundle's weights hold pickled objects, which can run code when they are read.",
            "Ask its publisher for the weights as safetensors or as a plain state dict.",
            code=BAD_WEIGHTS,
        ) from error
    except Exception as error:
        raise BundleError(
            f"The bundle's weights cannot be read ({type(error).__name__}).",
            "Get the bundle again from its publisher.",
            code=BAD_WEIGHTS,
        ) from error
    for key in ("model", "state_dict", "network", "model_state_dict"):
        if isinstance(held, dict) and isinstance(held.get(key), dict):
            held = held[key]
    if not isinstance(held, dict) or not held or not all(isinstance(v, torch.Tensor) for v in held.values()):
        raise BundleError(
            "The bundle's weights are no table of tensors by name.",
            "Ask its publisher for the weights as safetensors or as a plain state dict.",
            code=BAD_WEIGHTS,
        )
    return {str(name).removeprefix("module."): tensor for name, tensor in held.items()}


def monai_part(name: str) -> Any:
    """A module of MONAI.

    Raises:
        BundleError: MONAI is not installed.
    """
    import importlib
    import warnings

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return importlib.import_module(f"monai.{name}")
    except ImportError as error:
        raise BundleError(
            "Bundles need MONAI, which is not installed.", "Run `pip install 'bedside[bundles]'`.", code=NO_MONAI
        ) from error


def is_plain(held: Any) -> bool:
    """Whether it is made of numbers, text, lists and dicts alone."""
    if isinstance(held, dict):
        return all(isinstance(key, str) and is_plain(item) for key, item in held.items())
    if isinstance(held, (list, tuple)):
        return all(map(is_plain, held))
    return held is None or isinstance(held, (str, int, float))


def as_tuple(held: Any) -> Any:
    """Lists as tuples, all the way down: what MONAI's constructors expect of shapes and of layers by name."""
    if isinstance(held, (list, tuple)):
        return tuple(map(as_tuple, held))
    return held


def not_done(why: str) -> BundleError:
    """The error for a bundle that is sound and asks for what is not built here."""
    return BundleError(
        f"This bundle cannot be run here: {why}.", "docs/bundles.md lists what is read of a bundle.", code=NOT_DONE
    )


__all__ = ["NOT_A_BUNDLE", "Score", "build", "known_network", "tensors"]
