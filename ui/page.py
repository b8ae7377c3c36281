"""The page: chat on the left, evidence beside it, and what happens when something is sent, stopped or begun anew."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property
from pathlib import Path
from typing import Any

import gradio as gr

from bedside.core.answer import Answer
from bedside.core.errors import BedsideError, KnowledgeError, ThreadError
from bedside.core.settings import Settings
from bedside.knowledge.library import Library, Passage, load_library
from bedside.ui.panels.evidence import EvidenceView, evidence_panel
from bedside.ui.panels.html import Html, el, join
from bedside.ui.panels.turn import fault, turn_panel, welcome
from bedside.ui.session import Session, Sessions
from bedside.ui.turns import Streams, run_turn
from bedside.ui.uploads import gather

HEAD = '<link rel="stylesheet" href="/bedside/app.css"><script src="/bedside/app.js" defer></script>'
EXAMPLE = (Path(__file__).resolve().parent / "static" / "example.txt").read_text(encoding="utf-8").strip()
_AT_ONCE = 40
_PLACEHOLDER = "Case and question. Drop X-ray, CT, MRI or ECG files, or the FHIR record, here."
_HTML: dict[str, Any] = {"js_on_load": None, "apply_default_css": False, "container": False, "padding": False}


def theme() -> Any:
    """Gradio's plainest theme with the system's own fonts: nothing is fetched from elsewhere."""
    fonts = ["system-ui", "-apple-system", "Segoe UI", "Roboto", "Helvetica Neue", "Arial", "sans-serif"]
    return gr.themes.Base(primary_hue="teal", neutral_hue="slate", font=fonts, font_mono=["ui-monospace", "monospace"])


def build_page(assistant: Streams, settings: Settings, sessions: Sessions) -> Any:
    """The Blocks of the page.

    Args:
        assistant: what answers.
        settings: bounds, and the cache of the guideline library.
        sessions: one for each open tab.
    """
    chat = Chat(assistant, settings, sessions)
    with gr.Blocks(title="Bedside", analytics_enabled=False, fill_width=True, delete_cache=(3600, 3600)) as page:
        gr.HTML(_header(), elem_id="top", **_HTML)
        with gr.Row(elem_id="columns"):
            with gr.Column(elem_id="talk"):
                with gr.Column(elem_id="turns"):
                    history = gr.HTML(welcome(), elem_id="history", **_HTML)
                    live = gr.HTML("", elem_id="live", **_HTML)
                with gr.Column(elem_id="composer"):
                    box = gr.MultimodalTextbox(
                        elem_id="box", show_label=False, label="Your message", placeholder=_PLACEHOLDER,
                        file_count="multiple", sources=["upload"], lines=1, max_lines=8, submit_btn=True,
                        stop_btn=False, max_plain_text_length=settings.bounds.message_chars,
                    )  # fmt: skip
                    with gr.Row(elem_id="buttons"):
                        stop = gr.Button("Stop", elem_id="stop", size="sm", variant="stop", interactive=False)
                        new = gr.Button("New case", elem_id="new", size="sm")
                        example = gr.Button("Example case", elem_id="example", size="sm")
            with gr.Column(elem_id="side"):
                evidence = gr.HTML(_pane(evidence_panel({}, chat.view_of(None))), elem_id="evidence", **_HTML)
        shown = [box, history, live, evidence, stop]
        quiet: dict[str, Any] = {"show_progress": "hidden", "api_visibility": "private"}
        box.submit(chat.send, [box], shown, concurrency_limit=_AT_ONCE, **quiet)
        stop.click(chat.stop, None, [stop], concurrency_limit=None, **quiet)
        new.click(chat.new_case, None, shown, concurrency_limit=None, **quiet)
        example.click(lambda: {"text": EXAMPLE, "files": []}, None, [box], concurrency_limit=None, **quiet)
        page.unload(chat.leave)
    return page


class Chat:
    """What the events of the page do. It holds nothing of any case; that is in the session of each tab."""

    def __init__(self, assistant: Streams, settings: Settings, sessions: Sessions) -> None:
        self._assistant = assistant
        self._settings = settings
        self._sessions = sessions

    def send(self, message: dict[str, Any], request: gr.Request) -> Iterator[tuple[Any, ...]]:
        """One turn: yields box, history, live turn, evidence and stop button."""
        session = self._sessions.get(_name(request))
        said = str(message.get("text") or "")
        thread = session.thread
        cleared = {"text": "", "files": []}
        try:
            files = gather(message.get("files") or [], session.folder, self._settings.bounds.file_bytes)
        except BedsideError as error:
            session.turns.append(turn_panel(said, (), fault(str(error))))
            yield cleared, join(session.turns), "", gr.skip(), gr.skip()
            return
        progress, known = None, -1
        for progress in run_turn(self._assistant, session, said, files):
            if session.thread != thread:
                return  # a new case was begun in this tab
            fresh = len(session.held) != known
            known = len(session.held)
            pane = self._evidence(session) if fresh else gr.skip()
            box = cleared if cleared else gr.skip()
            history = join(session.turns) if cleared else gr.skip()
            cleared = {}
            yield box, history, progress.panel(session), pane, gr.Button(interactive=True)
        if progress is not None and session.thread == thread:
            session.turns.append(progress.result(session))
            yield gr.skip(), join(session.turns), "", self._evidence(session), gr.Button(interactive=False)

    def stop(self, request: gr.Request) -> Any:
        """Stops the turn of this tab: its generator is closed."""
        self._sessions.get(_name(request)).stop.set()
        return gr.Button(interactive=False)

    def new_case(self, request: gr.Request) -> tuple[Any, ...]:
        """Stops what runs and clears the page."""
        session = self._sessions.get(_name(request))
        session.new_case()
        box = {"text": "", "files": []}
        return box, welcome(), "", _pane(evidence_panel({}, self.view_of(session))), gr.Button(interactive=False)

    def leave(self, request: gr.Request) -> None:
        """The tab was closed: its turn is stopped and its files are removed."""
        self._sessions.drop(_name(request))

    def view_of(self, session: Session | None) -> EvidenceView:
        """What the evidence pane looks up for this session."""
        if session is None or not session.held:
            return EvidenceView(self._passage, {}, {}, {}, set())
        try:
            messages = {m.id: m for m in self._assistant.case(session.thread).messages}
        except ThreadError:
            messages = {}  # the turn that makes the thread has not got that far
        names = {g.id: f"{g.title} ({g.short})" for g in self._library.guidelines}
        return EvidenceView(self._passage, messages, session.cards, session.files, session.cited, names)

    @cached_property
    def _library(self) -> Library:
        return load_library(self._settings)

    def _evidence(self, session: Session) -> Html:
        return _pane(evidence_panel(session.held, self.view_of(session)))

    def _passage(self, passage_id: str) -> Passage | None:
        try:
            return self._library.passage(passage_id)
        except KnowledgeError:
            return None  # the library changed since; the pane says that it no longer holds the passage


def _name(request: gr.Request) -> str:
    return str(request.session_hash)


def _header() -> Html:
    title = el("h1", "Bedside")
    return el("header", title, el("p", Answer(thread="", question="").notice, class_="device"))


def _pane(body: Html) -> Html:
    return el("section", el("h2", "Evidence"), body, aria_label="Evidence", class_="pane")
