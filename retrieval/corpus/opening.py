"""The user's corpus as the settings want it: where it is, and where its vectors are searched."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from importlib.util import find_spec
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from bedside.core.errors import OfflineError, SettingsError, StoreIndexError
from bedside.core.hosts import is_loopback
from bedside.core.places import documents_folder
from bedside.core.settings import CorpusSettings, Settings
from bedside.retrieval.corpus.database import Database
from bedside.retrieval.corpus.followed import FollowingIndex
from bedside.retrieval.corpus.qdrant import answering
from bedside.retrieval.corpus.store import Corpus
from bedside.retrieval.embed import Embedder

if TYPE_CHECKING:
    from qdrant_client import QdrantClient

_SECONDS = 30
_ASKED_SECONDS = 3  # how long a look at the server may take
_INDEX = "index"


def open_corpus(settings: Settings, embedder: Embedder) -> Corpus:
    """The user's own documents, with their vectors in FAISS or on a Qdrant server.

    Raises:
        SettingsError: the server's address is no address.
        OfflineError: the server is on another machine, and `offline` is set.
        StorageError: see `Corpus`.
    """
    return Corpus(documents_folder(settings), embedder, vectors=_vectors(settings))


def check_server(settings: Settings) -> str:
    """The server's host, port and path, without any password: what tells one server from another.

    Raises:
        SettingsError: there is no usable address.
        OfflineError: it would leave the machine.
        StoreIndexError: the package that speaks to it is not installed.
    """
    url = urlsplit(settings.corpus.qdrant_url)
    if url.scheme not in {"http", "https"} or not url.hostname:
        raise SettingsError(
            f"`corpus.qdrant_url` is {settings.corpus.qdrant_url!r}, which is no address of a server.",
            "Give the server's address, for example http://127.0.0.1:6333.",
            code="BED-SET-011",
        )
    if settings.offline and not is_loopback(url.hostname):
        raise OfflineError(
            f"The Qdrant server is at {url.hostname}, off this machine, and `offline` is set.",
            "Turn `offline` off, use a server on 127.0.0.1, or set BEDSIDE_CORPUS__VECTORS to faiss.",
        )
    if find_spec("qdrant_client") is None:
        raise StoreIndexError(
            "The package that speaks to Qdrant is not installed.",
            "Run: pip install 'bedside[qdrant]', or set BEDSIDE_CORPUS__VECTORS to faiss.",
            code="BED-INDEX-007",
        )
    return url.netloc.rpartition("@")[2] + url.path.rstrip("/")


def vectors_status(settings: Settings) -> tuple[bool, str]:
    """Whether what searches the vectors of the user's documents is there, and what it is or what is wrong.

    A server is asked, with a short wait; FAISS is part of Bedside.
    """
    if settings.corpus.vectors == "faiss":
        return True, "FAISS, beside the documents"
    try:
        server = check_server(settings)
        with answering():
            _client(settings.corpus, _ASKED_SECONDS).get_collections()
    except (SettingsError, OfflineError, StoreIndexError) as error:
        return False, str(error)
    return True, f"Qdrant at {server}"


def _vectors(settings: Settings) -> Callable[[Database], FollowingIndex] | None:
    if settings.corpus.vectors == "faiss":
        return None
    from bedside.retrieval.corpus.synced_qdrant import SyncedQdrant

    server, given = check_server(settings), settings.corpus
    return lambda database: SyncedQdrant(database, database.path.parent / _INDEX, server, lambda: _client(given))


def _client(given: CorpusSettings, seconds: int = _SECONDS) -> QdrantClient:
    from qdrant_client import QdrantClient

    key = given.qdrant_api_key or None
    with warnings.catch_warnings():
        if is_loopback(urlsplit(given.qdrant_url).hostname or ""):
            warnings.filterwarnings("ignore", "Api key is used with an insecure connection")  # it stays on this machine
        # Without the check, which asks the server and only warns: every call of ours says clearly what failed.
        return QdrantClient(url=given.qdrant_url, api_key=key, timeout=seconds, check_compatibility=False)
