"""LangChain messages as the chat that transformers' processors take: text and decoded images."""

from __future__ import annotations

import base64
import binascii
import io
from typing import Any

from langchain_core.messages import BaseMessage

from bedside.core.errors import ImageReadError

ROLES = {"human": "user", "ai": "assistant", "system": "system"}


def to_chat(messages: list[BaseMessage], instruction: str = "") -> list[dict[str, Any]]:
    """Converts messages; `instruction` is added to the end of the last one.

    Returns:
        Messages of ``{"role", "content": [{"type": "text", "text"} | {"type": "image", "image": PIL image}]}``.

    Raises:
        ImageReadError: an image block is not inline PNG or JPEG.
    """
    chat = [{"role": ROLES.get(m.type, "user"), "content": _blocks(m.content)} for m in messages]
    if instruction:
        chat[-1]["content"] = [*chat[-1]["content"], {"type": "text", "text": f"\n\n{instruction}"}]
    return chat


def _blocks(content: Any) -> list[dict[str, Any]]:
    if isinstance(content, str):
        return [{"type": "text", "text": content}]
    blocks = []
    for block in content:
        if isinstance(block, str):
            blocks.append({"type": "text", "text": block})
        elif block.get("type") == "text":
            blocks.append({"type": "text", "text": block["text"]})
        elif block.get("type") in {"image_url", "image"}:
            blocks.append({"type": "image", "image": _image(_encoded(block))})
    return blocks


def _encoded(block: dict[str, Any]) -> str:
    """The base64 of an image block, in any of LangChain's forms."""
    url = block.get("image_url", block.get("url", ""))
    url = url.get("url", "") if isinstance(url, dict) else url
    if url.startswith("data:") and ";base64," in url:
        return str(url.split(";base64,", 1)[1])
    return str(block.get("base64") or block.get("data") or "")


def _image(encoded: str) -> Any:
    """Decodes an inline image to RGB. An address is never fetched: nothing leaves the machine for a picture."""
    from PIL import Image, UnidentifiedImageError

    try:
        data = base64.b64decode(encoded, validate=True)
        if not data:
            raise ValueError("no inline data")
        return Image.open(io.BytesIO(data), formats=["PNG", "JPEG"]).convert("RGB")
    except (binascii.Error, UnidentifiedImageError, ValueError, OSError, Image.DecompressionBombError) as error:
        raise ImageReadError(
            f"An image could not be shown to the model: {error}.",
            "Attach it again as PNG or JPEG.",
            code="BED-FILE-020",
        ) from error
