"""The command line in this process: arguments in, exit code, output and error out; a traceback fails the test."""

from __future__ import annotations

import io
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest
from support.assistant import obliging
from support.scripted import ScriptedChat

from bedside import api
from bedside.cli import main


@dataclass(frozen=True)
class Run:
    """What a command did."""

    code: int
    out: str
    err: str


@pytest.fixture
def bedside(monkeypatch, capsys, tmp_path):
    """Runs `bedside` with the user's folders under `tmp_path`; `stdin` is what is piped in."""
    monkeypatch.setenv("BEDSIDE_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("BEDSIDE_OUTPUT", str(tmp_path / "output"))
    monkeypatch.setenv("BEDSIDE_CONFIG", str(tmp_path / "bedside.toml"))

    def run(*arguments: str | Path, stdin: bytes = b"") -> Run:
        monkeypatch.setattr(sys, "argv", ["bedside", *map(str, arguments)])
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(stdin)))
        capsys.readouterr()
        with pytest.raises(SystemExit) as left:
            main()
        out, err = capsys.readouterr()
        assert "Traceback" not in err + out
        return Run(left.value.code or 0, out, err)

    return run


@pytest.fixture
def scripted(monkeypatch):
    """Has every Assistant of the command line use a scripted core model."""

    class Scripted(api.Assistant):
        def __init__(self, settings=None):
            super().__init__(settings, model=ScriptedChat(reply=obliging))

    monkeypatch.setattr(api, "Assistant", Scripted)
