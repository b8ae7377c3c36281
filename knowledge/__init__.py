"""Guidelines in our own words with their provenance, and the terms that clinical text is read with."""
