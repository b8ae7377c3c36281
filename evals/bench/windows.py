"""`python -m bedside.evals.bench.windows`: time and memory of a MONAI bundle over a volume, on this machine.

The networks have the architecture of published bundles and random weights, which take the same time and memory as
trained ones. Everything that a user's bundle goes through is gone through: adding, checking, preprocessing, windows,
labels on the volume's own grid. Peak memory is that of this process, so that one run measures one network.
"""

from __future__ import annotations

import argparse
import json
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from bedside.core.settings import Settings
from bedside.core.study import Modality, Study, StudyInfo
from bedside.evals.bench.answers import Row, machine, memory_row, table
from bedside.tools.bundles.expert import BundleExpert
from bedside.tools.bundles.network import monai_part

_SPACING = {"_target_": "Spacingd", "keys": "image", "mode": "bilinear"}
_SCALE = {"_target_": "ScaleIntensityRanged", "keys": "image", "b_min": 0, "b_max": 1, "clip": True}
_SEGRESNET = {"_target_": "SegResNet", "spatial_dims": 3, "blocks_down": [1, 2, 2, 4], "blocks_up": [1, 1, 1]}
# Architecture, spacing (None: as the file has it), intensity, windows and decision of four published bundles; the
# versions are those of tools/bundles/names.yaml.
NETWORKS: dict[str, dict[str, Any]] = {
    "spleen": {
        "network_def": {
            "_target_": "UNet",
            "spatial_dims": 3,
            "in_channels": 1,
            "out_channels": 2,
            "channels": [16, 32, 64, 128, 256],
            "strides": [2, 2, 2, 2],
            "num_res_units": 2,
            "norm": "batch",
        },
        "spacing": [1.5, 1.5, 2.0],
        "intensity": {**_SCALE, "a_min": -57, "a_max": 164},
        "inferer": {"roi_size": [96, 96, 96], "overlap": 0.5},
        "decision": {"softmax": True, "argmax": True},
    },
    "wholebody": {
        "network_def": {**_SEGRESNET, "in_channels": 1, "out_channels": 105, "init_filters": 32},
        "spacing": [1.5, 1.5, 1.5],
        "intensity": {"_target_": "NormalizeIntensityd", "keys": "image", "nonzero": True},
        "inferer": {"roi_size": [96, 96, 96], "overlap": 0.25, "mode": "gaussian", "padding_mode": "replicate"},
        "decision": {"softmax": True, "argmax": True},
    },
    "brats": {
        "network_def": {**_SEGRESNET, "in_channels": 4, "out_channels": 3, "init_filters": 16},
        "spacing": None,
        "intensity": {"_target_": "NormalizeIntensityd", "keys": "image", "nonzero": True, "channel_wise": True},
        "inferer": {"roi_size": [240, 240, 160], "overlap": 0.5},
        "decision": {"sigmoid": True, "threshold": 0.5},
    },
    "vista3d": {
        "network_def": {"_target_": "vista3d132", "in_channels": 1},
        "spacing": [1.5, 1.5, 1.5],
        "intensity": {**_SCALE, "a_min": -964, "a_max": 1054},
        "inferer": {"roi_size": [128, 128, 128], "overlap": 0.3},
        "decision": {"argmax": True},
    },
}


def write_bundle(folder: Path, which: str) -> Path:
    """A bundle of that architecture with random weights."""
    from safetensors.torch import save_file

    chosen = NETWORKS[which]
    given = {k: v for k, v in chosen["network_def"].items() if k != "_target_"}
    network = getattr(monai_part("networks.nets"), chosen["network_def"]["_target_"])(**given)
    spacing = [{**_SPACING, "pixdim": chosen["spacing"]}] if chosen["spacing"] else []
    decision = chosen["decision"]
    after = [
        {
            "_target_": "Activationsd",
            "keys": "pred",
            **{k: decision[k] for k in ("softmax", "sigmoid") if k in decision},
        },
        {
            "_target_": "AsDiscreted",
            "keys": "pred",
            **{k: decision[k] for k in ("argmax", "threshold") if k in decision},
        },
    ]
    config = {
        "network_def": chosen["network_def"],
        "preprocessing": {"_target_": "Compose", "transforms": [*spacing, chosen["intensity"]]},
        "inferer": {"_target_": "SlidingWindowInferer", **chosen["inferer"]},
        "postprocessing": {"_target_": "Compose", "transforms": after},
    }
    inputs, outputs = int(given.get("in_channels", 1)), int(given.get("out_channels", 133))
    form = {
        "name": which,
        "version": "0",
        "network_data_format": {
            "inputs": {"image": {"modality": "CT", "num_channels": inputs}},
            "outputs": {"pred": {"num_channels": outputs, "channel_def": {n: f"label {n}" for n in range(outputs)}}},
        },
    }
    (folder / "configs").mkdir(parents=True)
    (folder / "models").mkdir()
    (folder / "configs" / "metadata.json").write_text(json.dumps(form), encoding="utf-8")
    (folder / "configs" / "inference.json").write_text(json.dumps(config), encoding="utf-8")
    save_file({k: v.contiguous() for k, v in network.state_dict().items()}, folder / "models" / "model.safetensors")
    return folder


def volume(size: int, spacing: tuple[float, float, float], number: int = 0) -> Study:
    """A cube of noise in HU."""
    array = np.random.default_rng(number).normal(0, 300, (size,) * 3).astype(np.float32)
    array.setflags(write=False)
    info = StudyInfo(
        id=f"A{number + 1}",
        kind="volume",
        modality=Modality.CT,
        axes=("R", "A", "S"),
        shape=array.shape,
        spacing=spacing,
        spacing_unit="mm",
        value_unit="HU",
        orientation="RAS",
        sha256=f"{number:064x}",
    )
    return Study(info=info, array=array, affine=np.diag([*spacing, 1.0]))


def measured(which: str, size: int, home: Path) -> list[Row]:
    """Adds the bundle, loads it and runs it once."""
    from bedside.tools.bundles.files import open_bundle
    from bedside.tools.bundles.store import examine, keep

    settings = Settings(home=home, output=home / "out")
    files = open_bundle(write_bundle(home / which, which), settings.bounds.file_bytes)
    tool = BundleExpert(keep(examine(files, which), files, settings), settings)
    spacing = NETWORKS[which]["spacing"] or [1.0, 1.0, 1.0]
    studies = [volume(size, (spacing[0], spacing[1], spacing[2]), n) for n in range(len(tool.card.accepts.series) or 1)]
    before = memory_row().value
    windows: list[float] = []
    labels = ("label 3",) if tool.record.prompted else ()
    started, processor = time.perf_counter(), time.process_time()
    found = tool.segment(studies, labels, windows.append)
    seconds, processor = time.perf_counter() - started, time.process_time() - processor
    return [
        Row(name="windows", value=float(len(windows) - 1), unit=""),
        Row(name="labels found", value=float(sum(1 for n in found.voxels.values() if n)), unit=""),
        Row(name="from a Study to labels, wall time", value=seconds, unit="s"),
        Row(name="the same, processor time", value=processor, unit="s"),
        Row(name="processor time a window", value=processor / max(1, len(windows) - 1), unit="s"),
        Row(name="resident memory before, peak", value=before, unit="GB"),
        memory_row().model_copy(update={"target": 3.0}),
    ]


def main(arguments: Sequence[str] | None = None) -> None:
    """Measures and prints."""
    parser = argparse.ArgumentParser(prog="python -m bedside.evals.bench.windows", description=__doc__)
    parser.add_argument("network", nargs="?", default="spleen", choices=list(NETWORKS), help="default: spleen")
    parser.add_argument("--size", type=int, default=200, help="voxels along each side (default 200)")
    chosen = parser.parse_args(arguments)
    import torch

    print(f"{chosen.network}, random weights, a volume of {chosen.size} x {chosen.size} x {chosen.size}, n = 1 run")
    print(machine(f"{torch.get_num_threads()} threads"), flush=True)
    with tempfile.TemporaryDirectory(prefix="bedside-bench-") as home:
        print(table(measured(chosen.network, chosen.size, Path(home))))


if __name__ == "__main__":
    main()
