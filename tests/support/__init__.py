"""Fakes as small real classes, for tests only."""
