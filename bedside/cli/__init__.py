"""The command line: `bedside --help`."""

from bedside.cli.main import main

__all__ = ["main"]
