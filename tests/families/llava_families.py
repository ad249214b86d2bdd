"""Tiny checkpoints of the families in LLaVA's form, and of InternVL."""

from typing import Any

import transformers as t

from tests.families.family_parts import chat_template, text_sizes, tokenizer, vision_sizes

_SQUARE = {"height": 28, "width": 28}
_SIDE = {"shortest_edge": 28}
_PINPOINTS = [[28, 56], [56, 28]]
_BASE_TOKENS = 4
"""Patches of a 28-pixel square of 14-pixel patches."""


def llava_next() -> tuple[Any, Any]:
    words = tokenizer("[INST]", image_token="<image>")
    processor = t.LlavaNextProcessor(
        t.LlavaNextImageProcessor(size=_SIDE, crop_size=_SQUARE, image_grid_pinpoints=_PINPOINTS),
        words,
        patch_size=14,
        vision_feature_select_strategy="default",
        num_additional_image_tokens=1,
        chat_template=chat_template("<image>\n", start="[INST]"),
    )
    config = t.LlavaNextConfig(
        text_config=text_sizes(words, model_type="mistral"),
        vision_config=vision_sizes(model_type="clip_vision_model"),
        image_token_index=words.image_token_id,
        image_grid_pinpoints=_PINPOINTS,
        image_seq_length=_BASE_TOKENS,
    )
    return t.LlavaNextForConditionalGeneration(config), processor


def llava_next_video() -> tuple[Any, Any]:
    words = tokenizer("USER", image_token="<image>", video_token="<video>")
    size = {"size": _SIDE, "crop_size": _SQUARE}
    processor = t.LlavaNextVideoProcessor(
        video_processor=t.LlavaNextVideoVideoProcessor(**size),
        image_processor=t.LlavaNextImageProcessor(**size, image_grid_pinpoints=_PINPOINTS),
        tokenizer=words,
        patch_size=14,
        vision_feature_select_strategy="default",
        num_additional_image_tokens=1,
        chat_template=chat_template("<image>", "<video>", start="USER"),
    )
    config = t.LlavaNextVideoConfig(
        text_config=text_sizes(words, model_type="llama"),
        vision_config=vision_sizes(model_type="clip_vision_model"),
        image_token_index=words.image_token_id,
        video_token_index=words.video_token_id,
        image_grid_pinpoints=_PINPOINTS,
        image_seq_length=_BASE_TOKENS,
        video_seq_length=1,
    )
    return t.LlavaNextVideoForConditionalGeneration(config), processor


def llava_onevision() -> tuple[Any, Any]:
    words = tokenizer("<|im_start|>", image_token="<image>", video_token="<video>")
    processor = t.LlavaOnevisionProcessor(
        t.LlavaOnevisionImageProcessor(size=_SQUARE, image_grid_pinpoints=_PINPOINTS),
        words,
        t.LlavaOnevisionVideoProcessor(size=_SQUARE),
        num_image_tokens=_BASE_TOKENS,
        vision_feature_select_strategy="full",
        chat_template=chat_template("<image>", "<video>"),
    )
    config = t.LlavaOnevisionConfig(
        text_config=text_sizes(words, model_type="qwen2"),
        vision_config=vision_sizes(model_type="siglip_vision_model", vision_use_head=False),
        image_token_index=words.image_token_id,
        video_token_index=words.video_token_id,
        image_grid_pinpoints=_PINPOINTS,
    )
    return t.LlavaOnevisionForConditionalGeneration(config), processor


def internvl() -> tuple[Any, Any]:
    words = tokenizer(
        "<|im_start|>",
        start_image_token="<img>",
        end_image_token="</img>",
        context_image_token="<IMG_CONTEXT>",
        video_token="<video>",
    )
    processor = t.InternVLProcessor(
        t.GotOcr2ImageProcessor(size=_SQUARE, max_patches=2),
        words,
        t.InternVLVideoProcessor(size=_SQUARE),
        image_seq_length=1,
        chat_template=chat_template("<IMG_CONTEXT>\n", "<video>\n"),
    )
    config = t.InternVLConfig(
        text_config=text_sizes(words, model_type="qwen2"),
        vision_config=vision_sizes(image_size=[28, 28], patch_size=[14, 14]),
        image_token_id=words.context_image_token_id,
        image_seq_length=1,
    )
    return t.InternVLForConditionalGeneration(config), processor
