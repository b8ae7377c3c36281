"""Tiny vision-language models with random weights, saved as a real folder: config, safetensors, tokenizer, processor.

They say nothing sensible; they show that text and images take the way they take through a real model of the family.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

IM = ("<|im_start|>", "<|im_end|>")
QWEN = ("<|vision_start|>", "<|vision_end|>", "<|vision_pad|>", "<|image_pad|>", "<|video_pad|>")
TEMPLATE = (
    "{{% for m in messages %}}<|im_start|>{{{{ m.role }}}}\n{{% if m.content is string %}}{{{{ m.content }}}}"
    "{{% else %}}{{% for b in m.content %}}{{% if b.type == 'image' %}}{image}{{% else %}}{{{{ b.text }}}}{{% endif %}}"
    "{{% endfor %}}{{% endif %}}<|im_end|>\n{{% endfor %}}"
    "{{% if add_generation_prompt %}}<|im_start|>assistant\n{{% endif %}}"
)


def make_qwen_vl(folder: Path) -> Path:
    """A Qwen2.5-VL of two layers; 28-pixel merge cells."""
    import torch
    from transformers import Qwen2_5_VLConfig, Qwen2_5_VLForConditionalGeneration
    from transformers.models.qwen2_vl.image_processing_pil_qwen2_vl import Qwen2VLImageProcessorPil

    torch.manual_seed(0)
    tokenizer = _tokenizer(QWEN)
    ids = {t: tokenizer.convert_tokens_to_ids(t) for t in (*IM, *QWEN)}
    config = Qwen2_5_VLConfig(
        text_config=_text_config(len(tokenizer), ids, rope={"rope_type": "default", "mrope_section": [2, 3, 3]}),
        vision_config={
            "depth": 2, "hidden_size": 32, "intermediate_size": 64, "num_heads": 2, "out_hidden_size": 32,
            "fullatt_block_indexes": [1], "window_size": 112, "patch_size": 14, "spatial_merge_size": 2,
        },
        image_token_id=ids["<|image_pad|>"],
        video_token_id=ids["<|video_pad|>"],
        vision_start_token_id=ids["<|vision_start|>"],
        vision_end_token_id=ids["<|vision_end|>"],
    )  # fmt: skip
    model = Qwen2_5_VLForConditionalGeneration(config)
    tokenizer.chat_template = TEMPLATE.format(image="<|vision_start|><|image_pad|><|vision_end|>")
    # Saved apart, as the published folders of the family are.
    tokenizer.save_pretrained(folder)
    Qwen2VLImageProcessorPil(size={"shortest_edge": 28 * 28, "longest_edge": 56 * 56}).save_pretrained(folder)
    model.save_pretrained(folder)
    return folder


def make_llava(folder: Path) -> Path:
    """A LLaVA over a CLIP of two layers; 32-pixel images in 8-pixel patches."""
    import torch
    from transformers import LlavaConfig, LlavaForConditionalGeneration, LlavaProcessor
    from transformers.models.clip.image_processing_pil_clip import CLIPImageProcessorPil

    torch.manual_seed(0)
    tokenizer = _tokenizer(("<image>",))
    ids = {t: tokenizer.convert_tokens_to_ids(t) for t in (*IM, "<image>")}
    config = LlavaConfig(
        text_config={"model_type": "qwen2", **_text_config(len(tokenizer), ids)},
        vision_config={
            "model_type": "clip_vision_model", "hidden_size": 32, "intermediate_size": 64, "num_hidden_layers": 2,
            "num_attention_heads": 2, "image_size": 32, "patch_size": 8, "projection_dim": 32,
        },
        image_token_index=ids["<image>"],
    )  # fmt: skip
    model = LlavaForConditionalGeneration(config)
    images = CLIPImageProcessorPil(size={"height": 32, "width": 32}, crop_size={"height": 32, "width": 32})
    processor = LlavaProcessor(
        images, tokenizer, patch_size=8, vision_feature_select_strategy="default", num_additional_image_tokens=1,
        chat_template=TEMPLATE.format(image="<image>"),
    )  # fmt: skip
    model.save_pretrained(folder)
    processor.save_pretrained(folder)
    return folder


def _text_config(vocabulary: int, ids: dict[str, int], rope: dict[str, Any] | None = None) -> dict[str, Any]:
    config: dict[str, Any] = {
        "vocab_size": vocabulary, "hidden_size": 32, "intermediate_size": 64, "num_hidden_layers": 2,
        "num_attention_heads": 2, "num_key_value_heads": 2, "eos_token_id": ids["<|im_end|>"],
        "pad_token_id": ids["<|im_end|>"], "bos_token_id": ids["<|im_start|>"],
    }  # fmt: skip
    return {**config, "rope_parameters": {**rope, "rope_theta": 10000.0}} if rope else config


def _tokenizer(special: tuple[str, ...]) -> Any:
    """Every byte a token, and the special tokens."""
    from tokenizers import Tokenizer, decoders, models, pre_tokenizers
    from transformers import PreTrainedTokenizerFast

    alphabet = sorted(pre_tokenizers.ByteLevel.alphabet())
    raw = Tokenizer(models.BPE({c: i for i, c in enumerate(alphabet)}, []))
    raw.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    raw.decoder = decoders.ByteLevel()
    tokenizer = PreTrainedTokenizerFast(tokenizer_object=raw, eos_token=IM[1], pad_token=IM[1], bos_token=IM[0])
    tokenizer.add_special_tokens({"additional_special_tokens": [*special]})
    return tokenizer
