"""A user's own documents: kept in SQLite, found by word and by meaning, from ten passages to a million."""
