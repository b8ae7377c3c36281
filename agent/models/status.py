"""What `bedside doctor` says of the core model, without loading it."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path

from bedside.core.base import Frozen
from bedside.core.errors import BedsideError
from bedside.core.settings import Settings
from bedside.core.weights import weight_status

PROBE_SECONDS = 2.0


class CoreModelStatus(Frozen):
    """The core model on this machine.

    Attributes:
        backend: embedded, openai or transformers.
        name: of the model.
        ready: whether a question can be asked now.
        detail: where it is, or what is wrong.
        how_to_get: one sentence, "" when ready.
        licence: where known.
        size: bytes, where known.
    """

    backend: str
    name: str
    ready: bool
    detail: str
    how_to_get: str = ""
    licence: str = ""
    size: int = 0


def core_model_status(settings: Settings) -> CoreModelStatus:
    """The state of the core model that `settings.model` names; never raises for what it finds."""
    looks = {"embedded": _embedded, "openai": _openai, "transformers": _transformers}
    try:
        return looks[settings.model.backend](settings)
    except BedsideError as error:
        return _missing(settings, error.what, error.do)


def _embedded(settings: Settings) -> CoreModelStatus:
    name = settings.model.name
    if find_spec("xllamacpp") is None:
        return _missing(settings, "The package xllamacpp is not installed.", "Run `pip install xllamacpp`.")
    path = Path(name).expanduser()
    if path.suffix == ".gguf" and path.is_file():
        size = path.stat().st_size
        return CoreModelStatus(backend="embedded", name=path.name, ready=True, detail=str(path), size=size)
    weight = weight_status(name, settings)
    return CoreModelStatus(
        backend="embedded",
        name=name,
        ready=weight.state == "ready",
        detail=f"{weight.title}: {weight.state}",
        how_to_get=weight.how_to_get,
        licence=weight.licence,
        size=weight.size,
    )


def _openai(settings: Settings) -> CoreModelStatus:
    import httpx

    from bedside.agent.models.openai_server import check_address

    check_address(settings)
    address = settings.model.base_url.rstrip("/")
    headers = {"Authorization": f"Bearer {settings.model.api_key}"} if settings.model.api_key else {}
    try:
        answer = httpx.get(f"{address}/models", headers=headers, timeout=PROBE_SECONDS)
    except httpx.HTTPError:
        return _missing(settings, f"No server answers at {address}.", "Start it, or correct `model.base_url`.")
    if answer.status_code != httpx.codes.OK:
        why = f"The server at {address} answers with status {answer.status_code}."
        return _missing(settings, why, "Check `model.api_key` and `model.base_url`.")
    return CoreModelStatus(backend="openai", name=settings.model.name, ready=True, detail=f"served at {address}")


def _transformers(settings: Settings) -> CoreModelStatus:
    from bedside.agent.models.transformers_vlm import check_source

    model = settings.model
    check_source(settings)
    folder = Path(model.name).expanduser()
    if folder.is_dir():
        return CoreModelStatus(backend="transformers", name=folder.name, ready=True, detail=str(folder))
    from huggingface_hub import try_to_load_from_cache

    cached = try_to_load_from_cache(model.name, "config.json", revision=model.revision)
    if isinstance(cached, str):
        return CoreModelStatus(backend="transformers", name=model.name, ready=True, detail=str(Path(cached).parent))
    return _missing(settings, f"{model.name} is not in the hub cache.", "It is downloaded at first use.")


def _missing(settings: Settings, detail: str, how_to_get: str) -> CoreModelStatus:
    model = settings.model
    return CoreModelStatus(backend=model.backend, name=model.name, ready=False, detail=detail, how_to_get=how_to_get)
