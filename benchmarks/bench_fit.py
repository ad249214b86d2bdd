"""Memory of real architectures against the planner's formula.

On a GPU: the whole model with random weights in bfloat16, at 15 frames of 480p, SDPA and eager.
Elsewhere: few layers of it in float32 and small frames, so that it fits a small machine.
"""

import argparse
import gc

import torch
import transformers
from support.performance_page import add_write_option, publish, table

from tests.support.shallow_models import TensorMeter, shallow
from touchline.errors import UserError
from touchline.models import find_card
from touchline.models.capacity.memory import Load, Prompt, memory
from touchline.models.capacity.peak_memory import CudaMeter, RandomPrompt, measure_peak
from touchline.models.capacity.shapes import text_shape, vision_shape
from touchline.models.card_types.local import Implementation, LocalCard

ON_GPU = ("qwen2.5-vl-7b", "qwen3-vl-8b", "idefics2-8b", "pixtral-12b", "internvl3-8b")
ON_CPU = (
    ("qwen2.5-vl-3b", 6),
    ("qwen3-vl-4b", 6),
    ("llava-onevision-0.5b", 4),
    ("smolvlm2-256m", 1),
    ("videollama3-2b", 3),
)


def compare(card: LocalCard, random: RandomPrompt, attention: str) -> list[str]:
    """A row: measured and computed peak, and both without weights."""
    gpu = torch.cuda.is_available()
    meter, precision = (CudaMeter(), "bfloat16") if gpu else (TensorMeter(), "float32")
    try:
        measured = measure_peak(card, random, meter, precision, attention)
    except torch.OutOfMemoryError:
        return [f"{card.name}, {attention}", "does not fit this GPU", "", "", "", ""]
    frames = random.frames
    cost = card.image_tokens.image(random.width, random.height, frames)
    prompt = Prompt(
        measured.prompt_tokens, frames * cost.features, frames * cost.views, cost.patches
    )
    eager = attention == "eager"
    load = Load(measured.weights_bytes, 2 if gpu else 4, eager, 1, random.new_tokens)
    code = card.implementation or Implementation()
    text, vision = text_shape(card.architecture, code), vision_shape(card.architecture, code)
    computed = memory(text, vision, prompt, load)
    beside = (computed.peak - computed.weights) / (measured.peak_bytes - measured.weights_bytes)
    return [
        f"{card.name}, {attention}",
        f"{measured.prompt_tokens:,}",
        f"{measured.peak_bytes / 1e9:.2f}",
        f"{computed.peak / 1e9:.2f}",
        f"{computed.peak / measured.peak_bytes - 1:+.1%}",
        f"{beside - 1:+.1%}",
    ]


HEADER = ["", "tokens", "measured GB", "computed GB", "off", "off without weights"]


def main() -> None:
    """Measures, prints and, with --write, publishes."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    add_write_option(parser)
    options = parser.parse_args()
    torch.set_num_threads(1)
    transformers.utils.logging.set_verbosity_error()
    gpu = torch.cuda.is_available()
    where = torch.cuda.get_device_name() if gpu else "the CPU, few layers, float32"
    lines = []
    asked = [(name, 15) for name in ON_GPU] if gpu else ON_CPU
    for name, frames in asked:
        card = find_card(name) if gpu else shallow(find_card(name))
        prompt = RandomPrompt(frames, *((854, 480) if gpu else (426, 240)))
        for attention in ("sdpa", "eager"):
            try:
                lines.append(compare(card, prompt, attention))
            except UserError as error:
                lines.append([f"{name}, {attention}", str(error), "", "", "", ""])
            gc.collect()
    body = table([f"on {where}", *HEADER[1:]], lines)
    publish("fit", body, "python benchmarks/bench_fit.py --write", options)


if __name__ == "__main__":
    main()
