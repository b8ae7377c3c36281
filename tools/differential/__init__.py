"""A ranked differential: what the findings could be, why, what must not be missed, and what to ask next."""

# A ranking as evidence: the type of its source, and the section that says what a piece of it is.
TYPE = "differential"
RANKED, URGENT, NEXT = "differential", "not to be missed", "next question"
