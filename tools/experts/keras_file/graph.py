"""Runs a Keras model's graph of layers in PyTorch."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from bedside.tools.experts.keras_file.archive import NESTED, KerasFile, class_key

if TYPE_CHECKING:
    import torch

    from bedside.tools.experts.keras_file.layers import Step


class Graph:
    """A model's layers, made once and run in the order of its architecture.

    Attributes:
        inputs: the names of the input layers, in the order in which `run` takes them.
        shapes: the shape of each input without the batch, as Keras has it: (height, width, channels) or (values,).
    """

    def __init__(self, file: KerasFile) -> None:
        """Makes every layer.

        Raises:
            ValueError: a layer, an activation or a way of joining layers is not known here, or variables are missing.
        """
        self._settings = file.config["config"]
        try:
            self._layers = list(self._settings["layers"])
            self._steps = dict(_steps(self._layers, file.variables, ""))
            self._feeds = _feeds(self._layers)
            self.inputs = _ends(self._settings.get("input_layers")) or [self._layers[0]["config"]["name"]]
            self._outputs = _ends(self._settings.get("output_layers")) or [self._layers[-1]["config"]["name"]]
            self.shapes = [self._shape(name) for name in self.inputs]
        except (KeyError, IndexError, TypeError) as error:
            raise ValueError(f"the architecture cannot be read: {error!r}") from error

    def run(self, inputs: Sequence[torch.Tensor]) -> list[torch.Tensor]:
        """The model's outputs.

        Args:
            inputs: one tensor an input layer: (N, C, H, W) float32 for pictures, (N, values) for the rest.
        """
        import torch

        with torch.inference_mode():
            return self._run(inputs)

    def _run(self, inputs: Sequence[torch.Tensor]) -> list[torch.Tensor]:
        held = {name: _arranged(given) for name, given in zip(self.inputs, inputs, strict=True)}
        for layer in self._layers:
            name = str(layer["config"]["name"])
            if name not in held:
                held[name] = self._steps[name](*(held[feed] for feed in self._feeds[name]))
        return [held[name] for name in self._outputs]

    def _shape(self, name: str) -> tuple[int, ...]:
        settings = next(layer["config"] for layer in self._layers if layer["config"]["name"] == name)
        shape = settings.get("batch_shape") or settings.get("batch_input_shape")
        return tuple(int(size) for size in shape[1:])


def _arranged(given: torch.Tensor) -> torch.Tensor:
    """Pictures with their channels together in memory, in which convolutions of few threads are quicker."""
    import torch

    return given.contiguous(memory_format=torch.channels_last) if given.ndim == 4 else given


def _steps(layers: list[Any], variables: dict[str, Any], prefix: str) -> Iterator[tuple[str, Step]]:
    """Each layer's name and what runs it; the numbers behind equal classes follow the list of layers."""
    from bedside.tools.experts.keras_file.layers import LAYERS

    seen: dict[str, int] = {}
    for layer in layers:
        kind, settings = str(layer["class_name"]), dict(layer["config"])
        key = class_key(kind)
        count = seen[key] = seen.get(key, -1) + 1
        path = f"{prefix}{key}_{count}" if count else f"{prefix}{key}"
        if kind == "InputLayer":
            continue
        if kind in NESTED:
            inner = {name: held for name, held in variables.items() if name.startswith(f"{path}/")}
            nested = Graph(KerasFile(layer, {name.removeprefix(f"{path}/"): held for name, held in inner.items()}))
            yield str(settings["name"]), _first(nested)
            continue
        if kind not in LAYERS:
            raise ValueError(f"the layer {kind} is not known")
        yield str(settings["name"]), LAYERS[kind](settings, variables.get(path, []))


def _first(graph: Graph) -> Step:
    return lambda *inputs: graph._run(inputs)[0]


def _feeds(layers: list[Any]) -> dict[str, list[str]]:
    """The names of the layers that feed each layer; in a chain without a record of it, the one before."""
    feeds: dict[str, list[str]] = {}
    before = ""
    for layer in layers:
        name, nodes = str(layer["config"]["name"]), layer.get("inbound_nodes") or []
        if len(nodes) > 1:
            raise ValueError(f"{name} is used several times, which is not known")
        feeds[name] = list(_histories(nodes[0])) if nodes else [before] * bool(before)
        before = name
    return feeds


def _histories(node: Any) -> Iterator[str]:
    """The layers named in one node: Keras 3 wraps each in a tensor's description, Keras 2 has [name, node, tensor]."""
    if isinstance(node, dict):
        if "keras_history" in node:
            yield str(node["keras_history"][0])
            return
        for value in node.values():
            yield from _histories(value)
    elif isinstance(node, list):
        if len(node) in (3, 4) and isinstance(node[0], str) and isinstance(node[1], int):
            yield str(node[0])
            return
        for value in node:
            yield from _histories(value)


def _ends(ends: Any) -> list[str]:
    """Names of input or output layers: a list of [name, node, tensor], or one of them."""
    if not ends:
        return []
    return [str(ends[0])] if isinstance(ends[0], str) else [str(end[0]) for end in ends]
