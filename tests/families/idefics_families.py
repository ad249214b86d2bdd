"""Tiny checkpoints of Idefics and what came of it."""

from typing import Any

import transformers as t

from tests.families.family_parts import chat_template, text_sizes, tokenizer, vision_sizes

_AROUND = "<fake_token_around_image>"
_MARKS = (_AROUND, "<global-img>", "<end_of_utterance>")


def idefics2() -> tuple[Any, Any]:
    words = tokenizer("<end_of_utterance>", _AROUND, "<image>")
    latents = 4
    processor = t.Idefics2Processor(
        t.Idefics2ImageProcessor(
            do_image_splitting=False, size={"shortest_edge": 28, "longest_edge": 56}
        ),
        words,
        image_seq_len=latents,
        chat_template=chat_template("<image>", start="User:"),
    )
    config = t.Idefics2Config(
        text_config=text_sizes(words, model_type="mistral"),
        vision_config=vision_sizes(image_size=56),
        perceiver_config={
            "hidden_size": 32,
            "resampler_n_latents": latents,
            "resampler_depth": 1,
            "resampler_n_heads": 2,
            "resampler_head_dim": 16,
            "num_key_value_heads": 1,
        },
        image_token_id=words.convert_tokens_to_ids("<image>"),
    )
    return t.Idefics2ForConditionalGeneration(config), processor


def _patches_a_token(side: int, patch: int, scale: int) -> int:
    return (side // patch) ** 2 // scale**2


def idefics3() -> tuple[Any, Any]:
    words = tokenizer(*_MARKS, "<image>")
    processor = t.Idefics3Processor(
        t.Idefics3ImageProcessor(
            do_image_splitting=False,
            size={"longest_edge": 56},
            max_image_size={"longest_edge": 56},
        ),
        words,
        image_seq_len=_patches_a_token(56, 14, 2),
        chat_template=chat_template("<image>", start="User:"),
    )
    config = t.Idefics3Config(
        text_config=text_sizes(words, model_type="llama"),
        vision_config=vision_sizes(image_size=56),
        scale_factor=2,
        image_token_id=words.convert_tokens_to_ids("<image>"),
    )
    return t.Idefics3ForConditionalGeneration(config), processor


def smolvlm() -> tuple[Any, Any]:
    words = tokenizer(*_MARKS, "<|im_start|>", "<image>", "<video>")
    size = {"size": {"longest_edge": 56}, "max_image_size": {"longest_edge": 56}}
    processor = t.SmolVLMProcessor(
        t.SmolVLMImageProcessor(do_image_splitting=False, **size),
        words,
        t.SmolVLMVideoProcessor(**size, fps=1, num_frames=64),
        image_seq_len=_patches_a_token(56, 14, 2),
        chat_template=chat_template("<image>", "<video>"),
    )
    config = t.SmolVLMConfig(
        text_config=text_sizes(words, model_type="llama"),
        vision_config=vision_sizes(image_size=56),
        scale_factor=2,
        image_token_id=words.convert_tokens_to_ids("<image>"),
    )
    return t.SmolVLMForConditionalGeneration(config), processor
