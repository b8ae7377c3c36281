"""What a bundle says of itself in `configs/metadata.json`: labels, channels, modality. Its words are data."""

from __future__ import annotations

from typing import Any

from bedside.core.base import Frozen
from bedside.core.errors import BundleError
from bedside.core.study import Modality
from bedside.tools.bundles.config import NOT_A_BUNDLE
from bedside.tools.imaging.content import printable

MOST_LABELS = 1_000
_MODALITIES = {"CT": Modality.CT, "MR": Modality.MR, "MRI": Modality.MR, "CR": Modality.CR, "DX": Modality.DX}
_BACKGROUND = {"background", "bg", "back ground"}


class BundleMetadata(Frozen):
    """The metadata, bounded and safe to print.

    Attributes:
        title: the name it gives itself.
        version: as stated.
        description: one sentence, "" where it has none.
        data: what it says it was trained on.
        authors: as stated.
        use: what it says it is for.
        modality: of its input; UNKNOWN where it does not say.
        channels: names of the input channels in order: of several, each is a volume of its own.
        outputs: channels that the network puts out.
        labels: (channel or class number, name) of what it outlines, background left out.
        reported: figures that its authors state, as ``mean_dice 0.961``; without n or interval.
    """

    title: str
    version: str
    description: str = ""
    data: str = ""
    authors: str = ""
    use: str = ""
    modality: Modality = Modality.UNKNOWN
    channels: tuple[str, ...]
    outputs: int
    labels: tuple[tuple[int, str], ...]
    reported: tuple[str, ...] = ()


def read_metadata(raw: dict[str, Any]) -> BundleMetadata:
    """The metadata of a segmentation bundle.

    Args:
        raw: the parsed file.

    Raises:
        BundleError: the parts that say what goes in and what comes out are missing or not of the form.
    """
    try:
        form = raw["network_data_format"]
        source = form["inputs"].get("image") or next(iter(form["inputs"].values()))
        found = form["outputs"].get("pred") or next(iter(form["outputs"].values()))
        labels = _labels(found.get("channel_def", {}))
        return BundleMetadata(
            title=_words(raw.get("name")) or "MONAI bundle",
            version=_words(raw.get("version")) or "0",
            description=_words(raw.get("description")),
            data=_words(raw.get("data_source")),
            authors=_words(raw.get("authors")),
            use=_words(raw.get("intended_use")),
            modality=_MODALITIES.get(str(source.get("modality", "")).upper(), Modality.UNKNOWN),
            channels=_channels(source),
            outputs=int(found["num_channels"]),
            labels=labels,
            reported=_reported(raw.get("eval_metrics")),
        )
    except (KeyError, TypeError, ValueError, AttributeError, StopIteration) as error:
        raise BundleError(
            f"The bundle's metadata does not say what goes in and what comes out ({type(error).__name__}: "
            f"{printable(str(error))}).",
            "A bundle needs `network_data_format` with `channel_def` in configs/metadata.json.",
            code=NOT_A_BUNDLE,
        ) from error


def _labels(given: Any) -> tuple[tuple[int, str], ...]:
    if not isinstance(given, dict) or not given or len(given) > MOST_LABELS:
        raise ValueError("`channel_def` of the output names no labels")
    named = sorted((int(number), plain_label(str(name))) for number, name in given.items())
    kept = tuple((number, name) for number, name in named if name and name.lower() not in _BACKGROUND)
    if not kept or any(number < 0 or number > 65_535 for number, _ in kept):
        raise ValueError("`channel_def` of the output names no labels")
    if len({name for _, name in kept}) != len(kept):
        raise ValueError("two labels have the same name")
    return kept


def _channels(source: dict[str, Any]) -> tuple[str, ...]:
    count = int(source["num_channels"])
    if not 1 <= count <= 16:
        raise ValueError(f"{count} input channels")
    names = source.get("channel_def") or {}
    return tuple(plain_label(str(names.get(str(i), names.get(i, f"channel {i}")))) for i in range(count))


def _reported(given: Any) -> tuple[str, ...]:
    if not isinstance(given, dict):
        return ()
    numbers = [(k, v) for k, v in given.items() if isinstance(v, (int, float)) and not isinstance(v, bool)]
    return tuple(f"{_words(k)} {v:g}" for k, v in numbers[:6])


def plain_label(name: str) -> str:
    """A label as a person writes it: `kidney_left` becomes "kidney left"."""
    return " ".join(printable(name, 60).replace("_", " ").split())


def _words(given: Any) -> str:
    return " ".join(printable(given, 300).split()) if isinstance(given, str) else ""
