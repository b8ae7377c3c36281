"""Whether a core model sees images, and images as LangChain content blocks."""

from __future__ import annotations

import base64
from typing import Any

from langchain_core.language_models import BaseChatModel

# Families of served models that take images; matched within the server's model name, lower case.
FAMILIES = (
    "-vl", "vl-", "vision", "llava", "medgemma", "gemma-3", "lingshu", "pixtral", "internvl", "gpt-4o", "gpt-4.1",
    "gpt-5", "llama-4", "minicpm-v", "idefics", "molmo",
)  # fmt: skip


def sees_images(model: BaseChatModel) -> bool:
    """Whether images may be put before this model.

    A back-end says so itself; a served model is known by the family in its name, and an unknown one is taken to see
    nothing: an image that a text model never saw must not appear as seen.
    """
    return bool(getattr(model, "sees_images", False))


def name_sees_images(name: str) -> bool:
    """Whether a served model's name is of a family that takes images."""
    return any(family in name.lower() for family in FAMILIES)


def image_block(data: bytes, media_type: str = "image/png") -> dict[str, object]:
    """An encoded image as a content block that every back-end here understands."""
    encoded = base64.b64encode(data).decode()
    return {"type": "image_url", "image_url": {"url": f"data:{media_type};base64,{encoded}"}}


def with_pictures(text: str, pictures: tuple[tuple[int, bytes], ...]) -> str | list[str | dict[Any, Any]]:
    """The content of a message: each picture under its name ("Image 1:"), then the text; the text alone without any.

    Args:
        text: of the message.
        pictures: place and PNG of each.
    """
    if not pictures:
        return text
    blocks: list[str | dict[Any, Any]] = []
    for place, data in pictures:
        blocks += [{"type": "text", "text": f"Image {place}:"}, image_block(data)]
    return [*blocks, {"type": "text", "text": text}]
