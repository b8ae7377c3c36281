"""Small `.keras` files written by hand in Keras's form: JSON for the architecture, HDF5 for the variables, in a zip."""

from __future__ import annotations

import io
import json
import zipfile
from pathlib import Path
from typing import Any

import h5py
import numpy as np
from numpy.typing import NDArray

Variables = dict[str, list[NDArray[np.float32]]]


def layer(kind: str, name: str, feeds: list[str], **settings: Any) -> dict[str, Any]:
    """One layer as Keras 3 writes it, fed by others."""
    tensors = [{"class_name": "__keras_tensor__", "config": {"keras_history": [feed, 0, 0]}} for feed in feeds]
    nodes = [{"args": [tensors[0] if len(tensors) == 1 else tensors], "kwargs": {}}] if tensors else []
    return {"class_name": kind, "name": name, "config": {"name": name, **settings}, "inbound_nodes": nodes}


def model(layers: list[dict[str, Any]], inputs: list[str], outputs: list[str], name: str = "model") -> dict[str, Any]:
    """A functional model of layers."""
    ends = {"input_layers": [[i, 0, 0] for i in inputs], "output_layers": [[o, 0, 0] for o in outputs]}
    return {"class_name": "Functional", "name": name, "config": {"name": name, "layers": layers, **ends}}


def write_keras(path: Path, architecture: dict[str, Any], variables: Variables, root: str = "layers") -> Path:
    """Writes the archive.

    Args:
        path: where.
        architecture: from `model`.
        variables: by the path of each layer ("conv2d_1", "functional/dense").
        root: the group under which Keras keeps layers; at every level of a nested model.
    """
    stream = io.BytesIO()
    with h5py.File(stream, "w") as file:
        for key, values in variables.items():
            group = "/".join(f"{root}/{part}" for part in key.split("/"))
            for index, value in enumerate(values):
                file.create_dataset(f"{group}/vars/{index}", data=value)
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("metadata.json", json.dumps({"keras_version": "3.0.0"}))
        archive.writestr("config.json", json.dumps(architecture))
        archive.writestr("model.weights.h5", stream.getvalue())
    return path
