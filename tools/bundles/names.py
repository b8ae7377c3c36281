"""Bundles that can be asked for by name: one pinned version of each, and the hash that its publisher states.

Names, addresses and hashes are those of MONAI's model zoo as it stood on 11 October 2024
(https://github.com/Project-MONAI/model-zoo, commit dfae206, models/model_info.json). The publisher states SHA-1, which
is what can be compared; the sha256 of what was added is kept from then on.
"""

from __future__ import annotations

import hashlib
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

import yaml
from pydantic import Field

from bedside.core.base import Frozen
from bedside.core.errors import BundleError, DocumentError
from bedside.core.settings import Settings
from bedside.knowledge.ingest.address import addresses_of, download
from bedside.tools.bundles.store import CHANGED, UNKNOWN_NAME
from bedside.tools.imaging.content import printable

if TYPE_CHECKING:
    import httpx

    from bedside.knowledge.ingest.address import Resolve

TABLE = Path(__file__).with_name("names.yaml")
SECONDS = 3_600.0


class NamedBundle(Frozen):
    """One bundle that can be downloaded.

    Attributes:
        name: in the model zoo.
        version: the one that is pinned.
        url: of its zip.
        sha1: of its zip, as published.
    """

    name: str
    version: str
    url: str
    sha1: str = Field(pattern=r"^[0-9a-f]{40}$")


@lru_cache(maxsize=1)
def named_bundles() -> dict[str, NamedBundle]:
    """The table, by name in lower case."""
    rows = [NamedBundle.model_validate(row) for row in yaml.safe_load(TABLE.read_text("utf-8"))]
    return {row.name.lower(): row for row in rows}


def fetch_named(
    name: str,
    settings: Settings,
    transport: httpx.BaseTransport | None = None,
    resolve: Resolve = addresses_of,
) -> Path:
    """The zip or folder of a named bundle: the user's own copy (under ``[weights]``), the cache, or its publisher.

    Args:
        name: as ``spleen_ct_segmentation`` or ``spleen_ct_segmentation@0.5.9``.
        settings: `weights`, `cache`, `offline` and `bounds.file_bytes` are read.
        transport: None for the network.
        resolve: gives the addresses of a host.

    Raises:
        BundleError: the name or version is not in the table, or it could not be downloaded (005); what came is not what
            was published (006).
        OfflineError: it would have to be downloaded, and `offline` is true.
    """
    plain, _, version = name.partition("@")
    row = named_bundles().get(plain.lower())
    if row is None or version not in ("", row.version):
        known = ", ".join(f"{r.name}@{r.version}" for r in named_bundles().values())
        raise BundleError(
            f"{printable(name)} is neither a file nor a bundle that is known by name.",
            f"Give its folder or zip, or one of: {known}.",
            code=UNKNOWN_NAME,
        )
    local = settings.weights.get(row.name)
    if local is not None:
        return local.expanduser()
    folder = settings.cache / "bundles" / f"{row.name}_v{row.version}"
    kept = next((p for p in sorted(folder.glob("*")) if p.is_file() and not p.name.endswith(".part")), None)
    return _checked(kept or _downloaded(row, folder, settings, transport, resolve), row)


def _downloaded(
    row: NamedBundle, folder: Path, settings: Settings, transport: httpx.BaseTransport | None, resolve: Resolve
) -> Path:
    try:
        return download(
            row.url,
            folder,
            offline=settings.offline,
            limit_bytes=settings.bounds.file_bytes,
            seconds=SECONDS,
            transport=transport,
            resolve=resolve,
        )
    except DocumentError as error:
        raise BundleError(
            f"{row.name} {row.version} could not be downloaded: {error.what}",
            f'Download {row.url} yourself and give its path, or name your copy under [weights]: `{row.name} = "path"`.',
            code=UNKNOWN_NAME,
        ) from error


def _checked(path: Path, row: NamedBundle) -> Path:
    whole = hashlib.sha1(usedforsecurity=False)
    with path.open("rb") as stream:
        while piece := stream.read(1 << 20):
            whole.update(piece)
    if whole.hexdigest() != row.sha1:
        path.unlink()
        raise BundleError(
            f"What was downloaded as {row.name} {row.version} is not what its publisher states (SHA-1 differs).",
            "Try again, or get it from its publisher and give its path.",
            code=CHANGED,
        )
    return path
