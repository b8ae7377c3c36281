"""A core model behind any OpenAI-compatible server: vLLM, Ollama, llama.cpp's own, hosted ones."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlsplit

import openai
from langchain_core.outputs import ChatGenerationChunk, ChatResult
from langchain_openai import ChatOpenAI

from bedside.agent.models.deadline import whole_answers_within
from bedside.agent.models.vision import name_sees_images
from bedside.core.errors import ModelOutputError, ModelUnavailableError, OfflineError, SettingsError
from bedside.core.hosts import is_loopback
from bedside.core.settings import CoreModelSettings, Settings


class OpenAIServerChat(ChatOpenAI):
    """ChatOpenAI whose failures are Bedside's errors."""

    @property
    def sees_images(self) -> bool:
        """By the family in the model's name."""
        return name_sees_images(self.model_name)

    def _generate(self, *args: Any, **kwargs: Any) -> ChatResult:
        with _mapped(self.openai_api_base or ""):
            return super()._generate(*args, **kwargs)

    def _stream(self, *args: Any, **kwargs: Any) -> Iterator[ChatGenerationChunk]:
        with _mapped(self.openai_api_base or ""):
            yield from super()._stream(*args, **kwargs)


def openai_model(settings: Settings) -> OpenAIServerChat:
    """The chat model for ``model.backend = "openai"``; connects on the first call.

    Raises:
        SettingsError: `model.base_url` is missing or no http(s) address.
        OfflineError: `offline` is set and the address is not on this machine.
    """
    model = settings.model
    check_address(settings)
    return OpenAIServerChat(
        model=model.name,
        base_url=model.base_url,
        # The client refuses to be made without a key; a local server that wants none ignores this one.
        api_key=model.api_key or "none",
        timeout=model.timeout,
        http_client=whole_answers_within(model.timeout),
        max_retries=1,
        temperature=0,
        use_responses_api=False,
    )


def check_address(settings: Settings) -> None:
    """Refuses an address that is not one, and one off this machine while `offline` is set.

    Raises:
        SettingsError: there is no usable address.
        OfflineError: it would leave the machine.
    """
    model: CoreModelSettings = settings.model
    url = urlsplit(model.base_url)
    if url.scheme not in {"http", "https"} or not url.hostname:
        raise SettingsError(
            f"`model.base_url` is {model.base_url!r}, which is no address of a server.",
            "Give the server's address up to /v1, for example http://127.0.0.1:8000/v1.",
            code="BED-SET-002",
        )
    if settings.offline and not is_loopback(url.hostname):
        raise OfflineError(
            f"The core model is at {url.hostname}, off this machine, and `offline` is set.",
            "Turn `offline` off, or use a server on 127.0.0.1 or the embedded model.",
        )


@contextmanager
def _mapped(address: str) -> Iterator[None]:
    try:
        yield
    except openai.APITimeoutError as error:
        raise ModelUnavailableError(
            f"The model server at {address} did not answer in time.",
            "Ask again, or raise `model.timeout`.",
            code="BED-MODEL-003",
        ) from error
    except openai.APIConnectionError as error:
        raise ModelUnavailableError(
            f"The model server at {address} does not answer.", "Start it, or correct `model.base_url`."
        ) from error
    except (openai.AuthenticationError, openai.PermissionDeniedError, openai.NotFoundError) as error:
        raise ModelUnavailableError(
            f"The model server at {address} refused: {_words(error)}", "Check `model.api_key` and `model.name`."
        ) from error
    except (openai.RateLimitError, openai.InternalServerError) as error:
        raise ModelUnavailableError(
            f"The model server at {address} is busy or failing: {_words(error)}", "Ask again in a moment."
        ) from error
    except openai.OpenAIError as error:
        raise ModelOutputError(
            f"The model server at {address} could not answer this request: {_words(error)}",
            "Ask for less at once, or check that the server supports JSON schemas.",
            code="BED-MODEL-004",
        ) from error
    # A web page, or JSON of another form: the client then fails on what it expects to be there.
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        raise ModelOutputError(
            f"What answers at {address} is no OpenAI-compatible server ({type(error).__name__}).",
            "Correct `model.base_url`: it ends in /v1 as a rule.",
            code="BED-MODEL-004",
        ) from error


def _words(error: Exception) -> str:
    return f"{str(error)[:200]}."
