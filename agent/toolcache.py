"""Results of tool calls, kept by (tool, version, inputs): a resumed run repeats nothing that finished."""

from __future__ import annotations

import hashlib
import logging
import sqlite3
import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING

from pydantic import ValidationError

from bedside.agent.memory import connect, storage_error
from bedside.tools.contract import ToolRequest, ToolResult
from bedside.tools.gate import run_gated

if TYPE_CHECKING:
    from bedside.tools.contract import Tool

log = logging.getLogger("bedside.agent")


def call_key(tool: str, version: str, request: ToolRequest) -> str:
    """The sha256 of everything the result can depend on."""
    parts = [tool, version, request.question, request.query, str(request.output)]
    parts += [f.model_dump_json() for f in request.facts]
    parts += [e.key for e in request.scores]
    if request.study is not None:
        parts.append(request.study.info.model_dump_json())
    if request.prior is not None:
        parts.append(request.prior.study.info.model_dump_json())
        parts += [f"{r.tool} {r.version}" for r in (*request.prior.now, *request.prior.before)]
    return hashlib.sha256("\x1f".join(parts).encode()).hexdigest()


def run_kept(tool: Tool, request: ToolRequest, cache: ToolCache, thread: str) -> ToolResult:
    """Runs a tool behind its gate, or takes what it found before on the same inputs.

    No refusal is kept: what was missing (a weight, a package, room on the disk) may be there the next time.
    """
    key = call_key(tool.card.name, tool.card.version, request)
    kept = cache.get(key) if tool.card.keeps else None
    if kept is not None and kept.refusal is None:
        return kept
    started = time.perf_counter()
    result = run_gated(tool, request)
    result = result.model_copy(update={"seconds": time.perf_counter() - started})
    if tool.card.keeps and result.refusal is None:
        cache.put(key, thread, result)
    return result


class ToolCache:
    """A SQLite table of finished calls. Safe for threads."""

    def __init__(self, path: Path) -> None:
        self._lock = threading.Lock()
        self._db: sqlite3.Connection = connect(path)
        try:
            with self._db:
                self._db.execute("CREATE TABLE IF NOT EXISTS calls (key TEXT PRIMARY KEY, thread TEXT, result TEXT)")
        except sqlite3.Error as error:
            raise storage_error(error, path) from error

    def get(self, key: str) -> ToolResult | None:
        """The stored result, marked as cached; None where there is none or a file it wrote is gone."""
        try:
            with self._lock:
                row = self._db.execute("SELECT result FROM calls WHERE key = ?", (key,)).fetchone()
        except sqlite3.Error as error:
            log.warning("the cache of tool calls cannot be read, so the tool runs: %s", error)
            return None
        if row is None:
            return None
        try:
            result = ToolResult.model_validate_json(row[0])
        except ValidationError:  # written by another version of Bedside
            return None
        if any(not Path(a.path).exists() for a in result.artefacts):
            return None
        return result.model_copy(update={"cached": True})

    def put(self, key: str, thread: str, result: ToolResult) -> None:
        """Stores a finished call. Where it cannot, the result stands, and a resumed run makes the call again."""
        try:
            with self._lock, self._db:
                row = (key, thread, result.model_dump_json())
                self._db.execute("INSERT OR REPLACE INTO calls VALUES (?, ?, ?)", row)
        except sqlite3.Error as error:
            log.warning("a tool's result could not be kept: %s", error)
