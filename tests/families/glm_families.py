"""Tiny checkpoints of Zhipu's families."""

from typing import Any

import transformers as t

from tests.families.family_parts import chat_template, qwen_vision, rope, text_sizes, tokenizer

_EXPERTS = {
    "n_routed_experts": 4,
    "num_experts_per_tok": 2,
    "moe_intermediate_size": 32,
    "n_shared_experts": 1,
    "n_group": 1,
    "topk_group": 1,
    "first_k_dense_replace": 1,
}


def _glm(kind: str, config_class: Any, model_class: Any, **text: Any) -> tuple[Any, Any]:
    """A model, and the processor of a kind: "Glm4v" or "Glm46V"."""
    marks = ("<|begin_of_image|>", "<|end_of_image|>", "<|begin_of_video|>", "<|end_of_video|>")
    words = tokenizer("<|user|>", *marks, image_token="<|image|>", video_token="<|video|>")
    parts = {name: getattr(t, f"{kind}{name}Processor") for name in ("Image", "Video")}
    processor = getattr(t, f"{kind}Processor")(
        parts["Image"](size={"shortest_edge": 28 * 28, "longest_edge": 2 * 56 * 56}),
        words,
        parts["Video"](size={"shortest_edge": 8 * 56 * 56, "longest_edge": 16 * 56 * 56}),
        chat_template=chat_template(
            "<|begin_of_image|><|image|><|end_of_image|>",
            "<|begin_of_video|><|video|><|end_of_video|>",
            start="<|user|>",
        ),
    )
    start, end, video_start, video_end = words.convert_tokens_to_ids(list(marks))
    positions = rope(2, 1, 1, partial_rotary_factor=0.5)
    config = config_class(
        text_config=text_sizes(words, rope_parameters=positions, **text),
        vision_config=qwen_vision(image_size=56),
        image_token_id=words.image_token_id,
        video_token_id=words.video_token_id,
        image_start_token_id=start,
        image_end_token_id=end,
        video_start_token_id=video_start,
        video_end_token_id=video_end,
    )
    return model_class(config), processor


def glm_4_1v() -> tuple[Any, Any]:
    return _glm("Glm4v", t.Glm4vConfig, t.Glm4vForConditionalGeneration)


def glm_4_5v() -> tuple[Any, Any]:
    return _glm("Glm4v", t.Glm4vMoeConfig, t.Glm4vMoeForConditionalGeneration, **_EXPERTS)


def glm_4_6v() -> tuple[Any, Any]:
    return _glm("Glm46V", t.Glm4vMoeConfig, t.Glm4vMoeForConditionalGeneration, **_EXPERTS)


def glm_4_6v_flash() -> tuple[Any, Any]:
    return _glm("Glm46V", t.Glm4vConfig, t.Glm4vForConditionalGeneration)
