"""The processor of the Qwen-VL family for images alone, where torchvision is not installed.

transformers' own processor for this family also makes a video processor, which cannot be imported without torchvision.
Bedside shows these models images only, so tokenizer and image processor are enough.
"""

from __future__ import annotations

from importlib.util import find_spec
from typing import Any

FAMILY = ("qwen2_vl", "qwen2_5_vl")
IMAGE_TOKEN = "<|image_pad|>"  # noqa: S105


def load_processor(name: str, where: dict[str, Any]) -> Any:
    """The processor of a model: transformers' own, or the one below where that one could not be made.

    Args:
        name: a folder or a hub id.
        where: what `from_pretrained` takes besides: revision, local_files_only, trust_remote_code.
    """
    from transformers import AutoConfig, AutoProcessor

    kind = AutoConfig.from_pretrained(name, **where).model_type
    if kind in FAMILY and find_spec("torchvision") is None:
        return QwenImageProcessor(name, where)
    return AutoProcessor.from_pretrained(name, **where)


class QwenImageProcessor:
    """Chat with images to tensors, and tokens to text: the part of a processor that this back-end calls."""

    def __init__(self, name: str, where: dict[str, Any]) -> None:
        from transformers import AutoImageProcessor, AutoTokenizer

        self._tokenizer = AutoTokenizer.from_pretrained(name, **where)
        self._images = AutoImageProcessor.from_pretrained(name, **where)
        self._image_id = self._tokenizer.convert_tokens_to_ids(IMAGE_TOKEN)

    def apply_chat_template(self, chat: list[dict[str, Any]], **_: Any) -> Any:
        """Tensors of a chat.

        Returns:
            A BatchEncoding of `input_ids` and `attention_mask` `(1, tokens)` int64, `mm_token_type_ids` `(1, tokens)`
            (1 where a token stands for an image patch), and with images `pixel_values` `(patches, values)` float32 and
            `image_grid_thw` `(images, 3)`: frames, rows and columns of patches.
        """
        from transformers import BatchEncoding

        text = self._tokenizer.apply_chat_template(chat, add_generation_prompt=True, tokenize=False)
        pictures = [b["image"] for m in chat for b in m["content"] if b["type"] == "image"]
        seen = dict(self._images(images=pictures, return_tensors="pt")) if pictures else {}
        encoded = self._tokenizer(self._expanded(text, seen.get("image_grid_thw", ())), return_tensors="pt")
        kinds = (encoded["input_ids"] == self._image_id).int()
        return BatchEncoding(
            {
                "input_ids": encoded["input_ids"],
                "attention_mask": encoded["attention_mask"],
                "mm_token_type_ids": kinds,
                **seen,
            }
        )

    def decode(self, tokens: Any, **options: Any) -> str:
        """The text of tokens."""
        return str(self._tokenizer.decode(tokens, **options))

    def _expanded(self, text: str, grids: Any) -> str:
        """One image token per merged cell of patches, where the template put one per image."""
        cell = self._images.merge_size**2
        pieces = text.split(IMAGE_TOKEN)
        if len(pieces) != len(grids) + 1:
            raise ValueError("the text holds image tokens of its own")
        out = pieces[0]
        for grid, piece in zip(grids, pieces[1:], strict=True):
            out += IMAGE_TOKEN * (int(grid.prod()) // cell) + piece
        return out
