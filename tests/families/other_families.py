"""Tiny checkpoints of Mistral's, Meta's and Microsoft's families."""

from typing import Any

import transformers as t

from tests.families.family_parts import chat_template, text_sizes, tokenizer, vision_sizes

_SQUARE = {"height": 28, "width": 28}


def _pixtral_parts(merge: int) -> tuple[Any, Any]:
    words = tokenizer("[INST]", "[IMG]", "[IMG_BREAK]", "[IMG_END]")
    processor = t.PixtralProcessor(
        t.PixtralImageProcessor(size={"longest_edge": 64}, patch_size=16),
        words,
        patch_size=16,
        spatial_merge_size=merge,
        chat_template=chat_template("[IMG]", start="[INST]"),
    )
    return words, processor


def _pixtral_vision() -> dict[str, Any]:
    return vision_sizes(model_type="pixtral", image_size=64, patch_size=16, head_dim=16)


def pixtral() -> tuple[Any, Any]:
    words, processor = _pixtral_parts(merge=1)
    config = t.LlavaConfig(
        text_config=text_sizes(words, model_type="mistral"),
        vision_config=_pixtral_vision(),
        image_token_index=words.convert_tokens_to_ids("[IMG]"),
        vision_feature_select_strategy="full",
        vision_feature_layer=-1,
    )
    return t.LlavaForConditionalGeneration(config), processor


def mistral3() -> tuple[Any, Any]:
    words, processor = _pixtral_parts(merge=2)
    config = t.Mistral3Config(
        text_config=text_sizes(words, model_type="mistral", head_dim=16),
        vision_config=_pixtral_vision(),
        image_token_index=words.convert_tokens_to_ids("[IMG]"),
        spatial_merge_size=2,
    )
    return t.Mistral3ForConditionalGeneration(config), processor


def mllama() -> tuple[Any, Any]:
    words = tokenizer("<|start_header_id|>", "<|begin_of_text|>", "<|image|>")
    words.bos_token = "<|begin_of_text|>"
    processor = t.MllamaProcessor(
        t.MllamaImageProcessor(size=_SQUARE, max_image_tiles=2),
        words,
        chat_template=chat_template("<|image|>", start="<|start_header_id|>"),
    )
    image = words.convert_tokens_to_ids("<|image|>")
    config = t.MllamaConfig(
        text_config=text_sizes(
            words,
            num_hidden_layers=3,
            bos_token_id=words.convert_tokens_to_ids("<|begin_of_text|>"),
            cross_attention_layers=[1],
            rope_parameters={"rope_type": "default", "rope_theta": 10000.0},
        ),
        vision_config={
            "hidden_size": 32,
            "intermediate_size": 64,
            "num_hidden_layers": 2,
            "num_global_layers": 1,
            "attention_heads": 2,
            "vision_output_dim": 64,
            "intermediate_layers_indices": [0],
            "image_size": 28,
            "patch_size": 14,
            "max_num_tiles": 2,
            "supported_aspect_ratios": [[1, 1], [1, 2], [2, 1]],
        },
        image_token_index=image,
    )
    return t.MllamaForConditionalGeneration(config), processor


def llama4() -> tuple[Any, Any]:
    marks = ("<|image|>", "<|image_start|>", "<|image_end|>", "<|patch|>")
    separators = ("<|tile_x_separator|>", "<|tile_y_separator|>")
    words = tokenizer("<|header_start|>", *marks, *separators)
    processor = t.Llama4Processor(
        t.Llama4ImageProcessor(size=_SQUARE, max_patches=2),
        words,
        patch_size=14,
        pixel_shuffle_ratio=0.5,
        chat_template=chat_template("<|image|>", start="<|header_start|>"),
    )
    config = t.Llama4Config(
        text_config=text_sizes(
            words,
            intermediate_size_mlp=64,
            head_dim=16,
            num_local_experts=2,
            num_experts_per_tok=1,
            interleave_moe_layer_step=1,
            rope_parameters={"rope_type": "default", "rope_theta": 10000.0},
        ),
        vision_config=vision_sizes(
            vision_output_dim=32,
            projector_input_dim=32,
            projector_output_dim=32,
            pixel_shuffle_ratio=0.5,
            intermediate_size=128,
        ),
        image_token_index=words.convert_tokens_to_ids("<|patch|>"),
    )
    return t.Llama4ForConditionalGeneration(config), processor


def phi4_multimodal() -> tuple[Any, Any]:
    words = tokenizer("<|user|>", image_token="<|image|>", audio_token="<|audio|>")
    # As that of its makers, it has no place for images.
    words.chat_template = (
        "{% for message in messages %}<|{{ message['role'] }}|>{{ message['content'] }}<|end|>"
        "{% endfor %}{% if add_generation_prompt %}<|assistant|>{% endif %}"
    )
    processor = t.Phi4MultimodalProcessor(
        # Its count of tokens holds for crops of 448 pixels only.
        t.Phi4MultimodalImageProcessor(dynamic_hd=1),
        t.Phi4MultimodalFeatureExtractor(),
        words,
    )
    config = t.Phi4MultimodalConfig(
        **text_sizes(words),
        vision_config=vision_sizes(
            image_size=448, crop_size=448, image_token_id=words.image_token_id
        ),
        audio_config={
            "hidden_size": 32,
            "intermediate_size": 32,
            "num_blocks": 1,
            "num_attention_heads": 2,
            "ext_pw_out_channel": 32,
            "depthwise_separable_out_channel": 32,
            "nemo_conv_channels": 8,
            "audio_token_id": words.audio_token_id,
        },
    )
    return t.Phi4MultimodalForCausalLM(config), processor
