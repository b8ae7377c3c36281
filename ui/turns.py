"""Runs one turn of one session and says, at most five times a second, what the page should show."""

from __future__ import annotations

import logging
import queue
import threading
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from bedside.core.answer import Answer, Claim, Section, Step
from bedside.core.case import Case
from bedside.core.errors import BedsideError
from bedside.core.events import Answered, ClaimVerified, Event, EvidenceFound, StepFinished, StepStarted, ToolProgress
from bedside.core.evidence import Evidence
from bedside.ui.panels.answer import answer_panel, banner, early_banner
from bedside.ui.panels.html import Html, join
from bedside.ui.panels.steps import running
from bedside.ui.panels.turn import fault, stopped, turn_panel
from bedside.ui.session import Session

_PERIOD = 0.2
_STILL_ALIVE = 1.0
_UNFORESEEN = (
    "[BED-000] Something in Bedside failed ({}). The case is kept: ask again, or see `bedside --verbose serve`."
)


class Streams(Protocol):
    """The part of `Assistant` that the web chat needs."""

    def stream(self, text: str, files: Sequence[str | Path] = (), thread: str | None = None) -> Iterator[Event]:
        """One turn, event by event."""
        ...

    def case(self, thread: str) -> Case:
        """The case of a thread."""
        ...


@dataclass
class Progress:
    """A turn while it runs."""

    said: str
    names: tuple[str, ...]
    started: float = field(default_factory=time.monotonic)
    steps: list[Step] = field(default_factory=list)
    current: str = ""
    doing: str = ""
    found: list[Evidence] = field(default_factory=list)
    urgent: list[Claim] = field(default_factory=list)
    answer: Answer | None = None
    error: str = ""

    def take(self, event: Event) -> None:
        """Takes up one event."""
        if isinstance(event, StepStarted):
            self.current = event.title
        elif isinstance(event, ToolProgress):
            self.doing = f": {event.title}, {event.share:.0%}"
        elif isinstance(event, StepFinished):
            self.steps.append(Step(node=event.node, title=self.current, seconds=event.seconds, detail=event.detail))
            self.current = self.doing = ""
        elif isinstance(event, EvidenceFound):
            self.found.append(event.evidence)
        elif isinstance(event, ClaimVerified) and event.claim.section is Section.BANNER:
            self.urgent.append(event.claim)
        elif isinstance(event, Answered):
            self.answer = event.answer

    def panel(self, session: Session) -> Html:
        """The turn as it stands: the emergency first, then the steps."""
        return turn_panel(self.said, self.names, join((self._urgent(session), self._running())), busy=True)

    def result(self, session: Session) -> Html:
        """The turn when it is over: the answer, an error, or that it was stopped."""
        if self.answer is not None:
            reply = answer_panel(self.answer, session.held, session.files)
        else:
            reply = join((self._urgent(session), fault(self.error) if self.error else stopped()))
        return turn_panel(self.said, self._captions(), reply)

    def _captions(self) -> tuple[str, ...]:
        """The names of the files, each with what it is and looks like once the answer has told."""
        seen = {one.name: one.line for one in self.answer.files} if self.answer is not None else {}
        return tuple(seen.get(name, name) for name in self.names)

    def _urgent(self, session: Session) -> Html | None:
        if self.urgent:
            return banner(tuple(self.urgent), session.held)
        return early_banner([e for e in self.found if e.source.type == "red flag"])

    def _running(self) -> Html:
        return running(self.steps, self.current + self.doing, self.found, time.monotonic() - self.started)


def run_turn(assistant: Streams, session: Session, said: str, files: Sequence[Path]) -> Iterator[Progress]:
    """Runs one turn; yields the same Progress whenever the page should be drawn again.

    The Assistant runs in a thread of its own, so that stop and leaving the page are heard at once: the page goes on,
    and the generator is closed as soon as the step that is running ends.
    """
    progress = Progress(said, tuple(f.name for f in files))
    yield progress
    if session.worker is not None:
        session.worker.join()  # a stopped turn of this tab ends its step first; two at once would collide
    session.stop = stop = threading.Event()
    events: queue.Queue[Event | BaseException | None] = queue.Queue()
    session.worker = threading.Thread(
        target=_pump, args=(assistant, said, files, session.thread, events, stop), name="turn", daemon=True
    )
    session.worker.start()
    drawn = 0.0
    try:
        for batch in _batches(events, stop):
            for event in batch:
                _take(progress, session, event)
            time.sleep(max(0.0, drawn + _PERIOD - time.monotonic()))
            drawn = time.monotonic()
            yield progress
    finally:
        stop.set()


def _take(progress: Progress, session: Session, event: Event | BaseException) -> None:
    if isinstance(event, BaseException):
        progress.error = str(event) if isinstance(event, BedsideError) else _UNFORESEEN.format(type(event).__name__)
        return
    if isinstance(event, EvidenceFound):
        session.add(event.evidence)
    elif isinstance(event, Answered):
        session.take(event.answer)
    progress.take(event)


def _pump(
    assistant: Streams,
    said: str,
    files: Sequence[Path],
    thread: str,
    events: queue.Queue[Event | BaseException | None],
    stop: threading.Event,
) -> None:
    """Puts every event into the queue, an error as the last one, then None; closes the stream when told to stop."""
    stream = assistant.stream(said, files, thread)
    try:
        for event in stream:
            if stop.is_set():
                break
            events.put(event)
    except Exception as error:
        if not isinstance(error, BedsideError):
            logging.getLogger("bedside").exception("a turn of the web chat failed")
        events.put(error)
    finally:
        close = getattr(stream, "close", None)
        if close is not None:
            close()
        events.put(None)


def _batches(
    events: queue.Queue[Event | BaseException | None], stop: threading.Event
) -> Iterator[list[Event | BaseException]]:
    """What has come since the last look; an empty batch each second, so that the clock on the page goes on."""
    waited = 0.0
    while not stop.is_set():
        try:
            first = events.get(timeout=_PERIOD)
        except queue.Empty:
            waited += _PERIOD
            if waited >= _STILL_ALIVE:
                waited = 0.0
                yield []
            continue
        waited = 0.0
        batch = [first]
        while not events.empty():
            batch.append(events.get_nowait())
        yield [event for event in batch if event is not None]
        if None in batch:
            return
