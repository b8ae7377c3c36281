"""Makes retrieval/library_vectors.safetensors: the vectors of the library's own rows, which come with Bedside.

    python scripts/library_vectors.py

To be run when the guidelines or their questions change; only what changed is embedded. A test says when it is due.
"""

from __future__ import annotations

from bedside.core.settings import Settings
from bedside.knowledge.library import load_library
from bedside.retrieval import store
from bedside.retrieval.embed import MiniLm
from bedside.retrieval.library_index import LibraryIndex, row_texts


def main() -> None:
    """Opens the index, which embeds what is missing, and writes its rows beside the code."""
    settings = Settings()
    passages = load_library(settings).passages()
    LibraryIndex(settings, passages, MiniLm(settings)).cosines(["open"])
    sources = (store.SHIPPED, store.index_file(settings, MiniLm.identity))
    held = store.KeptVectors.joined([kept for path in sources if (kept := store.load(path, MiniLm.identity))])
    rows = held.only(row_texts(passages))
    store.save(store.SHIPPED, rows, MiniLm.identity)
    print(f"{len(rows)} rows, {store.SHIPPED.stat().st_size / 1e6:.1f} MB: {store.SHIPPED}")


if __name__ == "__main__":
    main()
