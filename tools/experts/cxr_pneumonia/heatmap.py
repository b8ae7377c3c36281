"""Where the network looked: Grad-CAM (Selvaraju et al. 2017, doi:10.1109/ICCV.2017.74) over the film, as PNG."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from bedside.tools.experts.cxr_pneumonia.network import WATCHED
from bedside.tools.experts.cxr_pneumonia.preprocess import SQUARE
from bedside.tools.experts.cxr_pneumonia.views import VIEWS, views

if TYPE_CHECKING:
    import torch

HOT = 0.5
_LONGEST = 640
_COLOUR = np.array([255.0, 140.0, 0.0])  # orange on grey: told apart with any colour vision
_STRENGTH = 0.55


def grad_cam(network: torch.nn.Module, square: NDArray[np.uint8]) -> NDArray[np.float32]:
    """What speaks for pneumonia against normal, over the whole square.

    Args:
        network: as `network.usable` makes it.
        square: (SQUARE, SQUARE) uint8.

    Returns:
        (SQUARE, SQUARE) float32 from 0 to 1, its highest value 1, all 0 where nothing speaks for pneumonia; 0 in the
        rim that no view shows. The mean of the view as it is and its mirror image.
    """
    import torch
    import torch.nn.functional as functional

    kept: list[torch.Tensor] = []
    layer = network.get_submodule(f"features.{WATCHED}")

    def keep(module: Any, given: Any, found: torch.Tensor) -> None:
        found.retain_grad()
        kept.append(found)

    hook = layer.register_forward_hook(keep)
    try:
        with torch.enable_grad():
            batch = views(square[None], first=2)[:, 0].requires_grad_()
            out = network(batch)
            (torch.logsumexp(out[:, 1:], dim=1) - out[:, 0]).sum().backward()
    finally:
        hook.remove()
    found = kept[0]
    if found.grad is None:
        raise RuntimeError(f"no gradient reached {WATCHED}")
    weight = found.grad.mean(dim=(2, 3), keepdim=True)
    maps = (weight * found.detach()).sum(dim=1, keepdim=True).relu()
    both = (maps[0] + maps[1].flip(2))[None] / 2
    size = round(VIEWS[0][0] * SQUARE)
    inner = functional.interpolate(both, size=(size, size), mode="bicubic", align_corners=False).clamp_min(0)[0, 0]
    whole = np.zeros((SQUARE, SQUARE), dtype=np.float32)
    rim = round((SQUARE - size) / 2)
    whole[rim : rim + size, rim : rim + size] = inner.numpy()
    top = float(whole.max())
    return whole / top if top > 0 else whole


def hot_box(heat: NDArray[np.float32], shape: tuple[int, ...]) -> tuple[tuple[int, int], ...]:
    """The box around what is at least half as hot as the hottest: (row, column) of a film of that shape, () if none."""
    hot = heat >= HOT
    if not hot.any():
        return ()
    box = []
    for axis in range(2):
        held = np.flatnonzero(hot.any(axis=1 - axis))
        scale = shape[axis] / heat.shape[axis]
        box.append((int(held[0] * scale), min(shape[axis], round((held[-1] + 1) * scale))))
    return tuple(box)


def save_heat(film: NDArray[np.float32], heat: NDArray[np.float32], path: Path) -> Path:
    """Writes the film (row, column) with the heat in orange over it, in the film's own proportions, as PNG."""
    from PIL import Image

    from bedside.tools.imaging.render import grey

    rows, columns = film.shape
    factor = min(1.0, _LONGEST / max(rows, columns))
    size = (max(1, round(columns * factor)), max(1, round(rows * factor)))
    shown = np.asarray(Image.fromarray(grey(film)).resize(size, Image.Resampling.LANCZOS), dtype=np.float32)[..., None]
    scaled = Image.fromarray(heat, mode="F").resize(size, Image.Resampling.BILINEAR)
    share = _STRENGTH * np.clip(np.asarray(scaled), 0, 1)[..., None]
    path.parent.mkdir(parents=True, exist_ok=True)
    mixed = shown * (1 - share) + _COLOUR * share
    Image.fromarray(np.clip(mixed, 0, 255).astype(np.uint8), mode="RGB").save(path, format="PNG")
    return path
