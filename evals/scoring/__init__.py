"""What a dialogue scores, and how two ways of running the same cases compare."""
