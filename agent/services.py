"""What the nodes need, made once for an Assistant: settings, tools, core model, judge and guideline library."""

from __future__ import annotations

import threading
from collections import OrderedDict
from dataclasses import replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bedside.agent.candidates import CANDIDATES, CoreModelCandidates
from bedside.agent.look import LOOK, CoreModelLook
from bedside.agent.toolcache import ToolCache
from bedside.core.case import Attachment
from bedside.core.errors import BedsideError, WeightError
from bedside.core.places import documents_folder, user_folder
from bedside.core.settings import Settings
from bedside.retrieval.corpus.place import holds_corpus
from bedside.tools.contract import Tool
from bedside.tools.registry import Toolbox

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel

    from bedside.agent.relevance import Relevance
    from bedside.agent.verify.entail import Judge
    from bedside.core.study import Study
    from bedside.knowledge.library import Library
    from bedside.tools.record.model import PatientRecord
    from bedside.tools.redflags.likeness import Reading

_STUDIES_KEPT = 2
AnyTool = Tool | CoreModelLook | CoreModelCandidates


class Services:
    """Everything heavy is made on first use and kept, so that a model is loaded once."""

    def __init__(self, settings: Settings, model: BaseChatModel | None = None) -> None:
        self.settings = settings
        self.toolbox = Toolbox(settings)
        self._given = model
        self._studies: OrderedDict[str, Study] = OrderedDict()
        self._records: OrderedDict[tuple[str, str], PatientRecord] = OrderedDict()
        self._stops: dict[str, threading.Event] = {}
        self._lock = threading.Lock()

    def begin(self, thread: str) -> threading.Event:
        """A turn of a thread begins; the event is set when nobody waits for its answer any more."""
        self._stops[thread] = stop = threading.Event()
        return stop

    def stop_of(self, thread: str) -> threading.Event:
        """The event of the turn that is running in a thread; one that nobody sets where none is."""
        return self._stops.get(thread) or threading.Event()

    def end(self, thread: str) -> None:
        """The turn ended, or its listener left: tools that still run for it stop."""
        stop = self._stops.pop(thread, None)
        if stop is not None:
            stop.set()

    @cached_property
    def folder(self) -> Path:
        """The user's folder."""
        return user_folder(self.settings)

    @cached_property
    def cache(self) -> ToolCache:
        """Finished tool calls."""
        return ToolCache(self.folder / "tool-calls.sqlite")

    @cached_property
    def model(self) -> BaseChatModel:
        """The core model of the settings, or the one that was given."""
        from bedside.agent.models import core_model

        return self._given if self._given is not None else core_model(self.settings)

    @property
    def model_name(self) -> str:
        """The name of the core model, as traces and evidence show it; the setting's where it cannot be made."""
        try:
            return str(getattr(self.model, "model_name", "")) or self.settings.model.name
        except BedsideError:
            return self.settings.model.name

    @property
    def sees_images(self) -> bool:
        """Whether the core model may be shown pictures; False where it cannot be made: its own steps say that."""
        from bedside.agent.models.vision import sees_images

        try:
            return sees_images(self.model)
        except BedsideError:
            return False

    def tool(self, name: str) -> AnyTool:
        """A tool of the registry, or the core model's own look at a picture, or its own candidates.

        Raises:
            ToolError: there is no such tool.
        """
        if name == LOOK:
            return CoreModelLook(self.model, self.model_name)
        if name == CANDIDATES:
            differential: Any = self.toolbox.get("differential")
            return CoreModelCandidates(self.model, self.model_name, differential)
        return self.toolbox.get(name)

    @cached_property
    def judge(self) -> Judge:
        """Decides entailment with the core model; verdicts are kept on disk."""
        from bedside.agent.verify.entail import Judge

        return Judge(self.model, self.folder / "verdicts.sqlite")

    @cached_property
    def relevance(self) -> Relevance:
        """Decides with the core model which passages help; verdicts are kept on disk."""
        from bedside.agent.relevance import Relevance

        return Relevance(self.model, self.folder / "verdicts.sqlite")

    @property
    def holds_documents(self) -> bool:
        """Whether the user has added documents of their own; asked of the disk, since another process may add them."""
        return holds_corpus(documents_folder(self.settings))

    def document_text(self, passage_id: str) -> str:
        """The whole text of a passage of the user's documents; "" where it is no longer held."""
        search: Any = self.toolbox.get("document_search")
        return str(search.text(passage_id))

    def likeness(self, text: str) -> tuple[Reading | None, str]:
        """How much a text reads like an emergency, and by which weights; None where that is switched off or unknown.

        The embedder is the one that the guideline search loads; where it cannot be had, the search says so.

        Raises:
            WeightError: the weights that come with Bedside are damaged.
        """
        from bedside.retrieval.embed import MiniLm
        from bedside.tools.redflags.likeness import load_likeness

        if not self.settings.likeness:
            return None, ""
        weights = load_likeness()
        try:
            return weights.read(text, MiniLm(self.settings)), weights.identity
        except WeightError:
            return None, weights.identity

    @cached_property
    def library(self) -> Library:
        """The guideline library."""
        from bedside.knowledge.library import load_library

        return load_library(self.settings)

    def study(self, attachment: Attachment) -> Study:
        """The Study of an attachment, read through the door and looked at by the gate; the last few are kept.

        Raises:
            ImageReadError: the stored copy cannot be read.
        """
        from bedside.tools.gate import with_appearance
        from bedside.tools.imaging.door import open_file

        with self._lock:
            kept = self._studies.get(attachment.sha256)
            if kept is None:
                limit = self.settings.bounds.file_bytes
                opened = open_file(Path(attachment.path), attachment_id=attachment.id, limit_bytes=limit)
                kept = with_appearance(opened, self.settings)
                self._studies[attachment.sha256] = kept
                if len(self._studies) > _STUDIES_KEPT:
                    self._studies.popitem(last=False)
        if kept.info.id == attachment.id:
            return kept
        return replace(kept, info=kept.info.model_copy(update={"id": attachment.id}))

    def record(self, attachment: Attachment, said: str = "") -> PatientRecord:
        """The record of an attachment; the last few are kept, in memory only.

        Args:
            attachment: whose record it is stands in its `patient`; "" where it has just been attached.
            said: the message that came with it, in which the patient may be named.

        Raises:
            RecordError: the stored copy cannot be read, or is not that patient's.
        """
        from bedside.tools.record.read import open_record

        with self._lock:
            kept = self._records.get((attachment.sha256, attachment.patient)) if attachment.patient else None
            if kept is None:
                limit = self.settings.record.file_bytes
                path, patient = Path(attachment.path), attachment.patient
                kept = open_record(path, limit_bytes=limit, patient=patient, said=said)
                if not kept.ref_shared:
                    self._records[attachment.sha256, kept.person.ref] = kept
                if len(self._records) > _STUDIES_KEPT:
                    self._records.popitem(last=False)
        return kept

    @property
    def writes_freely(self) -> bool:
        """Whether the model may draft sentences; a small model only chooses among quoted ones."""
        chosen = self.settings.model.writes
        return chosen == "generative" or (chosen == "auto" and self.settings.model.backend != "embedded")
