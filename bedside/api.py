"""`Assistant`: the one way in. The command line, the web chat and the evaluations all call it."""

from __future__ import annotations

import sqlite3
import time
import uuid
from collections.abc import Iterator, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

from bedside.agent.attachments import copy_in
from bedside.agent.graph import build_graph
from bedside.agent.memory import Memory, ThreadInfo, check_thread_id, storage_error
from bedside.agent.patients import numbered_patients
from bedside.agent.services import Services
from bedside.agent.state import Inbox, State
from bedside.core.answer import Answer
from bedside.core.case import Case, Message
from bedside.core.errors import QuestionError, ThreadError
from bedside.core.events import Answered, Event, EvidenceFound
from bedside.core.settings import Settings

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel

    from bedside.agent.interview.session import Interview

_RECURSION = 60


class Assistant:
    """Answers questions about cases, with evidence.

    Args:
        settings: defaults to the environment and ``bedside.toml``.
        model: a LangChain chat model to use in place of the one that the settings name.

    Example:
        >>> answer = Assistant().ask("67-year-old man, new confusion, RR 32, BP 88/56, urea 9.1 mmol/L, pneumonia. "
        ...                          "Where should he be treated?")  # doctest: +SKIP
        >>> for claim in answer.claims:  # doctest: +SKIP
        ...     print(claim.text, [answer.evidence[i].source.short for i in claim.evidence])
    """

    def __init__(self, settings: Settings | None = None, *, model: BaseChatModel | None = None) -> None:
        self.settings = settings if settings is not None else Settings()
        self.services = Services(self.settings, model)
        self._memory = Memory(self.settings)
        self._graph = build_graph(self.services, self._memory.saver())

    def ask(
        self,
        text: str,
        files: Sequence[str | Path] = (),
        thread: str | None = None,
        priors: Sequence[str | Path] = (),
        patient: str | None = None,
    ) -> Answer:
        """Answers one message.

        Args:
            text: the case, the question, or what has changed.
            files: X-ray, CT, MRI, ECG or other files that go with the message; the patient's record (FHIR R4, JSON).
            thread: an earlier thread to go on with; a new one where None.
            priors: earlier images of the same patient, to compare `files` with.
            patient: the patient's id on the FHIR server of the settings, whose record goes along.

        Returns:
            The answer; `answer.thread` names the thread.

        Raises:
            QuestionError: there is nothing to answer, or more than one turn reads.
            ImageReadError: a file does not exist or is too large. (One that cannot be read is a refusal in the answer.)
            RecordError: a patient's record is too large, or its server does not give it.
            OfflineError: that server is off this machine, and `offline` is set.
            ThreadError: the thread is busy, or its name is not legal.
            StorageError: the disk is full or the database locked; what was written before is kept.
        """
        return _last(self.stream(text, files, thread, priors, patient))

    def stream(
        self,
        text: str,
        files: Sequence[str | Path] = (),
        thread: str | None = None,
        priors: Sequence[str | Path] = (),
        patient: str | None = None,
    ) -> Iterator[Event]:
        """The same as `ask`, event by event; the last one is `Answered`. Closing the iterator stops after the step.

        A tool that takes long is told to stop at once.
        """
        text = text.encode("utf-8", "replace").decode("utf-8")  # bytes that were no text on the command line become "?"
        self._check(text, (*files, *priors))
        thread = check_thread_id(thread) if thread else new_thread()
        with self._memory.only_one(thread):
            with TemporaryDirectory() as place:  # from where it is copied to the thread's own files
                fetched = (self._fetched(patient, Path(place)),) if patient else ()
                inbox = self._receive(thread, text, (*files, *fetched), priors)
            yield from self._run(thread, {"inbox": inbox})

    def resume(self, thread: str) -> Answer:
        """Finishes a turn that was cut off; steps that had finished do not run again. Else returns the last answer.

        Raises:
            ThreadError: there is no such thread, or it holds no answer yet.
        """
        return _last(self.stream_resumed(thread))

    def stream_resumed(self, thread: str) -> Iterator[Event]:
        """The same as `resume`, event by event."""
        self._must_exist(thread)
        with self._memory.only_one(thread):
            snapshot = self._snapshot(thread)
            # Not `next`: it leaves out a step that had finished and was cut off before the turn moved on.
            if snapshot.tasks:
                yield from self._run(thread, None)
            elif "answer" in snapshot.values:
                yield Answered(answer=snapshot.values["answer"])
            else:
                raise ThreadError(f"Thread {thread} holds no answer yet.", "Ask it something.", code="BED-THREAD-003")

    def interview(self, turns: int = 20) -> Interview:
        """An interview: start it, answer what it asks, and have it conclude.

        Args:
            turns: how many questions and requests there may be.
        """
        from bedside.agent.interview.session import Interview

        return Interview(self.services.toolbox, turns)

    def threads(self) -> tuple[ThreadInfo, ...]:
        """This user's threads, the latest first."""
        return self._memory.threads()

    def case(self, thread: str) -> Case:
        """The case of a thread: messages, facts, files.

        Raises:
            ThreadError: this user has no such thread.
        """
        self._must_exist(thread)
        case = self._snapshot(thread).values.get("case")
        return case if isinstance(case, Case) else Case(thread=thread)

    def warm(self) -> None:
        """Loads what the first question would wait for: the guideline search, and the core model where it is ours."""
        search: Any = self.services.toolbox.get("guideline_search")
        search.warm()
        engine = getattr(self.services.model, "engine", None)
        if engine is not None:
            engine.load()

    def _check(self, text: str, files: Sequence[str | Path]) -> None:
        if not text.strip() and not files:
            raise QuestionError("The message is empty.", "Write the case and the question, or attach a file.")
        if numbered_patients(text) > 1:
            raise QuestionError(
                "The message speaks of more than one patient.",
                "Ask about one patient at a time, each in a thread of their own.",
                code="BED-ASK-007",
            )
        limit = self.settings.bounds.message_chars
        if len(text) > limit:
            raise QuestionError(
                f"The message has {len(text):,} characters; one turn reads at most {limit:,}.",
                "Send the part of the record that the question is about.",
                code="BED-ASK-002",
            )

    def _fetched(self, patient: str, folder: Path) -> Path:
        """The patient's record from the server of the settings, as a file."""
        from bedside.tools.record.server import fetch_record

        return fetch_record(patient, folder, self.settings)

    def _receive(self, thread: str, text: str, files: Sequence[str | Path], priors: Sequence[str | Path] = ()) -> Inbox:
        """Copies the files in and numbers the message; a message that an earlier turn left unread goes along."""
        folder = self._memory.folder / "files" / thread
        limit, most = self.settings.bounds.file_bytes, self.settings.record.file_bytes
        copies = tuple(str(copy_in(Path(f), folder, limit, most)) for f in (*files, *priors))
        values: State = self._snapshot(thread).values
        case, last = values.get("case", Case()), values.get("inbox")
        unread = last is not None and all(m.id != last.message.id for m in case.messages)
        earlier = (*last.earlier, last.model_copy(update={"earlier": ()})) if last is not None and unread else ()
        number = len(case.messages) + len(earlier) + 1
        message = Message(id=f"m{number}", role="user", text=text, at=time.strftime("%Y-%m-%dT%H:%M:%S%z"))
        self._memory.note_message(thread, text)
        names = tuple(Path(f).name for f in (*files, *priors))
        return Inbox(thread=thread, message=message, files=copies, names=names, priors=len(priors), earlier=earlier)

    def _run(self, thread: str, given: dict[str, Any] | None) -> Iterator[Event]:
        seen = len(self._ledger(self._snapshot(thread).values))
        answer: Answer | None = None
        self.services.begin(thread)
        try:
            chunks: Iterator[Any] = self._graph.stream(
                given, self._config(thread), stream_mode=["custom", "values"], durability="sync"
            )
            for mode, chunk in chunks:
                if mode == "custom":
                    yield chunk
                    continue
                ledger = self._ledger(chunk)
                yield from (EvidenceFound(evidence=e) for e in ledger[seen:])
                seen = max(seen, len(ledger))
                answer = chunk.get("answer", answer)
        except (sqlite3.Error, OSError) as error:
            raise storage_error(error, self._memory.path) from error
        finally:
            self.services.end(thread)
        if answer is None:
            raise ThreadError(f"Thread {thread} holds no answer.", "Ask again.", code="BED-THREAD-003")
        yield Answered(answer=answer)

    def _ledger(self, values: Any) -> tuple[Any, ...]:
        ledger = values.get("ledger")
        return ledger.items if ledger is not None else ()

    def _snapshot(self, thread: str) -> Any:
        try:
            return self._graph.get_state(self._config(thread))
        except (sqlite3.Error, ValueError, TypeError, LookupError, AttributeError) as error:
            # No code of ours runs here: what fails is a checkpoint whose bytes are not what was written.
            raise storage_error(error, self._memory.path) from error

    def _must_exist(self, thread: str) -> None:
        if not self._memory.has(check_thread_id(thread)):
            raise ThreadError(f"There is no thread {thread}.", "`bedside threads` lists yours.", code="BED-THREAD-004")

    def _config(self, thread: str) -> Any:
        return {"configurable": {"thread_id": thread}, "recursion_limit": _RECURSION}


def new_thread() -> str:
    """A fresh thread name."""
    return f"t-{uuid.uuid4().hex[:10]}"


def _last(events: Iterator[Event]) -> Answer:
    answer: Answer | None = None
    for event in events:
        if isinstance(event, Answered):
            answer = event.answer
    if answer is None:
        raise ThreadError("The turn ended without an answer.", "Ask again.", code="BED-THREAD-003")
    return answer
