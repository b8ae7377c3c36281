"""Published sets as simulated patients: each file reads one format into cases and what is right."""
