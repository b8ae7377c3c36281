"""Small real MONAI bundles: a UNet of three classes, with the configuration that bundles usually have."""

from __future__ import annotations

import copy
import json
import zipfile
from pathlib import Path
from typing import Any

import nibabel as nib
import numpy as np

LABELS = {"0": "background", "1": "air", "2": "bone"}
NETWORK: dict[str, Any] = {
    "_target_": "UNet",
    "spatial_dims": 3,
    "in_channels": 1,
    "out_channels": 3,
    "channels": [8, 16],
    "strides": [2],
    "num_res_units": 0,
    "norm": "batch",
}
CONFIG: dict[str, Any] = {
    "imports": ["$import glob", "$import os"],
    "bundle_root": ".",
    "image_key": "image",
    "output_dir": "$@bundle_root + '/eval'",
    "datalist": "$list(sorted(glob.glob('/data/*.nii.gz')))",
    "device": "$torch.device('cuda:0' if torch.cuda.is_available() else 'cpu')",
    "network_def": NETWORK,
    "network": "$@network_def.to(@device)",
    "preprocessing": {
        "_target_": "Compose",
        "transforms": [
            {"_target_": "LoadImaged", "keys": "@image_key"},
            {"_target_": "EnsureChannelFirstd", "keys": "@image_key"},
            {"_target_": "Orientationd", "keys": "@image_key", "axcodes": "RAS"},
            {"_target_": "Spacingd", "keys": "@image_key", "pixdim": [3.0, 3.0, 3.0], "mode": "bilinear"},
            {
                "_target_": "ScaleIntensityRanged",
                "keys": "@image_key",
                "a_min": -1000,
                "a_max": 1000,
                "b_min": 0,
                "b_max": 1,
                "clip": True,
            },
            {"_target_": "EnsureTyped", "keys": "@image_key"},
        ],
    },
    "inferer": {
        "_target_": "SlidingWindowInferer",
        "roi_size": [32, 32, 32],
        "sw_batch_size": 2,
        "overlap": 0.25,
        "mode": "gaussian",
    },
    "postprocessing": {
        "_target_": "Compose",
        "transforms": [
            {"_target_": "Activationsd", "keys": "pred", "softmax": True},
            {
                "_target_": "Invertd",
                "keys": "pred",
                "transform": "@preprocessing",
                "orig_keys": "@image_key",
                "nearest_interp": False,
                "to_tensor": True,
            },
            {"_target_": "AsDiscreted", "keys": "pred", "argmax": True},
            {"_target_": "SaveImaged", "keys": "pred", "output_dir": "@output_dir"},
        ],
    },
    "checkpointloader": {
        "_target_": "CheckpointLoader",
        "load_path": "$@bundle_root + '/models/model.pt'",
        "load_dict": {"model": "@network"},
    },
    "run": ["$@evaluator.run()"],
}
METADATA: dict[str, Any] = {
    "version": "0.1.0",
    "name": "Air and bone",
    "authors": "Nobody",
    "data_source": "one CT of the chest",
    "intended_use": "This is an example, not to be used for diagnostic purposes",
    "eval_metrics": {"mean_dice": 0.5},
    "network_data_format": {
        "inputs": {"image": {"modality": "CT", "num_channels": 1, "channel_def": {"0": "image"}}},
        "outputs": {"pred": {"num_channels": 3, "channel_def": LABELS}},
    },
}


def changed(base: dict[str, Any], **changes: Any) -> dict[str, Any]:
    """A deep copy with some top-level entries changed."""
    return {**copy.deepcopy(base), **changes}


def unet(**changes: Any) -> Any:
    """MONAI's UNet of the configuration, with random weights that are the same each time."""
    import torch
    from monai.networks.nets import UNet

    torch.manual_seed(7)
    given = {k: v for k, v in {**NETWORK, **changes}.items() if not k.startswith("_")}
    return UNet(**given).eval()


def write_bundle(
    folder: Path,
    *,
    config: dict[str, Any] | None = None,
    metadata: dict[str, Any] | None = None,
    state: Any = None,
    weights: str = "model.pt",
) -> Path:
    """Writes a bundle; by default the one above with random weights."""
    import torch

    (folder / "configs").mkdir(parents=True)
    (folder / "models").mkdir()
    (folder / "configs" / "metadata.json").write_text(json.dumps(metadata or METADATA))
    (folder / "configs" / "inference.json").write_text(json.dumps(config or CONFIG))
    (folder / "LICENSE").write_text("Apache License, Version 2.0\n")
    state = unet().state_dict() if state is None else state
    if weights.endswith(".safetensors"):
        from safetensors.torch import save_file

        save_file(state, folder / "models" / weights)
    else:
        torch.save(state, folder / "models" / weights)
    return folder


def zipped(folder: Path, path: Path, top: str = "") -> Path:
    """The folder as a zip, under a top folder or none."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for file in sorted(folder.rglob("*")):
            if file.is_file():
                archive.write(file, f"{top}{file.relative_to(folder)}")
    return path


def write_volume(path: Path, shape: tuple[int, int, int], spacing: tuple[float, ...], axes: str = "RAS") -> Path:
    """A smooth random volume in HU as NIfTI, stored along the given axes; `shape` and `spacing` are along (R, A, S)."""
    from scipy import ndimage

    noise = ndimage.gaussian_filter(np.random.default_rng(3).normal(size=shape), 3)
    volume = (noise / np.abs(noise).max() * 1000).astype(np.float32)
    affine = np.diag([*spacing, 1.0])
    affine[:3, 3] = (-40.0, 15.0, 300.0)
    image = nib.Nifti1Image(volume, affine)
    turn = nib.orientations.ornt_transform(
        nib.orientations.axcodes2ornt("RAS"), nib.orientations.axcodes2ornt(tuple(axes))
    )
    nib.save(image.as_reoriented(turn), path)
    return path


def train(folder: Path, scan: Path, steps: int = 150) -> Path:
    """A bundle whose network has learned air (below -300 HU) and bone (above 200 HU) of one CT, in seconds."""
    import torch

    from bedside.tools.bundles.config import BundleConfig
    from bedside.tools.bundles.preprocess import prepare, steps_of
    from bedside.tools.imaging.door import open_file

    study = open_file(scan, attachment_id="A1", limit_bytes=10**9)
    image = prepare((study,), steps_of(BundleConfig(CONFIG))).image
    hounsfield = image[0] * 2000 - 1000
    truth = torch.zeros(hounsfield.shape, dtype=torch.long)
    truth[hounsfield < -300] = 1
    truth[hounsfield > 200] = 2
    network = unet().train()
    optimizer = torch.optim.AdamW(network.parameters(), lr=0.03)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, 0.03, total_steps=steps)
    draw, bone = np.random.default_rng(1), torch.nonzero(truth == 2)
    # Bone is 2 % of the volume, so every patch is drawn around some.
    for _ in range(steps):
        places = []
        for middle in bone[draw.integers(0, len(bone), 4)].tolist():
            corner = [
                min(max(0, m - int(draw.integers(0, 32))), n - 32) for m, n in zip(middle, truth.shape, strict=True)
            ]
            places.append(tuple(slice(c, c + 32) for c in corner))
        given = torch.stack([image[(slice(None), *place)] for place in places])
        loss = torch.nn.functional.cross_entropy(network(given), torch.stack([truth[place] for place in places]))
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        schedule.step()
    return write_bundle(folder, state=network.eval().state_dict())
