"""Tiny checkpoints of further families of 2025 and 2026."""

from typing import Any

import transformers as t

from tests.families.family_parts import (
    EXPERTS,
    LINEAR,
    PADS,
    PADS_TEMPLATE,
    chat_template,
    pad_ids,
    rope,
    square_pixels,
    text_sizes,
    tokenizer,
    vision_sizes,
)
from tests.families.qwen_families import qwen3_processor


def _minicpm(
    config_class: Any, model_class: Any, processor_class: Any, **text: Any
) -> tuple[Any, Any]:
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
    ids = {"image_token_id": words.image_token_id, "video_token_id": words.video_token_id}
    if config_class is t.MiniCPMV4_7Config:
        ids |= {
            "image_start_id": words.image_start_token_id,
            "image_end_id": words.image_end_token_id,
            "slice_start_id": words.slice_start_token_id,
            "slice_end_id": words.slice_end_token_id,
            "newline_id": words.encode("\n")[0],
        }
    positions = rope(4, 2, 2, mrope_interleaved=True, partial_rotary_factor=1.0)
    sizes = {"model_type": "qwen3_5_text", "head_dim": 16, **LINEAR, **text}
    config = config_class(
        text_config=text_sizes(words, rope_parameters=positions, **sizes),
        vision_config=vision_sizes(image_size=112),
        insert_layer_id=0,
        image_size=112,
        **ids,
    )
    return model_class(config), processor


def minicpm_v_4_6() -> tuple[Any, Any]:
    return _minicpm(
        t.MiniCPMV4_6Config, t.MiniCPMV4_6ForConditionalGeneration, t.MiniCPMV4_6Processor
    )


_MINICPM_4_7 = (
    t.MiniCPMV4_7Config,
    t.MiniCPMV4_7ForConditionalGeneration,
    t.MiniCPMV4_7Processor,
)


def minicpm_v_4_7() -> tuple[Any, Any]:
    return _minicpm(*_MINICPM_4_7)


def minicpm_v_4_7_moe() -> tuple[Any, Any]:
    experts = {**EXPERTS, "shared_expert_intermediate_size": 32}
    return _minicpm(*_MINICPM_4_7, model_type="qwen3_5_moe_text", **experts)


def video_llama_3() -> tuple[Any, Any]:
    words = tokenizer("<|im_start|>", **PADS)
    processor = t.VideoLlama3Processor(
        t.VideoLlama3ImageProcessor(size=square_pixels(28)),
        words,
        t.VideoLlama3VideoProcessor(size=square_pixels(28, images=4)),
        chat_template=chat_template("<|image_pad|>", "<|video_pad|>"),
    )
    config = t.VideoLlama3Config(
        text_config=text_sizes(words, model_type="qwen2"),
        vision_config={
            "hidden_size": 32,
            "intermediate_size": 64,
            "num_hidden_layers": 2,
            "num_attention_heads": 2,
            "patch_size": 14,
        },
        image_token_id=words.image_token_id,
        video_token_id=words.video_token_id,
    )
    return t.VideoLlama3ForConditionalGeneration(config), processor


def ovis2() -> tuple[Any, Any]:
    marks = ("<IMG_START>", "<IMG_GRID>", "<IMG_COL>", "<IMG_ROW>", "<IMG_END>")
    words = tokenizer("<|im_start|>", "<image>", "<IMG_ATOM>", *marks)
    processor = t.Ovis2Processor(
        t.Ovis2ImageProcessor(size={"height": 28, "width": 28}),
        words,
        image_seq_length=4,
        chat_template=chat_template("<image>"),
    )
    config = t.Ovis2Config(
        text_config=text_sizes(words, model_type="qwen2"),
        vision_config=vision_sizes(vocab_size=64, hidden_stride=1, num_visual_indicator_tokens=5),
        image_token_id=words.convert_tokens_to_ids("<IMG_ATOM>"),
        visual_indicator_token_ids=words.convert_tokens_to_ids(list(marks)),
        vocab_size=len(words),
        hidden_size=32,
    )
    return t.Ovis2ForConditionalGeneration(config), processor


def perception_lm() -> tuple[Any, Any]:
    words = tokenizer("<|start|>", image_token="<|image|>", video_token="<|video|>")
    processor = t.PerceptionLMProcessor(
        t.PerceptionLMVideoProcessor(size={"height": 56, "width": 56}),
        t.PerceptionLMImageProcessor(tile_size=56, max_num_tiles=1, vision_input_type="vanilla"),
        words,
        patch_size=14,
        pooling_ratio=2,
        chat_template=chat_template("<|image|>", "<|video|>", start="<|start|>"),
    )
    config = t.PerceptionLMConfig(
        text_config=text_sizes(words, model_type="llama"),
        vision_config={
            "architecture": "vit_pe_core_large_patch14_336",
            "model_args": {
                "embed_dim": 32,
                "img_size": [56, 56],
                "depth": 2,
                "num_heads": 2,
                "global_pool": "",
                "use_post_transformer_norm": False,
                "init_values": 0.1,
                "ref_feat_shape": [4, 4],
            },
        },
        vision_use_cls_token=True,
        projector_pooling_ratio=2,
        image_token_id=words.image_token_id,
        video_token_id=words.video_token_id,
    )
    return t.PerceptionLMForConditionalGeneration(config), processor


def lfm3_vl() -> tuple[Any, Any]:
    words = tokenizer("<|im_start|>", **PADS)
    layers = ["conv", "full_attention"]
    config = t.Lfm3VlConfig(
        text_config=text_sizes(words, model_type="lfm3", layer_types=layers),
        vision_config={
            "hidden_size": 32,
            "intermediate_size": 64,
            "num_hidden_layers": 2,
            "num_attention_heads": 2,
            "num_key_value_heads": 2,
            "layer_types": layers,
        },
        projector_hidden_size=32,
        **pad_ids(words),
    )
    return t.Lfm3VlForConditionalGeneration(config), qwen3_processor(words, t.Lfm3VlProcessor)


def kimi_k2() -> tuple[Any, Any]:
    words = tokenizer("<|im_start|>", **PADS)
    processor = t.Kimi_K25Processor(
        t.Kimi_K25ImageProcessor(size={"max_height": 56, "max_width": 56}, max_patches=64),
        words,
        t.Kimi_K25VideoProcessor(size={"max_height": 56, "max_width": 56}, max_patches=64),
        chat_template=PADS_TEMPLATE,
    )
    config = t.Kimi_K25Config(
        text_config=text_sizes(
            words,
            model_type="deepseek_v3",
            num_key_value_heads=2,
            n_routed_experts=4,
            num_experts_per_tok=2,
            n_shared_experts=1,
            n_group=1,
            topk_group=1,
            moe_intermediate_size=32,
            first_k_dense_replace=1,
            q_lora_rank=16,
            kv_lora_rank=16,
            qk_nope_head_dim=16,
            qk_rope_head_dim=16,
            v_head_dim=16,
        ),
        vision_config={
            "pos_emb_height": 8,
            "pos_emb_width": 8,
            "hidden_size": 32,
            "intermediate_size": 64,
            "num_hidden_layers": 2,
            "num_attention_heads": 2,
        },
        projection_hidden_size=32,
        **pad_ids(words),
    )
    return t.Kimi_K25ForConditionalGeneration(config), processor


def minimax_m3() -> tuple[Any, Any]:
    image, video = t.MiniMaxM3VLProcessor.IMAGE_TOKEN, t.MiniMaxM3VLProcessor.VIDEO_TOKEN
    words = tokenizer("<|start|>", image, video)
    processor = t.MiniMaxM3VLProcessor(
        t.MiniMaxM3VLImageProcessor(size={"shortest_edge": 28 * 28, "longest_edge": 56 * 56}),
        words,
        t.MiniMaxM3VLVideoProcessor(
            size={"height": 56, "width": 56}, min_pixels=28 * 28, max_pixels=56 * 56
        ),
        chat_template=chat_template(image, video, start="<|start|>"),
    )
    config = t.MiniMaxM3VLConfig(
        text_config=text_sizes(
            words,
            head_dim=16,
            rotary_dim=8,
            num_local_experts=4,
            num_experts_per_tok=2,
            dense_intermediate_size=64,
            shared_intermediate_size=32,
            index_n_heads=1,
            index_head_dim=16,
            index_block_size=16,
            index_topk_blocks=4,
            layer_types=["full_attention", "minimax_m3_sparse"],
            mlp_layer_types=["dense", "sparse"],
        ),
        vision_config={
            "hidden_size": 32,
            "intermediate_size": 64,
            "num_hidden_layers": 2,
            "num_attention_heads": 2,
            "image_size": 56,
        },
        projector_hidden_size=32,
        image_token_index=words.convert_tokens_to_ids(image),
        video_token_index=words.convert_tokens_to_ids(video),
    )
    return t.MiniMaxM3SparseForConditionalGeneration(config), processor


def molmo2() -> tuple[Any, Any]:
    words = tokenizer("<|im_start|>", "<|image|>", "<|video|>", *_MOLMO_MARKS)
    words.image_token, words.video_token = "<|image|>", "<|video|>"
    processor = t.Molmo2Processor(
        t.Molmo2ImageProcessor(
            size={"height": 56, "width": 56}, max_crops=1, overlap_margins=[0, 0]
        ),
        t.Molmo2VideoProcessor(size={"height": 56, "width": 56}),
        words,
        chat_template=chat_template("<|image|>", "<|video|>"),
    )
    ids = dict(zip(_MOLMO_MARKS, words.convert_tokens_to_ids(list(_MOLMO_MARKS)), strict=True))
    config = t.Molmo2Config(
        text_config=text_sizes(words, head_dim=16, additional_vocab_size=8),
        vision_config={
            "hidden_size": 32,
            "intermediate_size": 64,
            "num_hidden_layers": 2,
            "num_attention_heads": 2,
            "num_key_value_heads": 2,
            "head_dim": 16,
            "image_size": [56, 56],
        },
        adapter_config={
            "vision_feature_layer": [1, 0],
            "hidden_size": 32,
            "num_attention_heads": 2,
            "num_key_value_heads": 2,
            "head_dim": 16,
            "intermediate_size": 64,
            "text_hidden_size": 32,
        },
        image_start_token_id=ids["<im_start>"],
        low_res_image_start_token_id=ids["<low_res_im_start>"],
        image_end_token_id=ids["<im_end>"],
        image_patch_id=ids["<im_patch>"],
        frame_start_token_id=ids["<frame_start>"],
        frame_end_token_id=ids["<frame_end>"],
    )
    return t.Molmo2ForConditionalGeneration(config), processor


_MOLMO_MARKS = (
    "<im_patch>",
    "<im_col>",
    "<im_start>",
    "<low_res_im_start>",
    "<frame_start>",
    "<im_end>",
    "<frame_end>",
    "<im_low>",
)


def nemotron_3_omni() -> tuple[Any, Any]:
    words = tokenizer(
        "<|im_start|>",
        "<image>",
        "<video>",
        "<so_embedding>",
        "<so_start>",
        "<so_end>",
        "<img>",
        "</img>",
    )
    processor = t.NemotronH_Omni_Reasoning_V3Processor(
        t.NemotronH_Omni_Reasoning_V3ImageProcessor(min_num_patches=4, max_num_patches=16),
        t.NemotronH_Omni_Reasoning_V3VideoProcessor(video_target_num_patches=4),
        words,
        t.ParakeetFeatureExtractor(),
        chat_template=chat_template("<image>", "<video>"),
    )
    config = t.NemotronH_Omni_Reasoning_V3_Config(
        text_config=text_sizes(
            words,
            model_type="nemotron_h",
            head_dim=16,
            layers_block_type=["mamba", "attention"],
            mamba_num_heads=2,
            mamba_head_dim=16,
            ssm_state_size=16,
            n_groups=1,
            chunk_size=32,
        ),
        vision_config={
            "model_type": "radio",
            "video_temporal_patch_size": 2,
            "hidden_size": 32,
            "intermediate_size": 64,
            "num_hidden_layers": 2,
            "num_attention_heads": 2,
        },
        projector_hidden_size=32,
        vision_hidden_size=32,
        image_token_id=words.convert_tokens_to_ids("<image>"),
        video_token_id=words.convert_tokens_to_ids("<video>"),
        audio_token_id=words.convert_tokens_to_ids("<so_embedding>"),
    )
    return t.NemotronH_Omni_Reasoning_V3(config), processor
