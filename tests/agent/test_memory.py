"""What outlives a turn reads back as it was written, rebuilds nothing foreign, and fails with one sentence."""

from __future__ import annotations

import sqlite3
import types
import typing
from enum import Enum
from pathlib import Path
from typing import Any

import pytest
from langgraph.checkpoint.base import empty_checkpoint
from pydantic import BaseModel
from support.assistant import CASE, scripted_assistant
from support.weights import settings_with

from bedside.agent import memory, state
from bedside.agent.checkpoints import stored_models
from bedside.agent.memory import Memory, ThreadInfo, user_folder
from bedside.core.base import Frozen
from bedside.core.card import ToolCard
from bedside.core.errors import StorageError, ThreadError
from bedside.core.evidence import Sign
from bedside.core.settings import Bounds, Settings
from bedside.tools.registry import cards

MODELS = [
    kind for kind in vars(state).values() if isinstance(kind, type) and issubclass(kind, Frozen) and kind is not Frozen
]


def filled(annotation: Any, depth: int = 0) -> Any:
    """A value of a type, with every field of every model filled as far as the recursion reaches."""
    origin, args = typing.get_origin(annotation), typing.get_args(annotation)
    if origin is typing.Annotated:
        return filled(args[0], depth)
    if origin in (typing.Union, types.UnionType):
        return None if depth > 6 and type(None) in args else filled(args[0], depth)
    if origin is typing.Literal:
        return args[0]
    if origin is tuple:
        if args[-1] is not Ellipsis:
            return tuple(filled(a, depth) for a in args)
        return () if depth > 6 else (filled(args[0], depth + 1), filled(args[0], depth + 1))
    if origin is dict:
        return {"key": filled(args[1], depth + 1)}
    if issubclass(annotation, Enum):
        return list(annotation)[-1]
    if annotation is ToolCard:  # its validators let only a real card through
        return cards()[0]
    if annotation is Sign:  # its name is a word of a fixed form
        return Sign(name="pneumonia", called=True, where="what ü")
    if issubclass(annotation, BaseModel):
        recursive = annotation is state.Inbox and depth > 1
        fields = {n: f.annotation for n, f in annotation.model_fields.items() if not (recursive and n == "earlier")}
        return annotation(**{n: filled(a, depth + 1) for n, a in fields.items()})
    return {str: "what ü\n", int: 3, float: 0.1, bool: True, Path: Path("x")}[annotation]


def through(saver: Any, values: dict[str, Any]) -> dict[str, Any]:
    """Writes channel values as a checkpoint and reads them back."""
    config = {"configurable": {"thread_id": "t", "checkpoint_ns": ""}}
    checkpoint = {**empty_checkpoint(), "channel_values": values}
    saver.put(config, checkpoint, {}, {})
    return saver.get_tuple(config).checkpoint["channel_values"]


@pytest.fixture
def settings(tmp_path) -> Settings:
    return Settings(home=tmp_path / "home")


@pytest.mark.parametrize("model", MODELS, ids=lambda m: m.__name__)
def test_every_model_of_the_state_reads_back_as_it_was_written(model, settings):
    written = filled(model)
    read = through(Memory(settings).saver(), {"it": written})["it"]
    assert type(read) is model
    assert read == written
    # A text that equals its enum, or a list that should be a tuple, shows here.
    assert repr(read) == repr(written)


def test_every_channel_of_the_state_is_one_of_these_models_or_text():
    channels = typing.get_type_hints(state.State).values()
    kinds = {k for c in channels for k in (typing.get_args(c) or (c,))} - {str, type(None)}
    assert kinds <= set(stored_models().values())


class _Foreign(BaseModel):
    command: str


@pytest.mark.parametrize("value", [Bounds(), _Foreign(command="rm")], ids=["settings", "a test's own model"])
def test_a_foreign_type_is_not_rebuilt(value, settings):
    read = through(Memory(settings).saver(), {"it": value})["it"]
    assert read == value.model_dump()
    assert type(read) is dict


def test_no_stored_type_lies_outside_bedside():
    assert all(name.startswith("bedside.") for name in stored_models())
    assert Settings not in stored_models().values()


def test_threads_are_listed_latest_first_with_the_first_message_as_title(settings):
    here = Memory(settings)
    here.note_message("a", "The first\n message  " + "x" * 100)
    here.note_message("b", "")
    here.note_message("a", "The second")
    rows = here.threads()
    assert [(r.thread, r.messages) for r in rows] == [("a", 2), ("b", 1)]
    assert rows[0].title.startswith("The first message xxx")
    assert rows[1].title == "(files only)"
    assert isinstance(rows[0], ThreadInfo)
    assert here.has("a")
    assert not here.has("c")


@pytest.mark.parametrize("user", ["../other", "a/b", "", ".", "..", "Zoë", "x" * 300, "a\n"])
def test_no_user_name_leaves_the_folder_of_users(user, tmp_path):
    folder = user_folder(Settings(home=tmp_path, user=user))
    assert folder.resolve().parent == (tmp_path / "users").resolve()


def test_a_second_turn_of_a_thread_is_refused(settings, monkeypatch):
    monkeypatch.setattr(memory, "_BUSY_SECONDS", 0.05)
    one, other = Memory(settings), Memory(settings)
    with one.only_one("t"), pytest.raises(ThreadError, match="still answering"), other.only_one("t"):
        pass
    with other.only_one("t"), other.only_one("u"):
        pass


def test_a_locked_database_is_one_sentence(settings, monkeypatch):
    monkeypatch.setattr(memory, "_BUSY_SECONDS", 0.05)
    here = Memory(settings)
    holder = sqlite3.connect(here.path)
    holder.execute("BEGIN EXCLUSIVE")
    try:
        with pytest.raises(StorageError) as error:
            here.note_message("t", "Hello")
        assert error.value.code == "BED-STORE-012"
    finally:
        holder.close()
    here.note_message("t", "Hello")


@pytest.mark.parametrize("damage", [b"", b"not a database at all " * 400])
def test_a_file_that_is_no_database_is_one_sentence_or_starts_afresh(damage, settings):
    path = user_folder(settings) / "threads.sqlite"
    path.write_bytes(damage)
    if not damage:
        assert Memory(settings).threads() == ()
        return
    with pytest.raises(StorageError) as error:
        Memory(settings)
    assert error.value.code == "BED-STORE-014"
    assert path.read_bytes() == damage, "what is there is left for a rescue"


@pytest.fixture(scope="module")
def answered(tmp_path_factory) -> Path:
    settings_with("minilm")
    home = tmp_path_factory.mktemp("answered")
    scripted_assistant(home).ask(CASE, thread="t")
    return home


def _copy(answered: Path, to: Path) -> Path:
    """A copy of the answered thread's database, whole and without its log."""
    folder = to / "home" / "users" / "local"
    folder.mkdir(parents=True)
    source = sqlite3.connect(answered / "home" / "users" / "local" / "threads.sqlite")
    target = sqlite3.connect(folder / "threads.sqlite")
    source.backup(target)
    source.close()
    target.execute("PRAGMA journal_mode=DELETE")
    target.close()
    return folder / "threads.sqlite"


def _overwrite_pages(path: Path) -> None:
    body = bytearray(path.read_bytes())
    body[4096 * 2 :] = b"\xff" * (len(body) - 4096 * 2)
    path.write_bytes(bytes(body))


def _overwrite_checkpoints(path: Path) -> None:
    with sqlite3.connect(path) as db:
        db.execute("UPDATE checkpoints SET checkpoint = x'ff00ff'")
    db.close()


def _cut_short(path: Path) -> None:
    path.write_bytes(path.read_bytes()[: 4096 * 3])


@pytest.mark.parametrize("damage", [_overwrite_pages, _overwrite_checkpoints, _cut_short])
def test_a_damaged_database_is_one_sentence(damage, answered, tmp_path):
    damage(_copy(answered, tmp_path))
    with pytest.raises(StorageError) as error:
        scripted_assistant(tmp_path).ask("Where should he be treated?", thread="t")
    assert error.value.code == "BED-STORE-014"
    assert error.value.do


def test_an_answered_thread_goes_on_in_another_process_copy(answered, tmp_path):
    _copy(answered, tmp_path)
    assistant = scripted_assistant(tmp_path)
    assert assistant.resume("t").claims
    assert assistant.case("t").fact("age").value == 67
