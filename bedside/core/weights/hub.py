"""A weight from a hub repository at a pinned commit."""

from __future__ import annotations

import os
from functools import lru_cache
from pathlib import Path

import httpx

from bedside.core.errors import WeightError
from bedside.core.weights.check import sha256_of
from bedside.core.weights.progress import PlainLines, Progress, Quiet
from bedside.core.weights.rows import WeightRow
from bedside.core.weights.wheels import wrong_sha256

PROBE_SECONDS = 4.0


@lru_cache(maxsize=8)
def hub_answers(endpoint: str, repo: str, revision: str) -> bool:
    """Whether the hub serves that commit: one short request.

    The hub's own client retries for half a minute before it gives up, which a machine without that network should not
    have to wait.
    """
    if os.environ.get("HF_HUB_OFFLINE", "").lower() in {"1", "true", "yes", "on"}:
        return False
    try:
        url = f"{endpoint}/api/models/{repo}/revision/{revision}"
        return httpx.get(url, timeout=PROBE_SECONDS, follow_redirects=True).status_code == httpx.codes.OK
    except (httpx.HTTPError, httpx.InvalidURL, OSError):
        return False


def download_from_hub(row: WeightRow, folder: Path, progress: Progress) -> None:
    """Downloads the files of a row into `folder`; the hub's client draws its own bars and resumes what was cut short.

    Raises:
        WeightError: the row names no hub repository, the hub does not answer, a file is not there or is not the
            registered one.
    """
    if row.hub is None:
        raise WeightError(f"{row.name} has no hub repository.", "Use another source.")
    endpoint = os.environ.get("HF_ENDPOINT", "https://huggingface.co").rstrip("/")
    if not hub_answers(endpoint, row.hub.repo, row.hub.revision):
        raise WeightError(f"The hub does not serve {row.hub.repo} from here.", "Use another source.")
    if not isinstance(progress, Quiet):
        PlainLines().start(f"Downloading {row.title}, licence {row.licence}, from {endpoint}", row.size)
    from huggingface_hub import hf_hub_download
    from huggingface_hub.errors import HfHubHTTPError, LocalEntryNotFoundError

    for file in row.files:
        try:
            path = Path(hf_hub_download(row.hub.repo, file.path, revision=row.hub.revision, local_dir=folder))
        except (HfHubHTTPError, LocalEntryNotFoundError, httpx.HTTPError, ValueError) as error:
            raise WeightError(f"The hub did not give {file.path}: {error}", "Use another source.") from error
        if sha256_of(path) != file.sha256:
            path.unlink()
            raise wrong_sha256(file.path)
