"""The base of every noun: a frozen pydantic model that refuses unknown fields."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict


class Frozen(BaseModel):
    """Immutable, closed and comparable by value; what crosses a folder is one of these."""

    model_config = ConfigDict(frozen=True, extra="forbid")
