"""The decoding processes: started when first needed, kept warm, killed when a file takes too much."""

from __future__ import annotations

import atexit
import contextlib
import json
import os
import re
import subprocess
import sys
import threading
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from bedside.core.errors import ImageReadError
from bedside.core.study import Study, StudyInfo
from bedside.tools.imaging.assembly import VolumeStudy
from bedside.tools.imaging.content import DECODER_CRASHED, EXPORT_AGAIN, printable, too_costly
from bedside.tools.imaging.reading import size_of

if TYPE_CHECKING:
    from numpy.typing import NDArray

MOST_AT_ONCE = 4
FILES_A_PROCESS = 500
# The decoder's own timer counts processor time; this clock is for a disk that hangs, and for systems without the timer.
CLOCK_SECONDS, CLOCK_BYTES_A_SECOND = 60.0, 1_000_000
START = (
    "import json, sys; sys.path[:] = json.loads(sys.argv[1]); from bedside.tools.imaging.decoder import main; main()"
)
PIPE_BYTES = 1_000_000
KEPT_ENVIRONMENT = ("PATH", "LANG", "LC_ALL", "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH", "SYSTEMROOT", "TMPDIR", "TEMP")
OUT_OF_TIME_SIGNALS = {"SIGPROF", "SIGXCPU"}
DIGEST = re.compile(r"[0-9a-f]{64}")


class Decoder:
    """One decoding process. Not for use by two threads at once.

    Args:
        program: what it runs; tests give it one with a fault.
    """

    def __init__(self, program: str = START) -> None:
        paths = [path or str(Path.cwd()) for path in sys.path]
        # Neither keys nor tokens of the environment are handed to a process that meets foreign files.
        environment = {name: os.environ[name] for name in KEPT_ENVIRONMENT if name in os.environ}
        threads = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")
        self._process = subprocess.Popen(  # noqa: S603 - our own interpreter and our own module
            [sys.executable, "-I", "-c", program, json.dumps(paths)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env={**environment, **threads},
            pipesize=PIPE_BYTES if sys.platform == "linux" else -1,
        )
        self._files = 0
        self._late = False

    @property
    def pid(self) -> int:
        """Of the process."""
        return self._process.pid

    @property
    def usable(self) -> bool:
        """Whether it lives and has not read so much that its memory may have grown."""
        return self._files < FILES_A_PROCESS and self._process.poll() is None

    def close(self) -> None:
        """Ends the process."""
        self._process.kill()
        self._process.wait()
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe is not None:
                with contextlib.suppress(OSError):
                    pipe.close()

    def read(self, path: Path, attachment_id: str, limit_bytes: int) -> Study:
        """The Study of a file.

        Raises:
            ImageReadError: the decoder refused it, ran out of time or memory (009), or crashed (010).
            BrokenPipeError: the process had ended before it was asked.
        """
        request = {"path": os.path.abspath(path), "id": attachment_id, "limit": limit_bytes}  # noqa: PTH100 - keeps links
        stdin, stdout = self._process.stdin, self._process.stdout
        assert stdin is not None and stdout is not None
        self._files += 1
        clock = threading.Timer(CLOCK_SECONDS + size_of(path) / CLOCK_BYTES_A_SECOND, self._out_of_time)
        clock.daemon = True
        clock.start()
        try:
            stdin.write(json.dumps(request).encode() + b"\n")
            stdin.flush()
            if not stdout.readline():
                raise BrokenPipeError
            line = stdout.readline()
            if not line.endswith(b"\n"):
                raise self._death(path)
            head = json.loads(line)
            if "error" in head:
                raise ImageReadError(head["error"]["what"], head["error"]["do"], code=head["error"]["code"])
            return _study(head, self._samples(head, limit_bytes, path))
        finally:
            clock.cancel()

    def _samples(self, head: dict[str, Any], limit_bytes: int, path: Path) -> NDArray[np.float32]:
        shape = tuple(int(n) for n in head["info"]["shape"])
        samples = np.empty(shape, dtype=np.float32)
        into = samples.data.cast("B")
        stdout = self._process.stdout
        assert stdout is not None
        done = 0
        while done < len(into):
            count = stdout.readinto(into[done:])  # type: ignore[attr-defined]
            if not count:
                raise self._death(path)
            done += count
        return samples

    def _out_of_time(self) -> None:
        self._late = True
        self._process.kill()

    def _death(self, path: Path) -> ImageReadError:
        """What a process that ended in the middle of a file died of."""
        import signal

        code = self._process.wait()
        name = printable(path.name)
        with contextlib.suppress(ValueError):
            if self._late or (code < 0 and signal.Signals(-code).name in OUT_OF_TIME_SIGNALS):
                return too_costly(name, "time")
        return ImageReadError(
            f"The decoder crashed on {name}; nothing else was harmed.", EXPORT_AGAIN, code=DECODER_CRASHED
        )


class Decoders:
    """Decoding processes for many threads: an idle one is used again, at most four read at once."""

    _idle: list[Decoder]
    _lock: threading.Lock
    _places: threading.Semaphore

    def __init__(self, program: str = START) -> None:
        self._program = program
        self.forget()

    def read(self, path: Path, attachment_id: str, limit_bytes: int) -> Study:
        """The Study of a file, from the first decoder that is free.

        Raises:
            ImageReadError: the only exception.
        """
        with self._places:
            # A process that ended while it was idle is not the file's fault: the next one is new.
            for _ in range(2 + len(self._idle)):
                try:
                    return self._read(path, attachment_id, limit_bytes)
                except OSError:
                    continue
        raise ImageReadError(
            f"{printable(path.name)} was not read: the process that reads files cannot be started.",
            "Free some memory, then try again.",
            code=DECODER_CRASHED,
        )

    @property
    def idle(self) -> tuple[int, ...]:
        """The process ids of the decoders that wait."""
        return tuple(decoder.pid for decoder in self._idle)

    def close(self) -> None:
        """Ends every idle process."""
        with self._lock:
            idle, self._idle = self._idle, []
        for decoder in idle:
            decoder.close()

    def forget(self) -> None:
        """Lets go of the processes without ending them: they belong to the process this one was forked from."""
        self._idle = []
        self._lock = threading.Lock()
        self._places = threading.Semaphore(min(MOST_AT_ONCE, os.cpu_count() or 1))

    def _read(self, path: Path, attachment_id: str, limit_bytes: int) -> Study:
        with self._lock:
            decoder = self._idle.pop() if self._idle else None
        decoder = decoder or Decoder(self._program)
        try:
            return decoder.read(path, attachment_id, limit_bytes)
        except OSError:
            decoder.close()
            raise
        finally:
            if decoder.usable:
                with self._lock:
                    self._idle.append(decoder)
            else:
                decoder.close()


@lru_cache(maxsize=1)
def decoders() -> Decoders:
    """The decoders of this process; they end with it."""
    made = Decoders()
    atexit.register(made.close)
    if hasattr(os, "register_at_fork"):
        os.register_at_fork(after_in_child=made.forget)
    return made


def _study(head: dict[str, Any], samples: NDArray[np.float32]) -> Study:
    """A read-only Study from what came through the pipe; its fields are checked like any other input."""
    info = StudyInfo.model_validate(head["info"])
    samples.setflags(write=False)
    instances = tuple(str(instance) for instance in head["instances"])
    patient = _digest(head.get("patient"))
    if head["affine"] is None:
        return Study(info=info, array=samples, instances=instances, patient=patient)
    affine = np.asarray(head["affine"], dtype=np.float64)
    affine.setflags(write=False)
    first, second, third = (str(axis) for axis in head["stored_axes"])
    axes = (first, second, third)
    return VolumeStudy(info=info, array=samples, affine=affine, stored_axes=axes, instances=instances, patient=patient)


def _digest(value: object) -> str:
    """A sha256 as the decoder gives it; "" of anything else."""
    return value if isinstance(value, str) and DIGEST.fullmatch(value) else ""
