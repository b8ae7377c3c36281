"""The house stands: layers go one way, importing is light, and the package holds every file once under one name."""

from __future__ import annotations

import shutil
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

import pytest

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

ROOT = Path(__file__).resolve().parent.parent
LINKED = ("agent", "evals", "knowledge", "retrieval", "tools", "ui")
# fmt: off
HEAVY = {
    "PIL", "faiss", "gradio", "httpx", "langchain_core", "langgraph", "nibabel", "numpy", "onnxruntime", "openai",
    "pandas", "pydicom", "scipy", "sentence_transformers", "sklearn", "torch", "transformers", "xllamacpp",
}
# fmt: on
DATA = (
    "knowledge/guidelines/*.yaml",
    "knowledge/terminology/*.yaml",
    "knowledge/terminology/findings/*.yaml",
    "knowledge/diseases/*.yaml",
    "agent/prompts/*.txt",
    "tools/redflags/*.yaml",
    "tools/redflags/rules/*.yaml",
    "tools/experts/*/model.*",
)


def run(*command: str, cwd: Path = ROOT) -> subprocess.CompletedProcess[str]:
    """Runs a command to its end, with its output as text."""
    return subprocess.run(command, cwd=cwd, capture_output=True, text=True, timeout=300, check=False)


def imported_by(statement: str) -> set[str]:
    """The top-level modules in memory after a fresh interpreter ran one statement."""
    code = f"{statement}\nimport sys; print(*sorted({{name.partition('.')[0] for name in sys.modules}}))"
    done = run(sys.executable, "-c", code)
    assert done.returncode == 0, done.stderr
    return set(done.stdout.split())


def test_imports_go_one_way() -> None:
    done = run(str(Path(sys.executable).with_name("lint-imports")), "--no-cache")
    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize(
    ("statement", "allowed"),
    [
        ("import bedside", set()),
        ("import bedside.core.settings, bedside.core.errors", set()),
        ("import bedside.core.answer", {"numpy"}),
        ("import bedside.tools.registry", {"numpy"}),
        ("from bedside.tools.registry import cards; cards()", {"numpy"}),
        ("import bedside.cli", {"numpy"}),
    ],
)
def test_importing_is_light(statement: str, allowed: set[str]) -> None:
    assert imported_by(statement) & HEAVY <= allowed


def test_every_public_name_of_the_package_can_be_had() -> None:
    done = run(sys.executable, "-c", "import bedside; print(*[getattr(bedside, name) for name in bedside.__all__])")
    assert done.returncode == 0, done.stderr


def test_every_folder_with_code_is_packaged() -> None:
    listed = set(tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["setuptools"]["packages"])
    own = [folder for folder in (ROOT / "bedside").iterdir() if folder.is_dir() and not folder.is_symlink()]
    with_code = {path.parent for top in (*own, *(ROOT / name for name in LINKED)) for path in top.rglob("*.py")}
    no_package = [folder for folder in with_code if not (folder / "__init__.py").exists()]
    assert not no_package, "add an __init__.py"
    parts = [folder.relative_to(ROOT).parts for folder in with_code]
    assert listed == {"bedside"} | {".".join(part if part[0] == "bedside" else ("bedside", *part)) for part in parts}


def test_each_folder_is_reached_through_a_relative_link() -> None:
    targets = {name: str((ROOT / "bedside" / name).readlink()) for name in LINKED}
    assert targets == {name: f"../{name}" for name in LINKED}


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the wheel made from the tree, the sdist, and in `again/` the wheel made from that sdist."""
    work = tmp_path_factory.mktemp("build")
    tree, out = work / "tree", work / "out"
    kept_out = shutil.ignore_patterns(".*", "*.egg-info", "__pycache__", "build", "dist", "tests", "docs")
    shutil.copytree(ROOT, tree, symlinks=True, ignore=kept_out)
    _build("build_sdist", tree, out)
    _build("build_wheel", tree, out)
    with tarfile.open(next(out.glob("*.tar.gz"))) as archive:
        if hasattr(tarfile, "data_filter"):
            archive.extractall(work / "unpacked", filter="data")
        else:
            archive.extractall(work / "unpacked")
    _build("build_wheel", next((work / "unpacked").iterdir()), out / "again")
    return out


def _build(what: str, tree: Path, out: Path) -> None:
    out.mkdir(parents=True, exist_ok=True)
    done = run(sys.executable, "-c", f"import setuptools.build_meta as b; b.{what}({str(out)!r})", cwd=tree)
    assert done.returncode == 0, done.stderr


def files_of(wheel_folder: Path) -> dict[str, int]:
    """The files of the one wheel in a folder, with their sizes; what the build writes itself is left out."""
    with zipfile.ZipFile(next(wheel_folder.glob("*.whl"))) as wheel:
        return {info.filename: info.file_size for info in wheel.infolist() if not info.filename.endswith("/RECORD")}


def test_the_wheel_puts_one_name_into_site_packages(built: Path) -> None:
    tops = {name.partition("/")[0] for name in files_of(built)}
    assert {top for top in tops if not top.endswith(".dist-info")} == {"bedside"}


def test_the_wheel_holds_the_code_and_its_data_files(built: Path) -> None:
    real = {f"bedside/{path.relative_to(ROOT)}" for name in LINKED for path in (ROOT / name).rglob("*.py")}
    data = {f"bedside/{path.relative_to(ROOT)}" for pattern in DATA for path in ROOT.glob(pattern)}
    assert (real | data) - set(files_of(built)) == set()
    assert all(any(ROOT.glob(pattern)) for pattern in DATA)


def test_the_wheel_from_the_sdist_is_the_wheel_from_the_tree(built: Path) -> None:
    assert files_of(built / "again") == files_of(built)


def test_the_sdist_holds_each_file_once(built: Path) -> None:
    with tarfile.open(next(built.glob("*.tar.gz"))) as archive:
        names = [member.name.partition("/")[2] for member in archive.getmembers() if member.isfile()]
    assert not [name for name in names if name.split("/")[0] == "bedside" and name.split("/")[1] in LINKED]
    assert len(names) == len(set(names))


def test_the_constraints_pin_every_direct_dependency_for_every_python() -> None:
    from packaging.requirements import Requirement
    from packaging.utils import canonicalize_name

    lines = [line for line in (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines() if "==" in line]
    assert not [line for line in lines if "://" in line or "--" in line]
    pins = [Requirement(line) for line in lines]
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    wanted = [Requirement(text) for text in [*project["dependencies"], *project["optional-dependencies"]["dev"]]]
    for version in ("3.10", "3.11", "3.12", "3.13"):
        where = {"python_version": version, "python_full_version": f"{version}.1"}
        pinned = {
            canonicalize_name(pin.name): next(iter(pin.specifier)).version
            for pin in pins
            if pin.marker is None or pin.marker.evaluate(where)
        }
        for need in wanted:
            if need.marker is None or need.marker.evaluate(where):
                assert need.specifier.contains(pinned[canonicalize_name(need.name)]), (version, need)
