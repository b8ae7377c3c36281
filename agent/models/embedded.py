"""The default core model: llama.cpp in this process, as a LangChain chat model."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from langchain_core.callbacks import CallbackManagerForLLMRun
from langchain_core.language_models import BaseChatModel
from langchain_core.messages import AIMessage, AIMessageChunk, BaseMessage, convert_to_openai_messages
from langchain_core.messages.ai import UsageMetadata
from langchain_core.outputs import ChatGeneration, ChatGenerationChunk, ChatResult
from pydantic import Field

from bedside.agent.models.engine import LlamaEngine, shared_engine

OPTIONS = ("max_tokens", "temperature", "seed", "logprobs", "top_logprobs", "response_format", "top_p")


class LlamaCppChat(BaseChatModel):
    """Chat over a GGUF model. Callers queue; nothing is loaded or downloaded before the first call.

    Every call takes `max_tokens`, `temperature`, `seed`, `stop`, `response_format` (``json_schema``), `logprobs` and
    `top_logprobs`, as keyword arguments or through `bind`. `response_metadata` holds `finish_reason`, llama.cpp's
    `timings` and, where asked for, `logprobs` in OpenAI's shape. Closing a stream stops the model.

    Attributes:
        model_name: name in the weight registry, or the file's own name.
        locate: gives the GGUF file; may download it.
        threads: CPU threads, 0 for all physical cores.
        context: tokens of prompt and answer together.
        timeout: seconds for one call, the wait in the queue included.
        temperature: 0 is greedy, the default: the same question gets the same answer.
        max_tokens: of the answer, where the call does not say.
        seed: for temperatures above 0.
    """

    model_name: str
    locate: Callable[[], Path] = Field(exclude=True)
    threads: int = 0
    context: int = 8192
    timeout: float = 120.0
    temperature: float = 0.0
    max_tokens: int = 512
    seed: int = 7

    @property
    def _llm_type(self) -> str:
        return "llama.cpp"

    @property
    def _identifying_params(self) -> dict[str, Any]:
        return {"model_name": self.model_name, "temperature": self.temperature, "seed": self.seed}

    @property
    def sees_images(self) -> bool:
        """No: the registered GGUF models read text only."""
        return False

    @property
    def engine(self) -> LlamaEngine:
        """The engine, shared by every chat over the same file; `engine.load()` warms it."""
        return shared_engine(self.locate(), self.threads, self.context)

    def _generate(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: CallbackManagerForLLMRun | None = None,
        **kwargs: Any,
    ) -> ChatResult:
        text = ""
        logprobs: list[dict[str, Any]] = []
        ending: dict[str, Any] = {}
        usage: UsageMetadata | None = None
        for chunk in self.engine.stream(self._request(messages, stop, kwargs), self.timeout):
            for choice in chunk.get("choices", ()):
                text += choice["delta"].get("content") or ""
                logprobs += (choice.get("logprobs") or {}).get("content") or []
            usage = _usage(chunk) or usage
            ending.update(_ending(chunk))
        metadata = {
            "model_name": self.model_name,
            **ending,
            **({"logprobs": {"content": logprobs}} if logprobs else {}),
        }
        message = AIMessage(content=text, response_metadata=metadata, usage_metadata=usage)
        return ChatResult(generations=[ChatGeneration(message=message)])

    def _stream(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: CallbackManagerForLLMRun | None = None,
        **kwargs: Any,
    ) -> Iterator[ChatGenerationChunk]:
        for chunk in self.engine.stream(self._request(messages, stop, kwargs), self.timeout):
            text = "".join(c["delta"].get("content") or "" for c in chunk.get("choices", ()))
            usage, ending = _usage(chunk), _ending(chunk)
            if not (text or usage or ending):
                continue
            message = AIMessageChunk(content=text, usage_metadata=usage, response_metadata=ending)
            if run_manager and text:
                run_manager.on_llm_new_token(text)
            yield ChatGenerationChunk(message=message)

    def _request(self, messages: list[BaseMessage], stop: list[str] | None, options: dict[str, Any]) -> dict[str, Any]:
        request: dict[str, Any] = {
            "messages": convert_to_openai_messages(messages, text_format="string"),
            "temperature": self.temperature,
            "max_tokens": self.max_tokens,
            "seed": self.seed,
            "cache_prompt": True,
        }
        request.update({name: options[name] for name in OPTIONS if options.get(name) is not None})
        if stop:
            request["stop"] = stop
        return request


def _usage(chunk: dict[str, Any]) -> UsageMetadata | None:
    usage = chunk.get("usage")
    if not usage:
        return None
    prompt, completion = usage["prompt_tokens"], usage["completion_tokens"]
    cached = (usage.get("prompt_tokens_details") or {}).get("cached_tokens", 0)
    return UsageMetadata(
        input_tokens=prompt,
        output_tokens=completion,
        total_tokens=prompt + completion,
        input_token_details={"cache_read": cached},
    )


def _ending(chunk: dict[str, Any]) -> dict[str, Any]:
    """Why the model stopped and how long it took, where the chunk says."""
    reasons = [c["finish_reason"] for c in chunk.get("choices", ()) if c.get("finish_reason")]
    ending: dict[str, Any] = {"finish_reason": reasons[-1]} if reasons else {}
    if "timings" in chunk:
        ending["timings"] = chunk["timings"]
    return ending
