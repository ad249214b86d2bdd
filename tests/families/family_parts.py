"""What the tiny checkpoints of all families are made of: a tokenizer, sizes and chat templates."""

from typing import Any

from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers
from transformers import PreTrainedTokenizerFast

from touchline.games import SOCCERNET_V2
from touchline.prompts import load_template

END = "<|end|>"
PAD = "<|pad|>"


def tokenizer(*specials: str, **named: str) -> Any:
    """A byte-level BPE tokenizer that learned its merges from the base prompt.

    Args:
        specials: special tokens without a name.
        named: special tokens that the family's processor reads as attributes, such as
            `image_token`.
    """
    inner = Tokenizer(models.BPE())
    inner.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    inner.decoder = decoders.ByteLevel()
    everything = list(dict.fromkeys([PAD, END, *specials, *named.values()]))
    trainer = trainers.BpeTrainer(
        vocab_size=256 + 120 + len(everything),
        special_tokens=everything,
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
        show_progress=False,
    )
    inner.train_from_iterator([load_template("base.v1", SOCCERNET_V2).source], trainer)
    return PreTrainedTokenizerFast(
        tokenizer_object=inner,
        pad_token=PAD,
        eos_token=END,
        additional_special_tokens=list(specials),
        extra_special_tokens=named,
        clean_up_tokenization_spaces=False,
    )


def text_sizes(words: Any, **changes: Any) -> dict[str, Any]:
    """The language model's sizes, in the words that nearly all configurations share."""
    return {
        "vocab_size": len(words),
        "hidden_size": 32,
        "intermediate_size": 64,
        "num_hidden_layers": 2,
        "num_attention_heads": 2,
        "num_key_value_heads": 1,
        "max_position_embeddings": 8192,
        "pad_token_id": words.pad_token_id,
        "bos_token_id": None,
        "eos_token_id": words.eos_token_id,
        **changes,
    }


def vision_sizes(**changes: Any) -> dict[str, Any]:
    """The vision tower's sizes, in the words that most configurations share."""
    return {
        "hidden_size": 32,
        "intermediate_size": 64,
        "num_hidden_layers": 2,
        "num_attention_heads": 2,
        "image_size": 28,
        "patch_size": 14,
        **changes,
    }


def chat_template(image: str, video: str = "", start: str = "<|im_start|>") -> str:
    """A template of the common form: each part of a turn in order, then the model's turn.

    Args:
        image: what stands for an image.
        video: what stands for a video, where the family takes any.
        start: what begins a turn.
    """
    return (
        "{% for message in messages %}"
        f"{start}{{{{ message['role'] }}}}\n"
        "{% for part in message['content'] %}"
        f"{{% if part['type'] == 'image' %}}{image}"
        f"{{% elif part['type'] == 'video' %}}{video}"
        "{% else %}{{ part['text'] }}{% endif %}"
        f"{{% endfor %}}{END}\n"
        "{% endfor %}"
        f"{{% if add_generation_prompt %}}{start}assistant\n{{% endif %}}"
    )


PADS = {
    "image_token": "<|image_pad|>",
    "video_token": "<|video_pad|>",
    "vision_bos_token": "<|vision_start|>",
    "vision_eos_token": "<|vision_end|>",
}
"""The special tokens of Qwen-VL, which other families have taken over."""

PADS_TEMPLATE = chat_template(
    "<|vision_start|><|image_pad|><|vision_end|>", "<|vision_start|><|video_pad|><|vision_end|>"
)

LINEAR = {
    "layer_types": ["linear_attention", "full_attention"],
    "linear_key_head_dim": 16,
    "linear_value_head_dim": 16,
    "linear_num_key_heads": 1,
    "linear_num_value_heads": 2,
}
"""Two layers of Qwen3.5's language model."""

EXPERTS = {"num_experts": 4, "num_experts_per_tok": 2, "moe_intermediate_size": 32}


def pad_ids(words: Any) -> dict[str, int]:
    """The ids of the special tokens `PADS`, in the words of configurations."""
    return {
        "image_token_id": words.image_token_id,
        "video_token_id": words.video_token_id,
        "vision_start_token_id": words.vision_bos_token_id,
        "vision_end_token_id": words.vision_eos_token_id,
    }


def rope(*section: int, **more: Any) -> dict[str, Any]:
    """Positions by time, height and width.

    Args:
        section: half the width of a head, in three parts.
        more: further settings.
    """
    return {
        "rope_type": "default",
        "rope_theta": 10000.0,
        "mrope_section": list(section),
        **more,
    }


def square_pixels(side: int, images: int = 1) -> dict[str, int]:
    """Bounds on the pixels of Qwen-VL's processors: one merged patch, and four an image."""
    return {"shortest_edge": side**2, "longest_edge": images * (2 * side) ** 2}


def qwen_vision(**changes: Any) -> dict[str, Any]:
    """The vision tower's sizes in the words of Qwen-VL and GLM."""
    return {
        "depth": 2,
        "hidden_size": 32,
        "intermediate_size": 64,
        "num_heads": 2,
        "out_hidden_size": 32,
        **changes,
    }
