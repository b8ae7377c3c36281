"""One Settings object, read at the edge and passed in.

Order: arguments, then ``BEDSIDE_*`` environment variables, then ``bedside.toml`` (the file named by
``BEDSIDE_CONFIG``, else the working directory's, else the user's configuration folder), then the defaults.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Literal

import platformdirs
from pydantic import BaseModel, Field
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict, TomlConfigSettingsSource

from bedside.core.limits import Limits


class CoreModelSettings(BaseModel):
    """Which core model answers, and where it is.

    Attributes:
        backend: ``embedded`` (llama.cpp in process), ``openai`` (any OpenAI-compatible server), ``transformers``.
        name: weight-registry name (embedded), the server's model name (openai), or a folder or hub id (transformers).
        revision: the hub revision, for transformers; required when `name` is a hub id.
        base_url: the server's address, for openai; with `offline` only loopback is allowed.
        api_key: for openai; never logged.
        threads: CPU threads of the embedded model; 0 means all physical cores.
        context: tokens of context.
        timeout: seconds for one call.
        writes: ``extractive`` (quoted sentences and templates), ``generative`` (the model drafts sentences; the same
            gate), or ``auto`` (extractive for the embedded model).
        fills_in: whether the model also reads a calculator's inputs where the rules find none; each is shown as its
            reading, with the words it was read from. It takes one call for each calculator.
    """

    backend: Literal["embedded", "openai", "transformers"] = "embedded"
    name: str = "qwen2.5-coder-1.5b-instruct"
    revision: str = ""
    base_url: str = ""
    api_key: str = Field(default="", repr=False)
    threads: int = 0
    context: int = 8192
    timeout: float = 120.0
    writes: Literal["auto", "extractive", "generative"] = "auto"
    fills_in: bool = False


class Bounds(BaseModel):
    """What one turn may cost before it answers with what it has."""

    rounds: int = 3
    calls: int = 16
    seconds: float = 90.0
    message_chars: int = 400_000
    file_bytes: int = 2_000_000_000


class RetrievalSettings(BaseModel):
    """How passages are found.

    Attributes:
        top_k: passages a search returns.
        threshold: fused relevance below which a passage is "no guideline found".
    """

    top_k: int = 8
    threshold: float = 0.30


class CorpusSettings(BaseModel):
    """Where the vectors of the user's own documents are searched; the documents themselves stay in ``home``.

    Attributes:
        vectors: ``faiss`` (beside the documents) or ``qdrant`` (a server; needs the extra ``bedside[qdrant]``).
        qdrant_url: the server's address; with `offline` only loopback is allowed.
        qdrant_api_key: the server's key; never logged.
    """

    vectors: Literal["faiss", "qdrant"] = "faiss"
    qdrant_url: str = "http://127.0.0.1:6333"
    qdrant_api_key: str = Field(default="", repr=False)


class RecordSettings(BaseModel):
    """Where patients' records come from, and what one may take.

    Attributes:
        file_bytes: largest record that is read: a file, the files of a folder, or what a server gives.
        server: base address of a FHIR R4 server, for records asked for by the patient's id; with `offline` only
            loopback is allowed.
        token: a SMART on FHIR access token for that server, sent as a bearer token and to no other; never logged.
        timeout: seconds for one answer of the server.
    """

    file_bytes: int = Field(default=50_000_000, gt=0)
    server: str = ""
    token: str = Field(default="", repr=False)
    timeout: float = Field(default=30.0, gt=0)


class Settings(BaseSettings):
    """Everything that can be set.

    Attributes:
        home: where threads, copies of attachments and tool results are kept.
        cache: where weights and indexes are kept.
        output: where masks and overlays are written; default ``bedside-output`` in the working directory.
        offline: nothing leaves the machine: no hub, no package index, no remote model.
        user: whose threads these are.
        data: the folder of benchmark data, for evaluations.
        weights: local copies of weights, by their name in the weight table; used before any other source.
        ingest: what one of the user's own documents may take.
        record: where patients' records come from, and what one may take.
        demonstrations: whether tools run that only demonstrate; what they say is not for the care of anybody.
        rare_diseases: whether every differential comes with the list of rare diseases, which a question can ask for.
        likeness: whether a message that reads like an emergency is said to, where no red flag by rule sees one.
    """

    model_config = SettingsConfigDict(env_prefix="BEDSIDE_", env_nested_delimiter="__", extra="forbid")

    home: Path = Field(default_factory=lambda: Path(platformdirs.user_data_dir("bedside")))
    cache: Path = Field(default_factory=lambda: Path(platformdirs.user_cache_dir("bedside")))
    output: Path = Path("bedside-output")
    offline: bool = False
    user: str = "local"
    data: Path | None = None
    weights: dict[str, Path] = Field(default_factory=dict)
    model: CoreModelSettings = CoreModelSettings()
    bounds: Bounds = Bounds()
    retrieval: RetrievalSettings = RetrievalSettings()
    corpus: CorpusSettings = CorpusSettings()
    ingest: Limits = Limits()
    record: RecordSettings = RecordSettings()
    demonstrations: bool = False
    rare_diseases: bool = False
    likeness: bool = True

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Adds the TOML file below the environment."""
        return (init_settings, env_settings, TomlConfigSettingsSource(settings_cls, toml_file=config_file()))


def config_file() -> Path:
    """The TOML file in force; it need not exist."""
    named = os.environ.get("BEDSIDE_CONFIG")
    if named:
        return Path(named)
    here = Path("bedside.toml")
    return here if here.exists() else Path(platformdirs.user_config_dir("bedside")) / "bedside.toml"
