from __future__ import annotations

from pathlib import Path

import pytest
from support.scripted import ScriptedChat

from bedside.agent.models import core_model, core_model_status, sees_images
from bedside.core.errors import ModelUnavailableError, OfflineError, SettingsError, WeightError
from bedside.core.hosts import is_loopback
from bedside.core.settings import CoreModelSettings, Settings


def _settings(tmp_path: Path, offline: bool = False, **model: object) -> Settings:
    return Settings(cache=tmp_path, offline=offline, model=CoreModelSettings.model_validate(model))


def test_making_the_embedded_model_loads_and_downloads_nothing(tmp_path: Path) -> None:
    model = core_model(_settings(tmp_path, offline=True))
    assert model._llm_type == "llama.cpp"
    assert not sees_images(model)
    assert not list(tmp_path.iterdir())
    with pytest.raises(WeightError):
        model.invoke("hi")


def test_a_file_that_is_no_model_is_one_clear_error(tmp_path: Path) -> None:
    bad = tmp_path / "bad.gguf"
    bad.write_bytes(b"not a model")
    with pytest.raises(ModelUnavailableError, match=r"could not load bad\.gguf"):
        core_model(_settings(tmp_path, name=str(bad))).invoke("hi")


@pytest.mark.parametrize("url", ["", "localhost:8000", "ftp://127.0.0.1/v1", "http:///v1"])
def test_a_server_address_that_is_none_is_refused(tmp_path: Path, url: str) -> None:
    with pytest.raises(SettingsError):
        core_model(_settings(tmp_path, backend="openai", name="m", base_url=url))


@pytest.mark.parametrize(
    ("host", "local"),
    [("127.0.0.1", True), ("127.3.2.1", True), ("::1", True), ("localhost", True), ("LOCALHOST", True),
     ("10.0.0.5", False), ("0.0.0.0", False), ("localhost.example.org", False), ("example.org", False)],
)  # fmt: skip
def test_only_this_machine_counts_as_loopback(host: str, local: bool) -> None:
    assert is_loopback(host) is local


def test_offline_refuses_a_server_off_this_machine_and_takes_one_on_it(tmp_path: Path) -> None:
    with pytest.raises(OfflineError):
        core_model(_settings(tmp_path, True, backend="openai", name="m", base_url="https://example.org/v1"))
    model = core_model(_settings(tmp_path, True, backend="openai", name="m", base_url="http://127.0.0.1:9/v1"))
    with pytest.raises(ModelUnavailableError, match="does not answer"):
        model.invoke("hi")


@pytest.mark.parametrize("revision", ["", "main", "abc"])
def test_a_hub_id_without_a_commit_is_refused(tmp_path: Path, revision: str) -> None:
    with pytest.raises(SettingsError, match="not pinned"):
        core_model(_settings(tmp_path, backend="transformers", name="a/b", revision=revision))


def test_offline_refuses_a_hub_id_that_is_not_on_this_machine(tmp_path: Path) -> None:
    with pytest.raises(OfflineError):
        core_model(_settings(tmp_path, True, backend="transformers", name="a/b", revision="0" * 40))


@pytest.mark.parametrize(
    ("name", "sees"),
    [("Qwen/Qwen2.5-VL-7B-Instruct", True), ("google/medgemma-4b-it", True), ("llava-hf/llava-1.5-7b-hf", True),
     ("meta-llama/Llama-3.1-8B-Instruct", False), ("qwen2.5-coder-1.5b-instruct", False)],
)  # fmt: skip
def test_a_served_model_sees_images_by_its_family(tmp_path: Path, name: str, sees: bool) -> None:
    model = core_model(_settings(tmp_path, backend="openai", name=name, base_url="http://127.0.0.1:9/v1"))
    assert sees_images(model) is sees


def test_a_model_that_does_not_say_is_taken_to_see_nothing() -> None:
    assert not sees_images(ScriptedChat())
    assert sees_images(ScriptedChat(sees=True))


@pytest.mark.parametrize(
    ("model", "words"),
    [
        ({}, "missing"),
        ({"backend": "openai", "name": "m", "base_url": "http://127.0.0.1:9/v1"}, "No server answers"),
        ({"backend": "openai", "name": "m"}, "no address"),
        ({"backend": "transformers", "name": "a/b", "revision": "0" * 40}, "not in the hub cache"),
        ({"backend": "transformers", "name": "a/b"}, "not pinned"),
    ],
)
def test_the_status_of_a_model_that_is_not_there_says_what_is_wrong_and_what_to_do(
    tmp_path: Path, model: dict[str, str], words: str
) -> None:
    status = core_model_status(_settings(tmp_path, **model))
    assert not status.ready
    assert words in status.detail
    assert status.how_to_get


def test_the_status_of_a_folder_or_a_named_file_is_ready(tmp_path: Path) -> None:
    file = tmp_path / "my.gguf"
    file.write_bytes(b"GGUF")
    assert core_model_status(_settings(tmp_path, name=str(file))).ready
    assert core_model_status(_settings(tmp_path, backend="transformers", name=str(tmp_path))).ready
