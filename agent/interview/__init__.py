"""Taking a history: what has been heard, what to ask or test next, when to stop, and what to conclude."""
