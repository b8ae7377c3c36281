"""What is kept of an added bundle beside its files: enough to show its card without reading a weight."""

from __future__ import annotations

import re

from bedside.core.base import Frozen
from bedside.core.card import Accepts, ToolCard
from bedside.core.study import Modality
from bedside.tools.bundles.metadata import BundleMetadata

PREFIX = "bundle_"
# Changes whenever what Bedside does with a bundle could change a result.
READING = "1"


class KeptFile(Frozen):
    """One file of a bundle: path inside it, bytes, sha256."""

    path: str
    size: int
    sha256: str


class BundleRecord(Frozen):
    """An added bundle.

    Attributes:
        name: of its expert, ``bundle_`` and what the user or the bundle calls it.
        sha256: of all the files it was added from.
        source: where it came from: a path, or a name with its version.
        metadata: what it says of itself.
        licence: the first line of its licence.
        files: those that are kept.
        config_path: its inference configuration.
        weights_path: its weights.
        modalities: that the user confirmed it may be given.
        body_parts: that the user confirmed; empty for any.
        prompted: whether it outlines only what it is asked for by name.
        trusted: whether the user allowed its own code to run.
        left_out: steps of its postprocessing that are not carried out.
        added: the day.
    """

    name: str
    sha256: str
    source: str
    metadata: BundleMetadata
    licence: str = ""
    files: tuple[KeptFile, ...]
    config_path: str
    weights_path: str
    modalities: tuple[Modality, ...]
    body_parts: tuple[str, ...] = ()
    prompted: bool = False
    trusted: bool = False
    left_out: tuple[str, ...] = ()
    added: str = ""

    @property
    def labels(self) -> tuple[str, ...]:
        """What it outlines."""
        return tuple(name for _, name in self.metadata.labels)

    @property
    def version(self) -> str:
        """Of its expert: the bundle's own, its content, and how it is read."""
        return f"{self.metadata.version}+{self.sha256[:12]}.{READING}"

    def card(self) -> ToolCard:
        """Its expert's card."""
        meta = self.metadata
        what = ", ".join(self.labels[:5]) + (f" and {len(self.labels) - 5} more" if len(self.labels) > 5 else "")
        series = meta.channels if len(meta.channels) > 1 else ()
        return ToolCard(
            name=self.name,
            version=self.version,
            kind="expert",
            title=f"{meta.title} (MONAI bundle)",
            purpose=f"Where on this scan are {what}, and how large?",
            accepts=Accepts(kinds=("volume",), modalities=self.modalities, body_parts=self.body_parts, series=series),
            topics=(*(label.lower() for label in self.labels), meta.title.lower()),
            on_request=True,
            labels=self.labels,
            training_data=meta.data,
            licence=self.licence or "not stated",
            limits=_limits(self),
            citation=f"{meta.title} {meta.version}, {meta.authors or 'authors not stated'}; sha256 {self.sha256}",
        )


def _limits(record: BundleRecord) -> tuple[str, ...]:
    meta = record.metadata
    reported = f" Its authors state {', '.join(meta.reported)}, without n or interval." if meta.reported else ""
    limits = [f"A bundle that you added: Bedside has not evaluated it.{reported}"]
    if meta.use:
        limits.append(f"Its authors say of its use: {meta.use.rstrip('.')}.")
    if record.prompted:
        limits.append("It outlines only what the question names.")
    if record.trusted:
        limits.append("You allowed this bundle to run code of its own.")
    if record.left_out:
        limits.append(f"Functions at the end of its postprocessing are left out: {', '.join(record.left_out)}.")
    return tuple(limits)


def expert_name(wanted: str) -> str:
    """The name of a bundle's expert: plain, and told apart from Bedside's own by its beginning."""
    plain = re.sub(r"[^a-z0-9]+", "_", wanted.lower()).strip("_")[:60] or "unnamed"
    plain = re.sub(r"_v?\d+(?:_\d+)*$", "", plain) or plain
    return plain if plain.startswith(PREFIX) else f"{PREFIX}{plain}"
