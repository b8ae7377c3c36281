"""The tensors of a file that `torch.save` wrote, a whole network or its state, without unpickling anything.

`torch.load(weights_only=True)` refuses a file that holds a network object, as older publications do, and loading it in
full would run what the file says. Here its pickle is only described (`inert`), and the tensors are read from the bytes.
Both containers are known: the zip archive of PyTorch 1.6 and later, and the stream of pickles before it.
"""

from __future__ import annotations

import struct
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

from bedside.core.weights.inert import Made, Name, Outside, describe

if TYPE_CHECKING:
    import torch

MAGIC = 0x1950A86A20F9469CFC6C
DTYPES = {
    "FloatStorage": "float32",
    "DoubleStorage": "float64",
    "HalfStorage": "float16",
    "LongStorage": "int64",
    "IntStorage": "int32",
}
_REBUILDS = (Name("torch._utils", "_rebuild_tensor_v2"), Name("torch._utils", "_rebuild_tensor"))
_PARAMETER = Name("torch._utils", "_rebuild_parameter")
_DEEPEST = 50


def tensors_of(path: Path) -> dict[str, torch.Tensor]:
    """Every parameter and buffer by its name, as `state_dict` would give them.

    Raises:
        ValueError: the file is not one that `torch.save` wrote, or holds something else than tensors need.
        OSError: it cannot be read.
    """
    try:
        if zipfile.is_zipfile(path):
            root, storages = _from_zip(path)
        else:
            with path.open("rb") as stream:
                root, storages = _from_stream(stream)
        found: dict[str, torch.Tensor] = {}
        _collect(root, "", storages, found, 0)
    except (struct.error, KeyError, IndexError, TypeError, RuntimeError, zipfile.BadZipFile) as error:
        raise ValueError(f"{path.name} is not a file of tensors: {error!r}") from error
    if not found:
        raise ValueError(f"{path.name} holds no tensors")
    return found


def _from_zip(path: Path) -> tuple[Any, dict[str, torch.Tensor]]:
    with zipfile.ZipFile(path) as archive:
        inside = next((name for name in archive.namelist() if name.endswith("data.pkl")), "")
        if not inside:
            raise ValueError("its archive holds no description")
        with archive.open(inside) as stream:
            root, kept = describe(stream)  # type: ignore[arg-type]  # reads and tells, which is all that is needed
        folder = inside.removesuffix("data.pkl") + "data/"
        return root, {
            key: _storage(archive.read(folder + key), dtype) for key, (dtype, _) in _storages_of(kept).items()
        }


def _from_stream(stream: BinaryIO) -> tuple[Any, dict[str, torch.Tensor]]:
    """The container before PyTorch 1.6: five pickles, then each storage as its length and its bytes."""
    magic, _ = describe(stream)
    if magic != MAGIC:
        raise ValueError("it does not begin as PyTorch's files do")
    describe(stream)
    system, _ = describe(stream)
    if isinstance(system, dict) and not system.get("little_endian", True):
        raise ValueError("it was written with the other byte order")
    root, kept = describe(stream)
    keys, _ = describe(stream)
    known = _storages_of(kept)
    storages = {}
    for key in keys:
        (count,) = struct.unpack("<q", stream.read(8))
        dtype, expected = known[str(key)]
        if count != expected:
            raise ValueError(f"storage {key} has {count} elements, not {expected}")
        storages[str(key)] = _storage(stream.read(count * _width(dtype)), dtype)
    return root, storages


def _storages_of(kept: list[Outside]) -> dict[str, tuple[str, int]]:
    """The type and the number of elements of every storage, by its key."""
    found = {}
    for outside in kept:
        if isinstance(outside.id, tuple) and outside.id and outside.id[0] == "storage":
            kind, key, _, count = outside.id[1:5]
            if not isinstance(kind, Name) or kind.name not in DTYPES:
                raise ValueError(f"it holds numbers of the type {kind}")
            found[str(key)] = (DTYPES[kind.name], int(count))
    return found


def _width(dtype: str) -> int:
    return int(dtype[-2:]) // 8


def _storage(data: bytes, dtype: str) -> torch.Tensor:
    import torch

    if not data:
        return torch.empty(0, dtype=getattr(torch, dtype))
    return torch.frombuffer(bytearray(data), dtype=getattr(torch, dtype))


def _collect(
    node: Any, prefix: str, storages: Mapping[str, torch.Tensor], found: dict[str, torch.Tensor], depth: int
) -> None:
    """Adds the tensors of a network, or of a dictionary of tensors, under their full names."""
    if depth > _DEEPEST:
        raise ValueError("its networks are nested too deeply")
    state = node.state if isinstance(node, Made) else None
    if not (isinstance(state, dict) and "_modules" in state):
        for name, value in _entries(node).items():
            if isinstance(value, Made):
                found[f"{prefix}{name}"] = _tensor(value, storages)
        return
    for place in ("_parameters", "_buffers"):
        for name, value in _entries(state.get(place)).items():
            if value is not None:
                found[f"{prefix}{name}"] = _tensor(value, storages)
    for name, inner in _entries(state["_modules"]).items():
        if inner is not None:
            _collect(inner, f"{prefix}{name}.", storages, found, depth + 1)


def _entries(node: Any) -> dict[str, Any]:
    """The entries of a dictionary, ordered or not."""
    if isinstance(node, Made):
        return node.items
    return node if isinstance(node, dict) else {}


def _tensor(made: Made, storages: Mapping[str, torch.Tensor]) -> torch.Tensor:
    import torch

    if made.what == _PARAMETER:
        made = made.args[0]
    if made.what not in _REBUILDS:
        raise ValueError(f"it makes {made.what} where a tensor is expected")
    storage, offset, size, stride = made.args[:4]
    whole = storages[str(storage.id[2])]
    return torch.as_strided(whole, tuple(size), tuple(stride), int(offset)).clone()
