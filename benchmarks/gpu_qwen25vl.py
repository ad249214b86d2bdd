"""Qwen2.5-VL-7B's architecture with random weights, asked through the engine on a GPU.

    python benchmarks/gpu_qwen25vl.py [--windows 24] [--batch 4] [--new-tokens 64] [--json]
    python benchmarks/gpu_qwen25vl.py --tiny      # two layers on the CPU, to see that it runs

Nothing is downloaded: a model's speed and memory do not depend on what its weights say. Windows of
15 frames of 480p go the whole way, from JPEG files to text, in bfloat16, once with SDPA and once
with eager attention. Printed are windows a second, peak memory, and the share of the time that the
device stood idle because the next frames were not ready. The name keeps it out of `make bench`,
which runs where there is no GPU.
"""

import argparse
import io
import json
import time
from dataclasses import asdict, dataclass

import numpy as np
import torch
from PIL import Image

from touchline.games import SOCCERNET_V2
from touchline.models import Generation, Reply, Request, find_card
from touchline.models.torchvision_compat import register_torchvision_operators

register_torchvision_operators()

from tests.families.qwen_families import qwen2_5_vl  # noqa: E402  (after torchvision's mending)
from touchline.models.capacity.peak_memory import build_model  # noqa: E402
from touchline.models.engines.transformers.engine import TransformersEngine  # noqa: E402
from touchline.models.engines.transformers.loading import LoadedModel  # noqa: E402
from touchline.prompts import build_messages, load_template  # noqa: E402
from touchline.video import Window  # noqa: E402

FRAMES, WIDTH, HEIGHT = 15, 854, 480
TINY = {
    "text_config": {
        "hidden_size": 128,
        "intermediate_size": 128,
        "num_hidden_layers": 2,
        "num_attention_heads": 1,
        "num_key_value_heads": 1,
    },
    "vision_config": {"depth": 2, "hidden_size": 32, "num_heads": 2, "out_hidden_size": 128},
}


@dataclass(frozen=True, slots=True)
class Row:
    """What one kind of attention came to."""

    attention: str
    windows_per_second: float
    peak_gb: float
    idle_share: float
    prompt_tokens: int
    lowered: tuple[str, ...]


def loaded(attention: str, tiny: bool, new_tokens: int) -> LoadedModel:
    """The model on the device, with a home-made tokenizer of the right special tokens."""
    small, processor = qwen2_5_vl()
    card = find_card("qwen2.5-vl-7b")
    architecture = {**(card.architecture or {}), "image_token_id": small.config.image_token_id}
    if tiny:
        for part, sizes in TINY.items():
            architecture[part] = {**architecture[part], **sizes}
    architecture["vision_start_token_id"] = small.config.vision_start_token_id
    for part in (processor.image_processor, processor.video_processor):
        part.size = {"shortest_edge": 3136, "longest_edge": 12845056 if not tiny else 28 * 28 * 16}
    device = torch.device("cpu" if tiny else "cuda")
    with device:
        model = build_model(architecture, dtype=torch.bfloat16, attn_implementation=attention)
    settings = model.generation_config
    settings.eos_token_id = processor.tokenizer.eos_token_id
    settings.pad_token_id = processor.tokenizer.pad_token_id
    settings.min_new_tokens = new_tokens
    processor.tokenizer.padding_side = "left"
    return LoadedModel(processor, processor.tokenizer, model.eval(), device, attention, None)


def requests(count: int, new_tokens: int) -> list[Request]:
    """Windows of noise, which no JPEG decoder finds easy."""
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
        settings = Generation(max_new_tokens=new_tokens)
        found.append(Request(f"{number:032x}", window, asked, lambda: jpegs, settings))
    return found


def measure(attention: str, options: argparse.Namespace) -> Row:
    """Asks all windows after one batch to warm up."""
    card = find_card("qwen2.5-vl-7b").model_copy(
        update={"batch_size": options.batch, "attention": attention}
    )
    engine = TransformersEngine(card, loaded(attention, options.tiny, options.new_tokens))
    list(engine.replies(requests(options.batch, options.new_tokens)))
    if torch.cuda.is_available():
        torch.cuda.reset_peak_memory_stats()
    started = time.perf_counter()
    answers = list(engine.replies(requests(options.windows, options.new_tokens)))
    seconds = time.perf_counter() - started
    replies = [answer for answer in answers if isinstance(answer, Reply)]
    if len(replies) < len(answers):
        raise SystemExit(f"{attention}: {next(a for a in answers if not isinstance(a, Reply))}")
    engine.close()
    return Row(
        attention,
        len(replies) / seconds,
        max(reply.memory_bytes or 0 for reply in replies) / 1e9,
        sum(reply.waited_seconds for reply in replies) / seconds,
        replies[0].prompt_tokens or 0,
        replies[-1].lowered,
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--windows", type=int, default=24)
    parser.add_argument("--batch", type=int, default=4)
    parser.add_argument("--new-tokens", type=int, default=64)
    parser.add_argument("--tiny", action="store_true", help="two layers on the CPU")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    if not options.tiny and not torch.cuda.is_available():
        raise SystemExit("no CUDA GPU is visible; --tiny runs a small model on the CPU.")
    rows = [measure(attention, options) for attention in ("sdpa", "eager")]
    if options.json:
        print(json.dumps([asdict(row) for row in rows], indent=1))
        return
    name = "CPU, two layers" if options.tiny else torch.cuda.get_device_name()
    print(f"{name}, bfloat16, {FRAMES} frames of {WIDTH}x{HEIGHT}, batches of {options.batch}")
    for row in rows:
        extra = f"  lowered: {', '.join(row.lowered)}" if row.lowered else ""
        print(
            f"{row.attention:6} {row.windows_per_second:7.2f} windows/s  {row.peak_gb:6.1f} GB peak"
            f"  {row.idle_share:5.1%} idle  {row.prompt_tokens} tokens a prompt{extra}"
        )


if __name__ == "__main__":
    main()
