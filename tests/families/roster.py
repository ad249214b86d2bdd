"""The families that the tests put through the engine, and how: one list, for tests and docs.

Nothing heavy is imported here, so that a table can be made from it anywhere.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Family:
    """A family of models with a class in transformers.

    Attributes:
        name: as cards call it.
        model_class: its class in transformers.
        build: module and function, within this folder, that make its tiny checkpoint.
        video: whether its checkpoint is also given frames as one video.
    """

    name: str
    model_class: str
    build: tuple[str, str]
    video: bool = False


ROSTER = (
    Family(
        "Qwen2.5-VL", "Qwen2_5_VLForConditionalGeneration", ("qwen_families", "qwen2_5_vl"), True
    ),
    Family("Qwen3-VL", "Qwen3VLForConditionalGeneration", ("qwen_families", "qwen3_vl"), True),
    Family(
        "Qwen3-VL-MoE",
        "Qwen3VLMoeForConditionalGeneration",
        ("qwen_families", "qwen3_vl_moe"),
        True,
    ),
    Family("LLaVA-v1.6", "LlavaNextForConditionalGeneration", ("llava_families", "llava_next")),
    Family(
        "LLaVA-NeXT-Video",
        "LlavaNextVideoForConditionalGeneration",
        ("llava_families", "llava_next_video"),
        True,
    ),
    Family(
        "LLaVA-OneVision",
        "LlavaOnevisionForConditionalGeneration",
        ("llava_families", "llava_onevision"),
        True,
    ),
    Family("Idefics2", "Idefics2ForConditionalGeneration", ("idefics_families", "idefics2")),
    Family("Idefics3", "Idefics3ForConditionalGeneration", ("idefics_families", "idefics3")),
    Family("SmolVLM2", "SmolVLMForConditionalGeneration", ("idefics_families", "smolvlm"), True),
    Family("Pixtral", "LlavaForConditionalGeneration", ("other_families", "pixtral")),
    Family("Mistral Small 3.2", "Mistral3ForConditionalGeneration", ("other_families", "mistral3")),
    Family("Llama-3.2-Vision", "MllamaForConditionalGeneration", ("other_families", "mllama")),
    Family("Llama 4", "Llama4ForConditionalGeneration", ("other_families", "llama4")),
    Family("Gemma 3", "Gemma3ForConditionalGeneration", ("other_families", "gemma3")),
    Family("Gemma 4", "Gemma4ForConditionalGeneration", ("other_families", "gemma4"), True),
    Family("InternVL3", "InternVLForConditionalGeneration", ("llava_families", "internvl"), True),
    Family(
        "VideoLLaMA3",
        "VideoLlama3ForConditionalGeneration",
        ("qwen_families", "video_llama_3"),
        True,
    ),
    Family("Phi-4-multimodal", "Phi4MultimodalForCausalLM", ("other_families", "phi4_multimodal")),
    Family(
        "MiniCPM-V 4.6",
        "MiniCPMV4_6ForConditionalGeneration",
        ("qwen_families", "minicpm_v_4_6"),
        True,
    ),
    Family(
        "MiniCPM-V 4.7",
        "MiniCPMV4_7ForConditionalGeneration",
        ("qwen_families", "minicpm_v_4_7"),
        True,
    ),
)
"""Each goes from card to journal on the CPU as a tiny checkpoint of its real class with random
weights: 4 frames as images, in a batch of 2, and as a video where `video` says so."""

REMOTE_CODE = ("Phi-3.5-Vision", "MiniCPM-V 2.6", "VideoLLaMA2", "InternVideo2")
"""Families without a class in transformers. What is exercised is the way that they go, on a
checkpoint of our own that brings its code along; their own code is not."""
