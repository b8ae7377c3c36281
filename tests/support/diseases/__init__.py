"""Twelve diseases for tests (``mixed.yaml``)."""

from pathlib import Path

FOLDER = Path(__file__).resolve().parent
