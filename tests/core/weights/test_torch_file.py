"""Tensors out of torch's files without unpickling: the same numbers, and nothing that a file asks for is done."""

from __future__ import annotations

import os
import pickle
from collections import OrderedDict
from pathlib import Path
from typing import Any

import pytest
import torch
from torch import nn

from bedside.core.weights.torch_file import tensors_of


class Small(nn.Module):  # type: ignore[misc]
    """A network of this test: old publications hold objects of such classes."""

    def __init__(self) -> None:
        super().__init__()
        self.body = nn.Sequential(
            OrderedDict(conv=nn.Conv2d(1, 4, 3, bias=False), norm=nn.BatchNorm2d(4), relu=nn.ReLU())
        )
        self.head = nn.Linear(4, 3)
        self.note = {"trained": "here", "epochs": [1, 2, 3], "share": 0.5}
        self.absent = None


class Hostile:
    """What runs a command when it is unpickled."""

    def __init__(self, command: str) -> None:
        self.command = command

    def __reduce__(self) -> Any:
        return os.system, (self.command,)


def saved(what: Any, path: Path, zipped: bool) -> Path:
    torch.save(what, path, _use_new_zipfile_serialization=zipped)
    return path


@pytest.mark.parametrize("zipped", [True, False])
@pytest.mark.parametrize("whole", [True, False])
def test_a_network_and_its_state_give_the_same_tensors(tmp_path: Path, zipped: bool, whole: bool) -> None:
    torch.manual_seed(0)
    network = Small()
    path = saved(network if whole else network.state_dict(), tmp_path / "w.pt", zipped)
    found, expected = tensors_of(path), network.state_dict()
    assert list(found) == list(expected)
    assert all(torch.equal(found[name], expected[name]) and found[name].dtype == expected[name].dtype for name in found)


@pytest.mark.parametrize("zipped", [True, False])
def test_views_of_one_storage_keep_their_shape_and_place(tmp_path: Path, zipped: bool) -> None:
    base = torch.arange(24.0).reshape(4, 6)
    path = saved(
        {"turned": base.t(), "part": base[1:3, 2:5], "half": base.half(), "count": torch.tensor(7)},
        tmp_path / "w.pt",
        zipped,
    )
    found = tensors_of(path)
    assert torch.equal(found["turned"], base.t()) and torch.equal(found["part"], base[1:3, 2:5])
    assert found["half"].dtype == torch.float16 and int(found["count"]) == 7


@pytest.mark.parametrize("zipped", [True, False])
def test_what_a_file_asks_to_run_is_not_run(tmp_path: Path, zipped: bool) -> None:
    sign = tmp_path / "sign"
    path = saved({"w": torch.zeros(2), "x": Hostile(f"touch {sign}")}, tmp_path / "w.pt", zipped)
    with pytest.raises(ValueError, match="tensor is expected"):
        tensors_of(path)
    assert not sign.exists()
    torch.load(path, weights_only=False)  # to show that the file does what it says where it is unpickled
    assert sign.exists()


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"weights",
        pickle.dumps(5),
        pickle.dumps({"w": 1}),
        b"\x80\x02}q\x00(X\x01",
        b"PK\x03\x04broken",
        b"\x80\x02.",
        b"\x80\x02c\n.",
    ],
)
def test_a_file_of_something_else_is_one_error(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "w.pt"
    path.write_bytes(content)
    with pytest.raises(ValueError):
        tensors_of(path)


@pytest.mark.parametrize("zipped", [True, False])
def test_a_file_cut_short_anywhere_is_an_error_and_no_crash(tmp_path: Path, zipped: bool) -> None:
    whole = saved(Small(), tmp_path / "w.pt", zipped).read_bytes()
    cut = tmp_path / "cut.pt"
    for share in range(1, 20):
        cut.write_bytes(whole[: len(whole) * share // 20])
        with pytest.raises(ValueError):
            tensors_of(cut)


def test_a_tensor_beyond_its_storage_is_refused(tmp_path: Path) -> None:
    path = saved({"w": torch.zeros(8)}, tmp_path / "w.pt", zipped=False)
    data = path.read_bytes()
    assert data.count(b"K\x08\x85") == 1
    path.write_bytes(data.replace(b"K\x08\x85", b"K\x09\x85"))
    with pytest.raises(ValueError):
        tensors_of(path)
