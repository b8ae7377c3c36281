"""A core model that sees: any image-text-to-text model that transformers loads (MedGemma, Lingshu, LLaVA, Qwen-VL)."""

from __future__ import annotations

import json
import re
import threading
import time
from pathlib import Path
from typing import Any

from langchain_core.callbacks import CallbackManagerForLLMRun
from langchain_core.language_models import BaseChatModel
from langchain_core.messages import AIMessage, BaseMessage
from langchain_core.messages.ai import UsageMetadata
from langchain_core.outputs import ChatGeneration, ChatResult
from pydantic import PrivateAttr

from bedside.agent.models.qwen_processor import load_processor
from bedside.agent.models.vlm_messages import to_chat
from bedside.core.errors import ModelOutputError, ModelUnavailableError, OfflineError, SettingsError
from bedside.core.settings import Settings

COMMIT = re.compile(r"^[0-9a-f]{40}$")


class TransformersChat(BaseChatModel):
    """Chat over a local image-text-to-text model. Callers queue; nothing is loaded before the first call.

    Images in content blocks (``image_url`` with a data address, or ``image`` with base64) reach the processor.
    `response_format` puts the schema into the prompt: this back-end has no grammar, so `decide` checks the answer and
    asks once more. Only safetensors are read and no code of the repository is run.

    Attributes:
        model_name: a folder, or a hub id.
        revision: the commit, for a hub id.
        local_only: whether the hub may not be asked.
        timeout: seconds for one call, the wait for its turn included.
        temperature: 0 is greedy.
        max_tokens: of the answer, where the call does not say.
    """

    model_name: str
    revision: str = ""
    local_only: bool = False
    timeout: float = 120.0
    temperature: float = 0.0
    max_tokens: int = 512
    _lock: Any = PrivateAttr(default_factory=threading.Lock)
    _loaded: Any = PrivateAttr(default=None)

    @property
    def _llm_type(self) -> str:
        return "transformers"

    @property
    def sees_images(self) -> bool:
        """Yes: only models that take images are loaded here."""
        return True

    def _generate(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: CallbackManagerForLLMRun | None = None,
        **kwargs: Any,
    ) -> ChatResult:
        chat = to_chat(messages, _schema_text(kwargs.get("response_format")))
        deadline = time.monotonic() + self.timeout
        if not self._lock.acquire(timeout=self.timeout):
            raise _too_slow(self.timeout)
        try:
            model, processor = self._load()
            message = self._answer(model, processor, chat, stop, kwargs, deadline)
        finally:
            self._lock.release()
        return ChatResult(generations=[ChatGeneration(message=message)])

    def _answer(
        self, model: Any, processor: Any, chat: list[dict[str, Any]], stop: list[str] | None, options: dict[str, Any],
        deadline: float,
    ) -> AIMessage:  # fmt: skip
        """Prompt in, message out; tensors are `(1, tokens)` int64."""
        import torch

        inputs = _encode(processor, chat).to(model.device)
        length = inputs["input_ids"].shape[1]
        limit = options.get("max_tokens") or self.max_tokens
        with torch.inference_mode():
            out = model.generate(**inputs, **self._sampling(options, limit, deadline))
        tokens = out.sequences[0, length:]
        if time.monotonic() > deadline:
            raise _too_slow(self.timeout)
        text = _cut(processor.decode(tokens, skip_special_tokens=True), stop)
        metadata: dict[str, Any] = {
            "model_name": self.model_name,
            "finish_reason": "length" if len(tokens) >= limit else "stop",
        }
        if options.get("logprobs"):
            top = options.get("top_logprobs") or 1
            metadata["logprobs"] = {"content": _logprobs(processor, out.scores, tokens, top)}
        usage = UsageMetadata(input_tokens=length, output_tokens=len(tokens), total_tokens=length + len(tokens))
        return AIMessage(content=text, response_metadata=metadata, usage_metadata=usage)

    def _sampling(self, options: dict[str, Any], limit: int, deadline: float) -> dict[str, Any]:
        from transformers import StoppingCriteriaList

        temperature = options.get("temperature", self.temperature) or 0.0
        sampling: dict[str, Any] = {
            "max_new_tokens": limit,
            "do_sample": temperature > 0,
            "return_dict_in_generate": True,
            "output_scores": bool(options.get("logprobs")),
            "stopping_criteria": StoppingCriteriaList([_past(deadline)]),
        }
        return {**sampling, "temperature": temperature} if temperature > 0 else sampling

    def _load(self) -> tuple[Any, Any]:
        """The model and its processor; called under the lock."""
        if self._loaded is None:
            import torch
            from transformers import AutoModelForImageTextToText

            where: dict[str, Any] = {"trust_remote_code": False, "local_files_only": self.local_only}
            if self.revision:
                where["revision"] = self.revision
            name = str(Path(self.model_name).expanduser()) if _is_folder(self.model_name) else self.model_name
            try:
                processor = load_processor(name, where)
                model = AutoModelForImageTextToText.from_pretrained(name, dtype="auto", use_safetensors=True, **where)
            except (OSError, ValueError, ImportError) as error:
                raise ModelUnavailableError(
                    f"transformers could not load {self.model_name}: {str(error).splitlines()[0]}",
                    "Check `model.name` and `model.revision`: config.json, safetensors and a processor are needed.",
                ) from error
            device = "cuda" if torch.cuda.is_available() else "cpu"
            self._loaded = (model.to(device).eval(), processor)
        return self._loaded  # type: ignore[no-any-return]


def transformers_model(settings: Settings) -> TransformersChat:
    """The chat model for ``model.backend = "transformers"``.

    Raises:
        SettingsError: a hub id without the commit it is pinned to.
    """
    check_source(settings)
    model = settings.model
    return TransformersChat(
        model_name=model.name, revision=model.revision, local_only=settings.offline, timeout=model.timeout
    )


def check_source(settings: Settings) -> None:
    """Refuses a hub id that is not pinned, and one that is not in the cache while `offline` is set.

    Raises:
        SettingsError: the revision is no commit.
        OfflineError: the hub would have to be asked.
    """
    model = settings.model
    if _is_folder(model.name):
        return
    if not COMMIT.match(model.revision):
        raise SettingsError(
            f"{model.name} is no folder, and as a hub id it is not pinned to a commit.",
            "Set `model.name` to a folder, or `model.revision` to the 40-digit commit.",
            code="BED-SET-003",
        )
    from huggingface_hub import try_to_load_from_cache

    cached = try_to_load_from_cache(model.name, "config.json", revision=model.revision)
    if settings.offline and not isinstance(cached, str):
        raise OfflineError(
            f"{model.name} is not on this machine, and `offline` is set.",
            "Run once with `offline` off, or set `model.name` to a folder.",
        )


def _is_folder(name: str) -> bool:
    return Path(name).expanduser().is_dir()


def _schema_text(response_format: Any) -> str:
    if not response_format or response_format.get("type") != "json_schema":
        return ""
    schema = json.dumps(response_format["json_schema"]["schema"])
    return f"Answer with one JSON object that fits this JSON schema, and nothing else:\n{schema}"


def _encode(processor: Any, chat: list[dict[str, Any]]) -> Any:
    try:
        return processor.apply_chat_template(
            chat, add_generation_prompt=True, tokenize=True, return_dict=True, return_tensors="pt"
        )
    except (ValueError, TypeError, KeyError) as error:
        raise ModelOutputError(
            f"The model's processor could not take this prompt: {str(error).splitlines()[0]}.",
            "Attach images of ordinary size, or use another model.",
            code="BED-MODEL-004",
        ) from error


def _past(deadline: float) -> Any:
    """A stopping criterion that ends generation once the deadline has passed."""
    import torch

    def stop(input_ids: Any, scores: Any, **_: Any) -> Any:
        return torch.full((input_ids.shape[0],), time.monotonic() > deadline, device=input_ids.device)

    return stop


def _cut(text: str, stop: list[str] | None) -> str:
    ends = [text.index(s) for s in stop or () if s in text]
    return text[: min(ends)] if ends else text


def _logprobs(processor: Any, scores: tuple[Any, ...], tokens: Any, top: int) -> list[dict[str, Any]]:
    """Log-probabilities of the tokens said, in OpenAI's shape; `scores` are `(1, vocabulary)` each."""
    import torch

    content = []
    for score, token in zip(scores, tokens.tolist(), strict=True):
        logs = torch.log_softmax(score[0].float(), dim=-1)
        values, ids = logs.topk(min(top, logs.shape[0]))
        alternatives = [
            {"token": processor.decode([i]), "logprob": v} for i, v in zip(ids.tolist(), values.tolist(), strict=True)
        ]
        said = {"token": processor.decode([token]), "logprob": float(logs[token])}
        content.append({**said, "top_logprobs": alternatives})
    return content


def _too_slow(timeout: float) -> ModelUnavailableError:
    return ModelUnavailableError(
        f"The core model did not finish within {timeout:g} s.",
        "Ask for less, or raise `model.timeout`.",
        code="BED-MODEL-003",
    )
