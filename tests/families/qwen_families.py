"""Tiny checkpoints of the families that number their patches by time, height and width."""

from typing import Any

import transformers as t

from tests.families.family_parts import chat_template, text_sizes, tokenizer

_SPECIALS = {
    "image_token": "<|image_pad|>",
    "video_token": "<|video_pad|>",
    "vision_bos_token": "<|vision_start|>",
    "vision_eos_token": "<|vision_end|>",
}
_TEMPLATE = chat_template(
    "<|vision_start|><|image_pad|><|vision_end|>", "<|vision_start|><|video_pad|><|vision_end|>"
)


def _ids(words: Any) -> dict[str, int]:
    return {
        "image_token_id": words.convert_tokens_to_ids("<|image_pad|>"),
        "video_token_id": words.convert_tokens_to_ids("<|video_pad|>"),
        "vision_start_token_id": words.convert_tokens_to_ids("<|vision_start|>"),
        "vision_end_token_id": words.convert_tokens_to_ids("<|vision_end|>"),
    }


def qwen2_5_vl() -> tuple[Any, Any]:
    words = tokenizer("<|im_start|>", **_SPECIALS)
    pixels = {"shortest_edge": 28 * 28, "longest_edge": 56 * 56}
    processor = t.Qwen2_5_VLProcessor(
        t.Qwen2VLImageProcessor(size=pixels),
        words,
        t.Qwen2VLVideoProcessor(size={"shortest_edge": 28 * 28, "longest_edge": 4 * 56 * 56}),
        chat_template=_TEMPLATE,
    )
    rope = {"rope_type": "default", "rope_theta": 10000.0, "mrope_section": [2, 3, 3]}
    config = t.Qwen2_5_VLConfig(
        text_config=text_sizes(words, rope_parameters=rope),
        vision_config={
            "depth": 2,
            "hidden_size": 32,
            "intermediate_size": 64,
            "num_heads": 2,
            "out_hidden_size": 32,
            "fullatt_block_indexes": [1],
        },
        **_ids(words),
    )
    return t.Qwen2_5_VLForConditionalGeneration(config), processor


def _qwen3_vl(config_class: Any, model_class: Any, head: int = 16, **text: Any) -> tuple[Any, Any]:
    words = tokenizer("<|im_start|>", **_SPECIALS)
    pixels = {"shortest_edge": 32 * 32, "longest_edge": 64 * 64}
    processor = t.Qwen3VLProcessor(
        t.Qwen2VLImageProcessor(size=pixels, patch_size=16),
        words,
        t.Qwen3VLVideoProcessor(size={"shortest_edge": 32 * 32, "longest_edge": 4 * 64 * 64}),
        chat_template=_TEMPLATE,
    )
    rope = {
        "rope_type": "default",
        "rope_theta": 10000.0,
        "mrope_section": [head // 4, head // 8, head // 8],
        "mrope_interleaved": True,
    }
    sizes = {"hidden_size": 2 * head, "head_dim": head}
    config = config_class(
        text_config=text_sizes(words, **sizes, rope_parameters=rope, **text),
        vision_config={
            "depth": 2,
            "hidden_size": 2 * head,
            "intermediate_size": 64,
            "num_heads": 2,
            "out_hidden_size": 2 * head,
            "num_position_embeddings": 64,
            "deepstack_visual_indexes": [0],
        },
        **_ids(words),
    )
    return model_class(config), processor


def qwen3_vl() -> tuple[Any, Any]:
    return _qwen3_vl(t.Qwen3VLConfig, t.Qwen3VLForConditionalGeneration)


def qwen3_vl_for_vllm() -> tuple[Any, Any]:
    """vLLM's attention on a CPU knows no smaller heads."""
    return _qwen3_vl(t.Qwen3VLConfig, t.Qwen3VLForConditionalGeneration, head=32)


def qwen3_vl_moe() -> tuple[Any, Any]:
    experts = {"num_experts": 4, "num_experts_per_tok": 2, "moe_intermediate_size": 32}
    return _qwen3_vl(t.Qwen3VLMoeConfig, t.Qwen3VLMoeForConditionalGeneration, **experts)


def video_llama_3() -> tuple[Any, Any]:
    words = tokenizer("<|im_start|>", image_token="<|image_pad|>", video_token="<|video_pad|>")
    processor = t.VideoLlama3Processor(
        t.VideoLlama3ImageProcessor(size={"shortest_edge": 28 * 28, "longest_edge": 56 * 56}),
        words,
        t.VideoLlama3VideoProcessor(size={"shortest_edge": 28 * 28, "longest_edge": 4 * 56 * 56}),
        chat_template=chat_template("<|image_pad|>", "<|video_pad|>"),
    )
    ids = _ids(words)
    config = t.VideoLlama3Config(
        text_config=text_sizes(words, model_type="qwen2"),
        vision_config={
            "hidden_size": 32,
            "intermediate_size": 64,
            "num_hidden_layers": 2,
            "num_attention_heads": 2,
            "patch_size": 14,
        },
        image_token_id=ids["image_token_id"],
        video_token_id=ids["video_token_id"],
    )
    return t.VideoLlama3ForConditionalGeneration(config), processor


def _minicpm(config_class: Any, model_class: Any, processor_class: Any) -> tuple[Any, Any]:
    marks = {
        "image_token": "<unk_image>",
        "video_token": "<unk_video>",
        "image_start_token": "<image>",
        "image_end_token": "</image>",
        "slice_start_token": "<slice>",
        "slice_end_token": "</slice>",
        "image_id_start_token": "<image_id>",
        "image_id_end_token": "</image_id>",
    }
    words = tokenizer("<|im_start|>", **marks)
    processor = processor_class(
        t.MiniCPMV4_6ImageProcessor(scale_resolution=112, max_slice_nums=2),
        t.MiniCPMV4_6VideoProcessor(scale_resolution=112, max_slice_nums=1),
        words,
        chat_template=chat_template(marks["image_token"], marks["video_token"]),
    )
    ids = {
        "image_token_id": words.image_token_id,
        "video_token_id": words.video_token_id,
    }
    if config_class is t.MiniCPMV4_7Config:
        ids |= {
            "image_start_id": words.image_start_token_id,
            "image_end_id": words.image_end_token_id,
            "slice_start_id": words.slice_start_token_id,
            "slice_end_id": words.slice_end_token_id,
            "newline_id": words.encode("\n")[0],
        }
    rope = {
        "rope_type": "default",
        "rope_theta": 10000.0,
        "partial_rotary_factor": 1.0,
        "mrope_section": [4, 2, 2],
        "mrope_interleaved": True,
    }
    config = config_class(
        text_config=text_sizes(
            words,
            model_type="qwen3_5_text",
            head_dim=16,
            layer_types=["linear_attention", "full_attention"],
            linear_key_head_dim=16,
            linear_value_head_dim=16,
            linear_num_key_heads=1,
            linear_num_value_heads=2,
            rope_parameters=rope,
        ),
        vision_config={
            "hidden_size": 32,
            "intermediate_size": 64,
            "num_hidden_layers": 2,
            "num_attention_heads": 2,
            "image_size": 112,
            "patch_size": 14,
        },
        insert_layer_id=0,
        image_size=112,
        **ids,
    )
    return model_class(config), processor


def minicpm_v_4_6() -> tuple[Any, Any]:
    return _minicpm(
        t.MiniCPMV4_6Config, t.MiniCPMV4_6ForConditionalGeneration, t.MiniCPMV4_6Processor
    )


def minicpm_v_4_7() -> tuple[Any, Any]:
    return _minicpm(
        t.MiniCPMV4_7Config, t.MiniCPMV4_7ForConditionalGeneration, t.MiniCPMV4_7Processor
    )
