"""Checkpoints of real architectures with random weights, to measure speed and memory with.

A model's speed and memory do not depend on what its weights say. The tokenizer is a small one of
our own, so answers are noise.
"""

import copy
import io
from pathlib import Path

import numpy as np
import torch
from PIL import Image

from touchline.games import SOCCERNET_V2
from touchline.models import Generation, Request, find_card
from touchline.models.capacity.peak_memory import build_model
from touchline.models.torchvision_compat import register_torchvision_operators
from touchline.prompts import build_messages, load_template
from touchline.video import Window

FRAMES, WIDTH, HEIGHT = 15, 854, 480
"""A window of the retrospective: five frames a second for three seconds, 480 lines."""

BUILDERS = {"qwen2.5-vl-7b": "qwen2_5_vl", "qwen3-vl-8b": "qwen3_vl"}
"""The cards that are measured, and the function in tests/families/qwen_families.py that makes a
processor for them."""

_TINY = {
    "text_config": {
        "hidden_size": 128,
        "intermediate_size": 128,
        "num_hidden_layers": 2,
        "num_attention_heads": 1,
        "num_key_value_heads": 1,
    },
    "vision_config": {
        "depth": 2,
        "hidden_size": 32,
        "intermediate_size": 64,
        "num_heads": 2,
        "out_hidden_size": 128,
    },
}
_MOST_PIXELS = {False: 12845056, True: 16 * 32 * 32}


def write_checkpoint(name: str, folder: Path, *, tiny: bool) -> Path:
    """Writes a checkpoint of a card's architecture in bfloat16, and its processor.

    Args:
        name: of the card, one of `BUILDERS`.
        folder: to be made.
        tiny: with two narrow layers, to see on a CPU that a script runs.
    """
    register_torchvision_operators()
    from tests.families import qwen_families

    small, processor = getattr(qwen_families, BUILDERS[name])()
    architecture = copy.deepcopy(find_card(name).architecture) or {}
    if tiny:
        for part, sizes in _TINY.items():
            architecture[part] |= sizes
        if "deepstack_visual_indexes" in small.config.vision_config.to_dict():
            architecture["vision_config"]["deepstack_visual_indexes"] = [0]
    for token in ("image_token_id", "video_token_id", "vision_start_token_id"):
        architecture[token] = getattr(small.config, token)
    for part in (processor.image_processor, processor.video_processor):
        part.size = {"shortest_edge": 3136, "longest_edge": _MOST_PIXELS[tiny]}
    with torch.device("cuda" if torch.cuda.is_available() else "cpu"):
        model = build_model(architecture, dtype=torch.bfloat16)
    model.generation_config.eos_token_id = processor.tokenizer.eos_token_id
    model.generation_config.pad_token_id = processor.tokenizer.pad_token_id
    model.save_pretrained(folder)
    processor.save_pretrained(folder)
    return folder


def noise_requests(count: int, new_tokens: int) -> list[Request]:
    """Windows of noise, which no JPEG decoder finds easy, with answers of one length."""
    dice = np.random.default_rng(0)
    jpegs = []
    for _ in range(FRAMES):
        buffer = io.BytesIO()
        pixels = dice.integers(0, 255, (HEIGHT, WIDTH, 3), dtype=np.uint8)
        Image.fromarray(pixels).save(buffer, "JPEG", quality=90)
        jpegs.append(buffer.getvalue())
    found = []
    for number in range(count):
        times = tuple(number * 2000 + 200 * frame for frame in range(FRAMES))
        window = Window("g", 1, number, count, number * 2000, number * 2000 + 3000, times)
        asked = build_messages(window, load_template("base.v1", SOCCERNET_V2))
        settings = Generation(max_new_tokens=new_tokens, min_tokens=new_tokens)
        found.append(Request(f"{number:032x}", window, asked, lambda: jpegs, settings))
    return found
