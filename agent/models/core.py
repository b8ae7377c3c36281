"""The one place that turns the `model` setting into a chat model."""

from __future__ import annotations

from pathlib import Path

from langchain_core.language_models import BaseChatModel

from bedside.core.settings import Settings
from bedside.core.weights import weight_path


def core_model(settings: Settings) -> BaseChatModel:
    """The core model that `settings.model` names. Loads and downloads nothing before its first call.

    Raises:
        SettingsError: the setting cannot be used: no server address, a hub id without a commit.
        OfflineError: the server is off this machine while `offline` is set.
    """
    backend = settings.model.backend
    if backend == "openai":
        from bedside.agent.models.openai_server import openai_model

        return openai_model(settings)
    if backend == "transformers":
        from bedside.agent.models.transformers_vlm import transformers_model

        return transformers_model(settings)
    from bedside.agent.models.embedded import LlamaCppChat

    model = settings.model
    return LlamaCppChat(
        model_name=Path(model.name).name,
        locate=lambda: embedded_file(settings),
        threads=model.threads,
        context=model.context,
        timeout=model.timeout,
    )


def embedded_file(settings: Settings) -> Path:
    """The GGUF file: a path that `model.name` gives, else the registered weight of that name.

    Raises:
        WeightError: it cannot be had.
        StorageError: the disk is full or the cache cannot be written.
    """
    named = Path(settings.model.name).expanduser()
    if named.suffix == ".gguf" and named.is_file():
        return named
    return weight_path(settings.model.name, settings)
