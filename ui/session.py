"""What one browser tab holds: its thread, its turns, its evidence and the files it may fetch. Nothing is shared."""

from __future__ import annotations

import secrets
import shutil
import threading
import uuid
from collections import OrderedDict
from pathlib import Path

from bedside.core.answer import Answer
from bedside.core.card import ToolCard
from bedside.core.evidence import Evidence
from bedside.ui.panels.html import Html

_SESSIONS_KEPT = 1000


class Session:
    """One tab's case. Only the handlers of that tab touch it.

    Attributes:
        folder: where this tab's uploads lie until the Assistant has its own copies.
        output: only files under this folder can be published.
        thread: the name of the case's thread.
        turns: finished turns as markup, oldest first.
        held: every evidence of the case by id, in the order in which it was found.
        cited: ids of the evidence that a sentence of an answer cites.
        cards: the cards of the tools that were used, by name.
        files: the address of each published file, by its path.
        stop: set when the user presses stop or leaves.
        worker: the thread that runs the turn, while one does.
    """

    def __init__(self, folder: Path, output: Path) -> None:
        self.folder = folder
        self.output = output
        self.stop = threading.Event()
        self.worker: threading.Thread | None = None
        self.new_case()

    def new_case(self) -> None:
        """Forgets the case on screen and starts a new thread; what the Assistant keeps stays kept."""
        self.stop.set()
        self.thread = f"t-{uuid.uuid4().hex}"
        self.turns: list[Html] = []
        self.held: dict[str, Evidence] = {}
        self.cited: set[str] = set()
        self.cards: dict[str, ToolCard] = {}
        self.files: dict[str, str] = {}
        self._published: dict[str, Path] = {}
        shutil.rmtree(self.folder, ignore_errors=True)

    def publish(self, path: str) -> None:
        """Gives a file under the output folder an address that nobody can guess; any other path gets none."""
        if not path or path in self.files:
            return
        place = Path(path).resolve()
        if place.is_file() and place.is_relative_to(self.output):
            token = secrets.token_urlsafe(32)
            self._published[token] = place
            self.files[path] = f"/artefact/{token}"

    def published(self, token: str) -> Path | None:
        """The file behind a token of this session."""
        return self._published.get(token)

    def add(self, evidence: Evidence) -> None:
        """Takes up one piece of evidence and publishes the pictures it names."""
        self.held[evidence.id] = evidence
        if evidence.region is not None:
            self.publish(evidence.region.overlay_path)
            self.publish(evidence.region.mask_path)

    def take(self, answer: Answer) -> None:
        """Takes up a finished answer: its evidence, tool cards and files."""
        for evidence in answer.evidence.values():
            self.add(evidence)
        self.cited.update(i for claim in answer.claims for i in claim.evidence)
        self.cards.update({card.name: card for card in answer.cards})
        for artefact in answer.artefacts:
            self.publish(artefact.path)


class Sessions:
    """The sessions of all open tabs, by Gradio's session name."""

    def __init__(self, folder: Path, output: Path) -> None:
        self._folder = folder
        self._output = output.resolve()
        self._open: OrderedDict[str, Session] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, name: str) -> Session:
        """The session of a tab; made on its first request. The longest unused goes when there are too many."""
        with self._lock:
            session = self._open.pop(name, None) or Session(self._folder / uuid.uuid4().hex, self._output)
            self._open[name] = session
            while len(self._open) > _SESSIONS_KEPT:
                self._open.popitem(last=False)[1].new_case()
        return session

    def drop(self, name: str) -> None:
        """Ends a session: its turn is stopped, its uploads and addresses are gone."""
        with self._lock:
            session = self._open.pop(name, None)
        if session is not None:
            session.new_case()

    def artefact(self, token: str) -> Path | None:
        """The file behind a token of any open session."""
        with self._lock:
            found = [p for s in self._open.values() if (p := s.published(token)) is not None]
        return found[0] if found else None
