"""llama.cpp in this process: one loaded model, one worker thread, one queue.

The worker makes callers wait their turn: two generations at once on a laptop's cores would both be slower than one
after the other. llama.cpp keeps the prompt it evaluated last, and others in `PROMPT_CACHE_MIB` of memory, so the next
turn of any recent thread evaluates only what is new in it.
"""

from __future__ import annotations

import os
import platform
import queue
import secrets
import threading
import time
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import Any

from bedside.core.errors import ModelOutputError, ModelUnavailableError

PROMPT_CACHE_MIB = 384
# Cancelling and timeouts take effect between batches of this many prompt tokens, and between generated tokens.
PROMPT_BATCH = 256
# Here llama.cpp's second copy of the weights, in an order made for the processor, reads prompts more slowly and takes
# 600 MB for the model of 1.5 billion: `evals/bench/weights_order.py`. ARM gains by it.
_AS_STORED = ("x86_64", "amd64")
_ENGINES: dict[tuple[Path, int, int], LlamaEngine] = {}
_ENGINES_LOCK = threading.Lock()


def physical_cores() -> int:
    """Physical cores this process may run on. A second thread on a core only slows llama.cpp down."""
    allowed = os.sched_getaffinity(0) if hasattr(os, "sched_getaffinity") else set(range(os.cpu_count() or 1))
    cores = set()
    for cpu in allowed:
        siblings = Path(f"/sys/devices/system/cpu/cpu{cpu}/topology/thread_siblings_list")
        cores.add(siblings.read_text().strip() if siblings.exists() else str(cpu))
    return max(1, len(cores))


def shared_engine(path: Path, threads: int, context: int) -> LlamaEngine:
    """The engine for that model file: made once per process, so that a model is in memory once."""
    key = (path.resolve(), threads, context)
    with _ENGINES_LOCK:
        if key not in _ENGINES:
            _ENGINES[key] = LlamaEngine(*key)
        return _ENGINES[key]


class LlamaEngine:
    """One GGUF model behind one worker thread; loads on the first request.

    Args:
        path: the GGUF file.
        threads: CPU threads; 0 means all physical cores.
        context: tokens of prompt and answer together.
        as_stored: whether weights are used as the file holds them; None as is best on this processor.
    """

    def __init__(self, path: Path, threads: int = 0, context: int = 8192, as_stored: bool | None = None) -> None:
        self.path = path
        self.as_stored = platform.machine().lower() in _AS_STORED if as_stored is None else as_stored
        self.threads = threads or physical_cores()
        self.context = context
        # llama.cpp's server also listens on loopback; the key keeps other users of this machine out.
        self.api_key = secrets.token_urlsafe(24)
        self._worker = ThreadPoolExecutor(max_workers=1, thread_name_prefix="llama")
        self._server: Any = None

    def load(self) -> None:
        """Loads the model now, rather than on the first request; waits until it is there.

        Raises:
            ModelUnavailableError: the file is no GGUF model, or memory does not suffice.
        """
        self._worker.submit(self._loaded).result()

    @property
    def address(self) -> str:
        """The OpenAI-compatible loopback address (without ``/v1``); loads the model. `api_key` opens it."""
        self.load()
        return str(self._server.listening_address)

    def stream(self, request: dict[str, Any], timeout: float) -> Iterator[dict[str, Any]]:
        """Runs one request and gives the server's chunks as they come; closing the iterator stops the model.

        Args:
            request: the body of an OpenAI chat completion.
            timeout: seconds for the whole, the wait in the queue included.

        Raises:
            ModelUnavailableError: the model could not be loaded, or took longer than `timeout`.
            ModelOutputError: llama.cpp refused the request: prompt longer than the context, schema it cannot follow.
        """
        stop = threading.Event()
        chunks: queue.Queue[dict[str, Any] | None] = queue.Queue()
        deadline = time.monotonic() + timeout
        work = self._worker.submit(self._run, request, stop, chunks)
        work.add_done_callback(lambda _: chunks.put(None))
        try:
            while (chunk := self._next(chunks, deadline, timeout)) is not None:
                if "error" in chunk:
                    raise _refused(chunk["error"])
                yield chunk
            _raise_from(work)
        finally:
            stop.set()
            work.cancel()

    def close(self) -> None:
        """Waits for the request in hand and frees the model."""
        self._worker.shutdown(wait=True)
        self._server = None

    def _next(
        self, chunks: queue.Queue[dict[str, Any] | None], deadline: float, timeout: float
    ) -> dict[str, Any] | None:
        try:
            return chunks.get(timeout=max(0.0, deadline - time.monotonic()))
        except queue.Empty:
            raise ModelUnavailableError(
                f"The embedded model did not finish within {timeout:g} s.",
                "Ask again, ask for less, or raise `model.timeout`.",
                code="BED-MODEL-003",
            ) from None

    def _run(self, request: dict[str, Any], stop: threading.Event, chunks: queue.Queue[dict[str, Any] | None]) -> None:
        def on_chunk(chunk: dict[str, Any]) -> bool:
            chunks.put(chunk)
            return stop.is_set()

        if not stop.is_set():
            body = {**request, "stream": True, "stream_options": {"include_usage": True}, "return_progress": True}
            self._loaded().handle_chat_completions(body, on_chunk)

    def _loaded(self) -> Any:
        """The server; called on the worker thread only, so it is made once."""
        if self._server is None:
            import xllamacpp

            try:
                self._server = xllamacpp.Server(self._parameters(xllamacpp.CommonParams()))
            except (RuntimeError, ValueError, OSError) as error:
                raise ModelUnavailableError(
                    f"llama.cpp could not load {self.path.name}: {error}.",
                    "Run `bedside doctor`: it says whether the file is damaged and how to get it.",
                ) from error
        return self._server

    def _parameters(self, parameters: Any) -> Any:
        parameters.model.path = str(self.path)
        parameters.n_ctx = self.context
        parameters.n_parallel = 1
        parameters.n_batch = PROMPT_BATCH
        parameters.no_extra_bufts = self.as_stored
        parameters.cpuparams.n_threads = self.threads
        parameters.cpuparams_batch.n_threads = self.threads
        parameters.cache_prompt = True
        parameters.cache_ram_mib = PROMPT_CACHE_MIB
        parameters.use_jinja = True
        parameters.warmup = False
        parameters.verbosity = -1
        parameters.api_keys = [self.api_key]
        # The slots page shows prompts, which hold patients' words.
        parameters.endpoint_slots = False
        parameters.ui = False
        return parameters


def _raise_from(work: Future[None]) -> None:
    try:
        work.result()
    except (ValueError, RuntimeError) as error:
        raise ModelOutputError(
            f"llama.cpp refused the request: {error}.",
            "Report this: the request was badly formed.",
            code="BED-MODEL-004",
        ) from error


def _refused(error: dict[str, Any]) -> ModelOutputError:
    if error.get("type") == "exceed_context_size_error":
        return ModelOutputError(
            f"The prompt has {error.get('n_prompt_tokens')} tokens; the model's context holds {error.get('n_ctx')}.",
            "Ask about less text at once, or raise `model.context`.",
            code="BED-MODEL-005",
        )
    return ModelOutputError(
        f"llama.cpp refused the request: {error.get('message')}.", "Ask again in another form.", code="BED-MODEL-004"
    )
