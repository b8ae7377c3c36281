"""An added bundle, ready to run: its network with its weights, and how a volume goes in and labels come out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from bedside.core.settings import Settings
from bedside.tools.bundles.config import BundleConfig, parse_config, parse_object
from bedside.tools.bundles.expressions import Component
from bedside.tools.bundles.labelling import Deciding, deciding
from bedside.tools.bundles.network import Score, build, known_network
from bedside.tools.bundles.preprocess import steps_of
from bedside.tools.bundles.record import BundleRecord
from bedside.tools.bundles.sliding import Windowing, windowing
from bedside.tools.bundles.store import kept_folder, network_of
from bedside.tools.bundles.trusted import TrustedBundle

if TYPE_CHECKING:
    import torch


@dataclass(frozen=True, eq=False)
class LoadedBundle:
    """What a run needs.

    Attributes:
        network: in evaluation mode.
        steps: of the preprocessing, as data; () where `ready` holds them.
        ready: of a bundle whose own code was allowed: its transforms as that made them.
        windows: how windows go over a volume.
        deciding: how scores become labels.
        labels: (channel or class number, name).
        parts: for a prompted network: what a class number stands for, where it is several.
        prompted: whether the network takes class numbers beside the volume.
    """

    network: torch.nn.Module
    steps: tuple[Component, ...]
    ready: tuple[Any, ...] | None
    windows: Windowing
    deciding: Deciding
    labels: tuple[tuple[int, str], ...]
    parts: dict[int, tuple[int, ...]]
    prompted: bool

    def for_labels(self, wanted: Sequence[str]) -> tuple[Score, dict[str, tuple[int, ...]]]:
        """What scores a window, and which numbers in its result mean which label.

        Args:
            wanted: labels; only a prompted network looks at them.
        """
        if not self.prompted:
            return self.network, {name: (number,) for number, name in self.labels}
        chosen = {name: self.parts.get(number, (number,)) for number, name in self.labels if name in wanted}
        classes = sorted({number for numbers in chosen.values() for number in numbers})
        place = {number: index + 1 for index, number in enumerate(classes)}
        return _prompting(self.network, classes), {name: tuple(place[n] for n in ns) for name, ns in chosen.items()}


def load_bundle(record: BundleRecord, settings: Settings) -> LoadedBundle:
    """Checks every kept file against its sha256 and builds the network.

    Raises:
        BundleError: a file was changed since it was added (006), or the bundle cannot be read as it was.
    """
    folder = kept_folder(record, settings)
    content = (folder / record.config_path).read_bytes()
    is_json, weights = record.config_path.endswith(".json"), (folder / record.weights_path).read_bytes()
    safe = record.weights_path.endswith(".safetensors")
    steps: tuple[Component, ...] = ()
    ready: tuple[Any, ...] | None = None
    if record.trusted:
        config = BundleConfig(parse_object(content, is_json, "configuration"))
        own = TrustedBundle(folder, record.config_path)
        network, ready = own.network(weights, safe), own.steps
    else:
        config = parse_config(content, is_json)
        network, steps = build(known_network(network_of(config)), weights, safe), steps_of(config)
    how = deciding(config)
    if record.prompted:
        how = Deciding()  # the background that `_prompting` adds wins where no class is likelier than not
    return LoadedBundle(
        network=network,
        steps=steps,
        ready=ready,
        windows=windowing(config.value("inferer")),
        deciding=how,
        labels=record.metadata.labels,
        parts=_parts(config),
        prompted=record.prompted,
    )


def _parts(config: BundleConfig) -> dict[int, tuple[int, ...]]:
    """Classes that a prompted network knows only by their parts: ``lung`` is its five lobes."""
    if not config.has("subclass"):
        return {}
    return {int(number): tuple(map(int, parts)) for number, parts in config.value("subclass").items()}


def _prompting(network: Any, classes: Sequence[int]) -> Score:
    """A network that takes class numbers, as one that scores them beside a background of even odds."""
    import torch

    asked = torch.tensor(list(classes), dtype=torch.long)[:, None]

    def score(window: torch.Tensor) -> torch.Tensor:
        out = network(window, class_vector=asked)  # (classes, 1, x, y, z) logits
        return torch.cat([torch.zeros_like(out[:1]), out]).transpose(0, 1)

    return score
