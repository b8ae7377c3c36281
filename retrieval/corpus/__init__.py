"""A user's own documents: kept in SQLite, found by word and by meaning, from ten passages to a million."""

from bedside.retrieval.corpus.nouns import Added, CollectionInfo, CorpusHit
from bedside.retrieval.corpus.store import Corpus

__all__ = ["Added", "CollectionInfo", "Corpus", "CorpusHit"]
