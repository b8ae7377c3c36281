"""Evaluations: tasks, scorers, runs."""
