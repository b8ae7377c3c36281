"""The architecture and the weights of a `.keras` file: a zip archive of JSON and HDF5, in which no code is looked for.

Keras stores the variables of a layer under the name of its class with a number ("conv2d", "conv2d_1", ...), in the
order of the architecture's list of layers.
"""

from __future__ import annotations

import io
import json
import re
import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

CONFIG, WEIGHTS = "config.json", "model.weights.h5"
MOST_BYTES = 600_000_000
NESTED = ("Functional", "Sequential", "Model")
_ROOTS = ("layers", "_layer_checkpoint_dependencies")


@dataclass(frozen=True)
class KerasFile:
    """A model as data.

    Attributes:
        config: the architecture: a model with its list of layers.
        variables: of each layer by its path ("dense", "functional/conv2d"), float32, in Keras's order and axes.
    """

    config: dict[str, Any]
    variables: dict[str, list[NDArray[np.float32]]]


def read_keras(path: Path) -> KerasFile:
    """Reads a `.keras` file.

    Raises:
        ValueError: it is no such file, is damaged, or unpacks to more than `MOST_BYTES`.
        OSError: it cannot be read.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            if sum(archive.getinfo(name).file_size for name in (CONFIG, WEIGHTS)) > MOST_BYTES:
                raise ValueError(f"{path.name} unpacks to more than {MOST_BYTES} bytes")
            config = json.loads(archive.read(CONFIG))
            variables = _variables(archive.read(WEIGHTS))
    except (KeyError, zipfile.BadZipFile, json.JSONDecodeError, UnicodeDecodeError, RuntimeError) as error:
        raise ValueError(f"{path.name} is not a Keras file: {error!r}") from error
    if not isinstance(config, dict) or not isinstance(config.get("config"), dict):
        raise ValueError(f"{path.name} holds no architecture")
    return KerasFile(config, variables)


def _variables(data: bytes) -> dict[str, list[NDArray[np.float32]]]:
    """Every list of variables in the HDF5 file by the path of its layer."""
    import h5py

    found: dict[str, dict[int, NDArray[np.float32]]] = {}

    def visit(name: str, item: Any) -> None:
        parts = name.replace("\\", "/").split("/")
        if isinstance(item, h5py.Dataset) and len(parts) > 2 and parts[-2] == "vars" and parts[-1].isdigit():
            layer = "/".join(part for part in parts[:-2] if part not in _ROOTS)
            found.setdefault(layer, {})[int(parts[-1])] = np.asarray(item, dtype=np.float32)

    try:
        with h5py.File(io.BytesIO(data), "r") as file:
            file.visititems(visit)
    except OSError as error:
        raise ValueError(f"its weights are not HDF5: {error}") from error
    return {layer: [values[index] for index in sorted(values)] for layer, values in found.items()}


def class_key(name: str) -> str:
    """A class as Keras names it in files: "DepthwiseConv2D" is "depthwise_conv2d"."""
    spaced = re.sub(r"(.)([A-Z][a-z]+)", r"\1_\2", name)
    return re.sub(r"([a-z])([A-Z])", r"\1_\2", spaced).lower()
