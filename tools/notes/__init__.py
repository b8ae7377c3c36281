"""Facts read from clinical text by rule, each with its span."""
