"""A ranked differential: what the findings could be, why, what must not be missed, and what to ask next."""
