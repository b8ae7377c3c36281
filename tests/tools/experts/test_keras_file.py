"""Keras files run without Keras: each layer against a plain numpy one, graphs, nested models, and what is refused."""

from __future__ import annotations

import zipfile
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from numpy.typing import NDArray
from support.keras_files import layer, model, write_keras

from bedside.tools.experts.keras_file import Graph, read_keras
from bedside.tools.experts.keras_file.archive import class_key

Array = NDArray[np.float32]
RNG = np.random.default_rng(0)


def random(*shape: int) -> Array:
    return RNG.normal(size=shape).astype(np.float32)


def alone(tmp_path: Path, kind: str, shape: tuple[int, ...], variables: list[Array], **settings: Any) -> Graph:
    """A model of one layer after its input."""
    layers = [layer("InputLayer", "x", [], batch_shape=[None, *shape]), layer(kind, "y", ["x"], **settings)]
    file = write_keras(
        tmp_path / "m.keras", model(layers, ["x"], ["y"]), {class_key(kind): variables} if variables else {}
    )
    return Graph(read_keras(file))


def run(graph: Graph, x: Array) -> Array:
    """Keras's (H, W, C) in and out, of one picture."""
    (out,) = graph.run([torch.from_numpy(np.moveaxis(x, -1, 0)[None].copy())])
    values = out[0].numpy()
    return np.moveaxis(values, 0, -1) if values.ndim == 3 else values


def windows(x: Array, size: tuple[int, int], strides: tuple[int, int], same: bool, fill: float = 0.0) -> Array:
    """(rows, columns, size, size, C) windows of a picture, padded as TensorFlow documents "SAME"."""
    if same:
        margins = []
        for n, k, s in zip(x.shape[:2], size, strides, strict=True):
            total = max((k - s) if n % s == 0 else (k - n % s), 0)
            margins.append((total // 2, total - total // 2))
        x = np.pad(x, [*margins, (0, 0)], constant_values=fill)
    rows = range(0, x.shape[0] - size[0] + 1, strides[0])
    columns = range(0, x.shape[1] - size[1] + 1, strides[1])
    return np.array([[x[r : r + size[0], c : c + size[1]] for c in columns] for r in rows])


@pytest.mark.parametrize("padding", ["same", "valid"])
@pytest.mark.parametrize(("size", "stride"), [(3, 1), (3, 2), (2, 2), (5, 3), (1, 2)])
def test_a_convolution_is_the_sum_over_its_windows(tmp_path: Path, padding: str, size: int, stride: int) -> None:
    kernel, bias, x = random(size, size, 3, 4), random(4), random(11, 8, 3)
    graph = alone(
        tmp_path, "Conv2D", (11, 8, 3), [kernel, bias], strides=[stride, stride], padding=padding, activation="relu"
    )
    seen = windows(x, (size, size), (stride, stride), padding == "same")
    expected = np.maximum(np.einsum("rcijk,ijko->rco", seen, kernel) + bias, 0)
    assert run(graph, x) == pytest.approx(expected, abs=1e-4)


@pytest.mark.parametrize(("padding", "stride"), [("same", 1), ("same", 2), ("valid", 2)])
def test_depthwise_and_separable_convolutions(tmp_path: Path, padding: str, stride: int) -> None:
    depth, point, bias, x = random(3, 3, 3, 2), random(1, 1, 6, 5), random(5), random(9, 10, 3)
    seen = windows(x, (3, 3), (stride, stride), padding == "same")
    each = np.einsum("rcijk,ijkm->rckm", seen, depth).reshape(*seen.shape[:2], 6)
    settings = {"strides": [stride, stride], "padding": padding}
    alone_ = alone(tmp_path, "DepthwiseConv2D", (9, 10, 3), [depth], use_bias=False, **settings)
    assert run(alone_, x) == pytest.approx(each, abs=1e-4)
    both = alone(tmp_path, "SeparableConv2D", (9, 10, 3), [depth, point, bias], **settings)
    assert run(both, x) == pytest.approx(each @ point[0, 0] + bias, abs=1e-4)


@pytest.mark.parametrize("padding", ["same", "valid"])
def test_the_largest_of_each_window_and_padding_counts_as_nothing(tmp_path: Path, padding: str) -> None:
    x = random(7, 9, 2) - 10
    graph = alone(tmp_path, "MaxPooling2D", (7, 9, 2), [], pool_size=[3, 3], strides=[2, 2], padding=padding)
    assert run(graph, x) == pytest.approx(windows(x, (3, 3), (2, 2), padding == "same", -np.inf).max((2, 3)))


def test_normalisations_and_rescaling(tmp_path: Path) -> None:
    x = random(4, 5, 3)
    gamma, beta, mean, variance = random(3), random(3), random(3), np.abs(random(3)) + 0.1
    batch = alone(tmp_path, "BatchNormalization", (4, 5, 3), [gamma, beta, mean, variance], epsilon=1e-3, axis=[3])
    assert run(batch, x) == pytest.approx((x - mean) / np.sqrt(variance + 1e-3) * gamma + beta, abs=1e-5)
    plain = alone(tmp_path, "BatchNormalization", (4, 5, 3), [beta, mean, variance], epsilon=1e-3, scale=False)
    assert run(plain, x) == pytest.approx((x - mean) / np.sqrt(variance + 1e-3) + beta, abs=1e-5)
    learnt = alone(tmp_path, "Normalization", (4, 5, 3), [mean, variance, np.zeros(1, dtype=np.float32)])
    assert run(learnt, x) == pytest.approx((x - mean) / np.sqrt(variance), abs=1e-5)
    scaled = alone(tmp_path, "Rescaling", (4, 5, 3), [], scale=1 / 127.5, offset=-1.0)
    assert run(scaled, x) == pytest.approx(x / 127.5 - 1, abs=1e-6)


def test_what_goes_over_a_whole_picture(tmp_path: Path) -> None:
    x, kernel, bias = random(4, 5, 3), random(60, 7), random(7)
    assert run(alone(tmp_path, "GlobalAveragePooling2D", (4, 5, 3), []), x) == pytest.approx(x.mean((0, 1)), abs=1e-6)
    assert run(alone(tmp_path, "GlobalMaxPooling2D", (4, 5, 3), []), x) == pytest.approx(x.max((0, 1)))
    padded = run(alone(tmp_path, "ZeroPadding2D", (4, 5, 3), [], padding=[[0, 1], [2, 3]]), x)
    assert padded == pytest.approx(np.pad(x, [(0, 1), (2, 3), (0, 0)]))
    layers = [
        layer("InputLayer", "x", [], batch_shape=[None, 4, 5, 3]),
        layer("Flatten", "flat", ["x"]),
        layer("Dense", "y", ["flat"], activation="softmax"),
    ]
    graph = Graph(read_keras(write_keras(tmp_path / "m.keras", model(layers, ["x"], ["y"]), {"dense": [kernel, bias]})))
    logits = x.reshape(-1) @ kernel + bias
    expected = np.exp(logits - logits.max())
    assert run(graph, x) == pytest.approx(expected / expected.sum(), abs=1e-5)


@pytest.mark.parametrize("root", ["layers", "_layer_checkpoint_dependencies"])
def test_branches_two_inputs_and_a_nested_model(tmp_path: Path, root: str) -> None:
    """A squeeze-and-excitation branch inside a nested model, joined with a vector of facts."""
    k1, k2, head = random(1, 1, 3, 4), random(1, 1, 4, 4), random(6, 2)
    inner = model(
        [
            layer("InputLayer", "in", [], batch_shape=[None, 6, 6, 3]),
            layer("Conv2D", "first", ["in"], use_bias=False, padding="valid", strides=[1, 1]),
            layer("GlobalAveragePooling2D", "pool", ["first"]),
            layer("Reshape", "shape", ["pool"], target_shape=[1, 1, 4]),
            layer("Conv2D", "second", ["shape"], use_bias=False, padding="same", strides=[1, 1], activation="sigmoid"),
            layer("Multiply", "scaled", ["first", "second"]),
            layer("Add", "sum", ["scaled", "first"]),
        ],
        ["in"],
        ["sum"],
        name="trunk",
    )
    trunk = {**inner, "inbound_nodes": layer("x", "x", ["picture"])["inbound_nodes"]}
    layers = [
        layer("InputLayer", "picture", [], batch_shape=[None, 6, 6, 3]),
        trunk,
        layer("GlobalAveragePooling2D", "mean", ["trunk"]),
        layer("InputLayer", "facts", [], batch_shape=[None, 2]),
        layer("Concatenate", "joined", ["mean", "facts"], axis=-1),
        layer("Dropout", "dropped", ["joined"], rate=0.5),
        layer("Dense", "out", ["dropped"], use_bias=False),
    ]
    variables = {"functional/conv2d": [k1], "functional/conv2d_1": [k2], "dense": [head]}
    file = write_keras(tmp_path / "m.keras", model(layers, ["picture", "facts"], ["out"]), variables, root)
    graph = Graph(read_keras(file))
    assert graph.inputs == ["picture", "facts"] and graph.shapes == [(6, 6, 3), (2,)]
    x, facts = random(6, 6, 3), random(2)
    first = x @ k1[0, 0]
    gate = 1 / (1 + np.exp(-(first.mean((0, 1)) @ k2[0, 0])))
    expected = np.concatenate([(first * gate + first).mean((0, 1)), facts]) @ head
    picture = torch.from_numpy(np.moveaxis(x, -1, 0)[None].copy())
    (out,) = graph.run([picture, torch.from_numpy(facts)[None]])
    assert out[0].numpy() == pytest.approx(expected, abs=1e-4)


@pytest.mark.parametrize(
    ("kind", "settings"),
    [
        ("Lambda", {"function": "code"}),
        ("Conv2D", {"activation": "mystery", "strides": [1, 1]}),
        ("Conv2D", {"dilation_rate": [2, 2], "strides": [1, 1]}),
        ("Reshape", {"target_shape": [2, 30]}),
        ("Concatenate", {"axis": 2}),
    ],
)
def test_what_is_not_known_is_refused_and_not_guessed(tmp_path: Path, kind: str, settings: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="not known"):
        alone(tmp_path, kind, (4, 5, 3), [random(1, 1, 3, 2), random(2)], **settings)


@pytest.mark.parametrize("content", [b"", b"not a zip", b"PK\x03\x04"])
def test_a_file_of_something_else_is_one_error(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "m.keras").write_bytes(content)
    with pytest.raises(ValueError, match="not a Keras file"):
        read_keras(tmp_path / "m.keras")


def test_damaged_parts_are_one_error(tmp_path: Path) -> None:
    for members in ({"config.json": "{"}, {"config.json": "[]", "model.weights.h5": ""}, {"config.json": "{}"}):
        with zipfile.ZipFile(tmp_path / "m.keras", "w") as archive:
            for name, text in members.items():
                archive.writestr(name, text)
        with pytest.raises(ValueError):
            read_keras(tmp_path / "m.keras")
