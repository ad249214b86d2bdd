"""Tiny checkpoints of Qwen's families."""

from typing import Any

import transformers as t

from tests.families.family_parts import (
    EXPERTS,
    LINEAR,
    PADS,
    PADS_TEMPLATE,
    pad_ids,
    qwen_vision,
    rope,
    square_pixels,
    text_sizes,
    tokenizer,
)


def qwen2_5_vl() -> tuple[Any, Any]:
    words = tokenizer("<|im_start|>", **PADS)
    processor = t.Qwen2_5_VLProcessor(
        t.Qwen2VLImageProcessor(size=square_pixels(28)),
        words,
        t.Qwen2VLVideoProcessor(size=square_pixels(28, images=4)),
        chat_template=PADS_TEMPLATE,
    )
    config = t.Qwen2_5_VLConfig(
        text_config=text_sizes(words, rope_parameters=rope(2, 3, 3)),
        vision_config=qwen_vision(fullatt_block_indexes=[1]),
        **pad_ids(words),
    )
    return t.Qwen2_5_VLForConditionalGeneration(config), processor


def qwen3_processor(words: Any, processor_class: Any = None) -> Any:
    """The processor of Qwen3-VL, which Qwen3.5 and LFM3-VL have too, for small images."""
    return (processor_class or t.Qwen3VLProcessor)(
        t.Qwen2VLImageProcessor(size=square_pixels(32), patch_size=16),
        words,
        t.Qwen3VLVideoProcessor(size=square_pixels(32, images=4)),
        chat_template=PADS_TEMPLATE,
    )


def _qwen3_vl(config_class: Any, model_class: Any, head: int = 16, **text: Any) -> tuple[Any, Any]:
    words = tokenizer("<|im_start|>", **PADS)
    positions = rope(head // 4, head // 8, head // 8, mrope_interleaved=True)
    sizes = {"hidden_size": 2 * head, "head_dim": head}
    config = config_class(
        text_config=text_sizes(words, **sizes, rope_parameters=positions, **text),
        vision_config=qwen_vision(
            hidden_size=2 * head,
            out_hidden_size=2 * head,
            num_position_embeddings=64,
            deepstack_visual_indexes=[0],
        ),
        **pad_ids(words),
    )
    return model_class(config), qwen3_processor(words)


def qwen3_vl() -> tuple[Any, Any]:
    return _qwen3_vl(t.Qwen3VLConfig, t.Qwen3VLForConditionalGeneration)


def qwen3_vl_for_vllm() -> tuple[Any, Any]:
    """vLLM's attention on a CPU knows no smaller heads."""
    return _qwen3_vl(t.Qwen3VLConfig, t.Qwen3VLForConditionalGeneration, head=32)


def qwen3_vl_moe() -> tuple[Any, Any]:
    return _qwen3_vl(t.Qwen3VLMoeConfig, t.Qwen3VLMoeForConditionalGeneration, **EXPERTS)


def _qwen3_5(config_class: Any, model_class: Any, **text: Any) -> tuple[Any, Any]:
    words = tokenizer("<|im_start|>", **PADS)
    positions = rope(4, 2, 2, mrope_interleaved=True, partial_rotary_factor=1.0)
    config = config_class(
        text_config=text_sizes(words, head_dim=16, rope_parameters=positions, **LINEAR, **text),
        vision_config=qwen_vision(num_position_embeddings=64),
        **pad_ids(words),
    )
    return model_class(config), qwen3_processor(words)


def qwen3_5() -> tuple[Any, Any]:
    return _qwen3_5(t.Qwen3_5Config, t.Qwen3_5ForConditionalGeneration)


def qwen3_5_moe() -> tuple[Any, Any]:
    more = {**EXPERTS, "shared_expert_intermediate_size": 32}
    return _qwen3_5(t.Qwen3_5MoeConfig, t.Qwen3_5MoeForConditionalGeneration, **more)


def qwen3_omni() -> tuple[Any, Any]:
    """The whole model, as it is published: the part that thinks, and those that speak."""
    sound = {
        "audio_token": "<|audio_pad|>",
        "audio_bos_token": "<|audio_start|>",
        "audio_eos_token": "<|audio_end|>",
    }
    words = tokenizer("<|im_start|>", **PADS, **sound)
    processor = t.Qwen3OmniMoeProcessor(
        t.Qwen2VLImageProcessor(size=square_pixels(32), patch_size=16),
        t.Qwen2VLVideoProcessor(size=square_pixels(32, images=4), patch_size=16),
        t.WhisperFeatureExtractor(feature_size=128),
        words,
        chat_template=PADS_TEMPLATE,
    )
    positions = rope(4, 2, 2, mrope_interleaved=True)
    text = text_sizes(words, head_dim=16, rope_parameters=positions, **EXPERTS)
    small = {
        "hidden_size": 32,
        "intermediate_size": 32,
        "num_hidden_layers": 1,
        "num_attention_heads": 2,
        "num_key_value_heads": 1,
    }
    config = t.Qwen3OmniMoeConfig(
        thinker_config={
            "text_config": text,
            "vision_config": qwen_vision(num_position_embeddings=64, deepstack_visual_indexes=[0]),
            "audio_config": {
                "encoder_layers": 1,
                "encoder_attention_heads": 2,
                "encoder_ffn_dim": 32,
                "d_model": 32,
                "output_dim": 32,
                "downsample_hidden_size": 8,
            },
            "audio_token_id": words.audio_token_id,
            **pad_ids(words),
        },
        talker_config={
            "text_config": {**text, "shared_expert_intermediate_size": 32},
            "code_predictor_config": {**small, "head_dim": 16, "vocab_size": 32},
            "thinker_hidden_size": 32,
            "spatial_merge_size": 2,
        },
        code2wav_config={**small, "codebook_size": 32, "decoder_dim": 32},
    )
    return t.Qwen3OmniMoeForConditionalGeneration(config), processor
