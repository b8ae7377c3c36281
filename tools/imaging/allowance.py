"""How much processor time and memory the file being read may take, in the process that reads it.

A file starts with little, and gets more only as it announces samples that passed the limits. Outside a decoding
process nothing is armed and nothing here has an effect.
"""

from __future__ import annotations

import contextlib
from pathlib import Path

FIRST_SECONDS = 1.0
BYTES_A_SECOND = 10_000_000
SAMPLES_A_SECOND = 1_000_000
FIRST_MEMORY = 256_000_000
MEMORY_A_BYTE = 4
MEMORY_A_SAMPLE = 40
# Nothing but an empty image packs more samples than this into a byte.
SAMPLES_A_BYTE, SAMPLES_ANYWAY = 1_000, 1_000_000

_armed: dict[str, int] = {}


def begin(size: int) -> None:
    """Arms the limits for a file, or the files of a folder, of `size` bytes."""
    _armed.update(size=size, memory=_memory_in_use(), samples=0)
    _set()


def announce(samples: int) -> None:
    """Allows for a number of decoded samples; what was announced before is not added to it."""
    if _armed and samples > _armed["samples"]:
        _armed["samples"] = min(samples, SAMPLES_ANYWAY + SAMPLES_A_BYTE * _armed["size"])
        _set()


def end() -> None:
    """Disarms the limits."""
    _armed.clear()
    with contextlib.suppress(ImportError, OSError, ValueError, AttributeError):
        import resource
        import signal

        signal.setitimer(signal.ITIMER_PROF, 0)
        resource.setrlimit(resource.RLIMIT_AS, (resource.RLIM_INFINITY, resource.getrlimit(resource.RLIMIT_AS)[1]))


def _set() -> None:
    """The timer kills (SIGPROF) even inside a decoder that never returns to Python; memory fails as MemoryError.

    Systems without one of them (Windows has neither, macOS does not keep to RLIMIT_AS) have the parent's clock.
    """
    size, samples = _armed["size"], _armed["samples"]
    with contextlib.suppress(ImportError, OSError, ValueError, AttributeError):
        import resource
        import signal

        seconds = FIRST_SECONDS + size / BYTES_A_SECOND + samples / SAMPLES_A_SECOND
        signal.setitimer(signal.ITIMER_PROF, seconds)
        most = _armed["memory"] + FIRST_MEMORY + MEMORY_A_BYTE * size + MEMORY_A_SAMPLE * samples
        hard = resource.getrlimit(resource.RLIMIT_AS)[1]
        resource.setrlimit(resource.RLIMIT_AS, (most if hard == resource.RLIM_INFINITY else min(most, hard), hard))


def _memory_in_use() -> int:
    """Bytes of address space in use, since RLIMIT_AS counts those."""
    import resource

    pages = int(Path("/proc/self/statm").read_text().split()[0])
    return pages * resource.getpagesize()
