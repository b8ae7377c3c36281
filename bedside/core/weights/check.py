"""Whether the files of a weight are all there and are the registered ones.

Hashing a gigabyte takes seconds, so what was hashed once is recorded with its size and modification time in a marker
file, and only what changed since is hashed again.
"""

from __future__ import annotations

import hashlib
import json
from enum import Enum
from pathlib import Path

from bedside.core.weights.rows import WeightFile, WeightRow


class State(str, Enum):
    """What `check` found."""

    READY = "ready"
    MISSING = "missing"
    DAMAGED = "damaged"


def sha256_of(path: Path) -> str:
    """The sha256 of a file, in hex; reads it in pieces."""
    digest = hashlib.sha256()
    with path.open("rb") as stream:
        while piece := stream.read(1 << 20):
            digest.update(piece)
    return digest.hexdigest()


def local_file(row: WeightRow, file: WeightFile, root: Path) -> Path:
    """Where `file` is when `root` is what the user named: the only file itself, or the folder that holds them."""
    return root if not row.is_folder and root.is_file() else root / file.path


def check(row: WeightRow, root: Path, marker: Path) -> State:
    """Compares files with the table; cheap when the marker agrees.

    Args:
        row: the weight.
        root: its folder, or its only file.
        marker: where the result of hashing is kept; need not exist, and need not be writable.

    Returns:
        MISSING where a file is absent, DAMAGED where one differs from its registered size or sha256, else READY.
    """
    paths = {file.path: local_file(row, file, root) for file in row.files}
    if any(not path.is_file() for path in paths.values()):
        return State.MISSING
    if any(paths[file.path].stat().st_size != file.size for file in row.files):
        return State.DAMAGED
    seen = {file.path: _fingerprint(paths[file.path], file) for file in row.files}
    if _read(marker) == seen:
        return State.READY
    if any(sha256_of(paths[file.path]) != file.sha256 for file in row.files):
        return State.DAMAGED
    _write(marker, seen)
    return State.READY


def _fingerprint(path: Path, file: WeightFile) -> dict[str, str | int]:
    stat = path.stat()
    return {"path": str(path.resolve()), "size": stat.st_size, "modified": stat.st_mtime_ns, "sha256": file.sha256}


def _read(marker: Path) -> object:
    try:
        return json.loads(marker.read_text("utf-8"))
    except (OSError, ValueError):
        return None


def _write(marker: Path, seen: object) -> None:
    """Records what was hashed. A cache that cannot be written only costs the next check its speed."""
    partial = marker.with_name(f"{marker.name}.partial")
    try:
        marker.parent.mkdir(parents=True, exist_ok=True)
        partial.write_text(json.dumps(seen, indent=1), "utf-8")
        partial.replace(marker)
    except OSError:
        return
