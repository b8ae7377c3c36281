"""A weight file from the address at which its authors publish it."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path

import httpx

from bedside.core.errors import WeightError
from bedside.core.weights.check import sha256_of
from bedside.core.weights.progress import Progress
from bedside.core.weights.rows import WeightFile, WeightRow
from bedside.core.weights.wheels import wrong_sha256

CONNECT_SECONDS, READ_SECONDS = 4.0, 30.0


def download_from_addresses(row: WeightRow, folder: Path, progress: Progress) -> None:
    """Downloads the files of a row into `folder`, each from its own address, and checks each one's sha256.

    Raises:
        WeightError: a file has no address, the address does not answer, or what it gives is not the registered file.
    """
    if not all(file.url for file in row.files):
        raise WeightError(f"{row.name} is published at no address of its own.", "Use another source.")
    progress.start(f"Downloading {row.title}, licence {row.licence}", row.size)
    try:
        done = 0
        for file in row.files:
            _download(file, folder / file.path, partial(_told, progress, done))
            done += file.size
    finally:
        progress.finish()


def _told(progress: Progress, before: int, more: int) -> None:
    progress.update(before + more)


def _download(file: WeightFile, target: Path, told: Callable[[int], None]) -> None:
    """One file; a body longer than the registered one is cut off at once."""
    target.parent.mkdir(parents=True, exist_ok=True)
    timeout = httpx.Timeout(READ_SECONDS, connect=CONNECT_SECONDS)
    size = 0
    try:
        with (
            target.open("wb") as out,
            httpx.stream("GET", file.url, timeout=timeout, follow_redirects=True) as response,
        ):
            response.raise_for_status()
            for piece in response.iter_bytes(1 << 16):
                size += len(piece)
                if size > file.size:
                    raise wrong_sha256(file.path)
                out.write(piece)
                told(size)
        if sha256_of(target) != file.sha256:
            raise wrong_sha256(file.path)
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        target.unlink(missing_ok=True)
        raise WeightError(
            f"{file.path} could not be had from its address.",
            "Download it yourself and name your copy under [weights] in bedside.toml.",
        ) from error
    except WeightError:
        target.unlink(missing_ok=True)
        raise
