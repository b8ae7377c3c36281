"""Everything the agent can consult: calculators, expert models, searches, and the door that files come through."""
