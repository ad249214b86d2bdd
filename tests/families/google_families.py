"""Tiny checkpoints of Google's families."""

from typing import Any

import transformers as t

from tests.families.family_parts import chat_template, text_sizes, tokenizer, vision_sizes


def gemma3() -> tuple[Any, Any]:
    words = tokenizer(
        "<start_of_turn>",
        image_token="<image_soft_token>",
        boi_token="<start_of_image>",
        eoi_token="<end_of_image>",
    )
    processor = t.Gemma3Processor(
        t.Gemma3ImageProcessor(size={"height": 28, "width": 28}),
        words,
        image_seq_length=1,
        chat_template=chat_template("<start_of_image>", start="<start_of_turn>"),
    )
    config = t.Gemma3Config(
        text_config=text_sizes(words, head_dim=16, sliding_window=64),
        vision_config=vision_sizes(vision_use_head=False),
        mm_tokens_per_image=1,
        boi_token_index=words.boi_token_id,
        eoi_token_index=words.eoi_token_id,
        image_token_index=words.image_token_id,
    )
    return t.Gemma3ForConditionalGeneration(config), processor


_SMALL_NETWORK = {"architecture": "test_efficientnet", "hidden_size": 256}
"""A convolutional network of timm with few parameters; Gemma 3n's has 300 million."""


def gemma3n() -> tuple[Any, Any]:
    words = tokenizer(
        "<start_of_turn>",
        image_token="<image_soft_token>",
        boi_token="<start_of_image>",
        eoi_token="<end_of_image>",
        audio_token="<audio_soft_token>",
        boa_token="<start_of_audio>",
        eoa_token="<end_of_audio>",
    )
    processor = t.Gemma3nProcessor(
        t.Gemma3nAudioFeatureExtractor(),
        t.SiglipImageProcessor(size={"height": 64, "width": 64}),
        words,
        image_seq_length=4,
        chat_template=chat_template("<image_soft_token>", start="<start_of_turn>"),
    )
    config = t.Gemma3nConfig(
        text_config=text_sizes(
            words,
            head_dim=16,
            sliding_window=64,
            layer_types=["sliding_attention", "full_attention"],
            vocab_size_per_layer_input=len(words),
            hidden_size_per_layer_input=8,
            num_kv_shared_layers=0,
            laurel_rank=4,
            activation_sparsity_pattern=[0.0, 0.0],
        ),
        vision_config=_SMALL_NETWORK,
        audio_config={
            "hidden_size": 32,
            "conf_num_attention_heads": 2,
            "conf_num_hidden_layers": 1,
            "sscp_conv_channel_size": [8, 8],
        },
        vision_soft_tokens_per_image=4,
        boi_token_id=words.boi_token_id,
        eoi_token_id=words.eoi_token_id,
        image_token_id=words.image_token_id,
        audio_token_id=words.audio_token_id,
    )
    return t.Gemma3nForConditionalGeneration(config), processor


def _gemma_4_parts(kind: str) -> tuple[Any, Any]:
    """Tokenizer and processor of a kind: "Gemma4" or "Gemma4Unified"."""
    words = tokenizer(
        "<start_of_turn>",
        image_token="<|image|>",
        boi_token="<|image>",
        eoi_token="<image|>",
        audio_token="<|audio|>",
        boa_token="<|audio>",
        eoa_token="<audio|>",
    )
    # The processor adds the token of videos to the tokenizer.
    processor = getattr(t, f"{kind}Processor")(
        getattr(t, f"{kind}AudioFeatureExtractor")(),
        getattr(t, f"{kind}ImageProcessor")(max_soft_tokens=70),
        words,
        getattr(t, f"{kind}VideoProcessor")(max_soft_tokens=70),
        image_seq_length=70,
        chat_template=chat_template("<|image|>", "<|video|>", start="<start_of_turn>"),
    )
    return words, processor


def _gemma_4_ids(words: Any) -> dict[str, int]:
    return {
        "boi_token_id": words.boi_token_id,
        "eoi_token_id": words.eoi_token_id,
        "image_token_id": words.image_token_id,
        "video_token_id": words.convert_tokens_to_ids("<|video|>"),
        "audio_token_id": words.audio_token_id,
    }


_GEMMA_4_LAYERS = {
    "head_dim": 16,
    "sliding_window": 64,
    "layer_types": ["sliding_attention", "full_attention"],
}


def gemma4() -> tuple[Any, Any]:
    words, processor = _gemma_4_parts("Gemma4")
    config = t.Gemma4Config(
        text_config=text_sizes(
            words,
            **_GEMMA_4_LAYERS,
            vocab_size_per_layer_input=len(words),
            hidden_size_per_layer_input=8,
        ),
        vision_config={
            "hidden_size": 32,
            "intermediate_size": 64,
            "num_hidden_layers": 2,
            "num_attention_heads": 2,
            "num_key_value_heads": 2,
            "head_dim": 16,
        },
        audio_config=None,
        **_gemma_4_ids(words),
    )
    return t.Gemma4ForConditionalGeneration(config), processor


def gemma_4_unified() -> tuple[Any, Any]:
    words, processor = _gemma_4_parts("Gemma4Unified")
    config = t.Gemma4UnifiedConfig(
        text_config=text_sizes(words, **_GEMMA_4_LAYERS, global_head_dim=16),
        vision_config={"mm_embed_dim": 32, "mm_posemb_size": 64, "output_proj_dims": 32},
        audio_config=None,
        **_gemma_4_ids(words),
    )
    return t.Gemma4UnifiedForConditionalGeneration(config), processor
