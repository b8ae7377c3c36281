"""The files of a bundle that are read at all: from a folder or a zip, within limits, and what identifies them."""

from __future__ import annotations

import hashlib
import io
import re
import zipfile
import zlib
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any

from bedside.core.errors import BundleError, ImageReadError
from bedside.tools.bundles.config import NOT_A_BUNDLE, BundleConfig, parse_config, parse_object
from bedside.tools.bundles.metadata import BundleMetadata, read_metadata
from bedside.tools.imaging.archive import safe_entries
from bedside.tools.imaging.content import FileContent, load, printable

METADATA = "configs/metadata.json"
CONFIGS = ("configs/inference.json", "configs/inference.yaml", "configs/inference.yml")
WEIGHTS = ("models/model.safetensors", "models/model.pt", "models/model.pth")
_LICENCES = ("LICENSE", "LICENSE.txt", "LICENCE", "docs/license.txt")
# Only these are ever read or kept; scripts are, so that somebody who trusts a bundle can read what they trust.
_KEPT = re.compile(
    r"configs/[\w.-]+\.(?:json|ya?ml)|models/[\w.-]+\.(?:pt|pth|safetensors)|scripts/[\w/-]+\.py|LICEN[SC]E(?:\.txt)?"
)


@dataclass(frozen=True)
class BundleFiles:
    """A bundle's files in memory.

    Attributes:
        name: of the folder or zip they came from.
        contents: the bytes by path inside the bundle.
    """

    name: str
    contents: dict[str, bytes]

    @property
    def sha256(self) -> str:
        """One hash for all of them: the sha256 of each path and the sha256 of its bytes, in the order of the paths."""
        whole = hashlib.sha256()
        for path in sorted(self.contents):
            whole.update(f"{path}\0{hashlib.sha256(self.contents[path]).hexdigest()}\n".encode())
        return whole.hexdigest()

    def metadata(self) -> BundleMetadata:
        """What the bundle says of itself.

        Raises:
            BundleError: it does not say enough.
        """
        return read_metadata(parse_object(self.contents[METADATA], True, "metadata"))

    def config(self) -> BundleConfig:
        """Its inference configuration.

        Raises:
            BundleError: it has none that can be read, or one that reaches for the system.
        """
        path = self.config_path()
        return parse_config(self.contents[path], path.endswith(".json"))

    def config_path(self) -> str:
        """Where its inference configuration stands.

        Raises:
            BundleError: it has none.
        """
        return self._first(CONFIGS, "an inference configuration (configs/inference.json or .yaml)")

    def weights_path(self, config: BundleConfig) -> str:
        """Where its weights stand: as the configuration says, else where bundles usually have them.

        Raises:
            BundleError: there are none that can be read as plain tensors.
        """
        return next((p for p in (_stated(config), *WEIGHTS) if p in self.contents), "") or self._first(
            WEIGHTS, "weights as plain tensors (models/model.safetensors or models/model.pt)"
        )

    def licence(self) -> str:
        """The first line of its licence, "" where it has none."""
        text = next((self.contents[p] for p in _LICENCES if p in self.contents), b"")
        lines = (line.strip() for line in text[:2000].decode("utf-8", "replace").splitlines())
        return printable(next((line for line in lines if line), ""))

    def _first(self, paths: tuple[str, ...], what: str) -> str:
        for path in paths:
            if path in self.contents:
                return path
        raise not_a_bundle(self.name, f"it has no {what}")


def open_bundle(path: Path, limit_bytes: int) -> BundleFiles:
    """Reads a bundle from its folder or its zip; nothing is unpacked to disk and nothing of it is run.

    Args:
        path: a folder that holds `configs/metadata.json`, or a zip of one.
        limit_bytes: what all its files may take together.

    Raises:
        BundleError: it is not a bundle.
        ImageReadError: the zip is damaged (BED-FILE-003), too large (004) or made to harm (008).
    """
    found = _from_folder(path, limit_bytes) if path.is_dir() else _from_zip(load(path, limit_bytes))
    if METADATA not in found:
        raise not_a_bundle(path.name, f"it has no {METADATA}")
    return BundleFiles(path.stem if path.is_file() else path.resolve().name, found)


def _from_folder(folder: Path, limit_bytes: int) -> dict[str, bytes]:
    found, left = {}, limit_bytes
    for top in ("configs", "models", "scripts"):
        for path in sorted((folder / top).rglob("*")):
            inside = path.relative_to(folder).as_posix()
            if _KEPT.fullmatch(inside) and path.is_file():
                found[inside] = load(path, left).data if path.stat().st_size else b""
                left -= len(found[inside])
    for name in _LICENCES:
        if (folder / name).is_file() and _KEPT.fullmatch(name) and left > 0:
            found[name] = load(folder / name, left).data
    return found


def _from_zip(content: FileContent) -> dict[str, bytes]:
    try:
        with zipfile.ZipFile(io.BytesIO(content.data)) as opened:
            entries = safe_entries(opened, content)
            tops = {e.filename[: -len(METADATA)] for e in entries if _is_metadata(e.filename)}
            if len(tops) != 1:
                raise not_a_bundle(content.path.name, f"it holds {len(tops) or 'no'} {METADATA}")
            top = tops.pop()
            inside = {e.filename[len(top) :]: e for e in entries if e.filename.startswith(top)}
            return {path: _content(opened, entry) for path, entry in inside.items() if _KEPT.fullmatch(path)}
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError, RuntimeError) as error:
        raise content.unreadable("the archive is damaged, or not a zip", "Get the bundle again.") from error


def _is_metadata(name: str) -> bool:
    return name == METADATA or (name.endswith(f"/{METADATA}") and len(PurePosixPath(name).parts) <= 4)


def _content(opened: zipfile.ZipFile, entry: zipfile.ZipInfo) -> bytes:
    with opened.open(entry) as stream:
        return stream.read(entry.file_size)


def _stated(config: BundleConfig) -> str:
    """The weights that the configuration loads, as a path inside the bundle; "" where it does not say it plainly."""
    loaders = [held for held in config.raw.values() if isinstance(held, dict)]
    loaders += [
        item for held in config.raw.values() if isinstance(held, list) for item in held if isinstance(item, dict)
    ]
    for loader in loaders:
        if str(loader.get("_target_", "")).rpartition(".")[2] == "CheckpointLoader":
            text = _value(config, loader.get("load_path"))
            root = str(config.raw.get("bundle_root", "."))
            return text.removeprefix(root).replace("//", "/").removeprefix("./").lstrip("/")
    return ""


def _value(config: BundleConfig, held: Any) -> str:
    try:
        return str(config.resolve(held))
    except BundleError:
        return ""


def not_a_bundle(name: str, why: str) -> BundleError:
    """The error for something that is no bundle that can be used."""
    return BundleError(
        f"{printable(name)} is not a bundle that can be used: {why}.",
        "Give the folder or zip of a MONAI segmentation bundle, with its metadata, configuration and weights.",
        code=NOT_A_BUNDLE,
    )


__all__ = ["BundleFiles", "ImageReadError", "not_a_bundle", "open_bundle"]
