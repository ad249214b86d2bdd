"""Memory of real architectures against the planner's formula.

On a GPU: the whole model with random weights in bfloat16, at 15 frames of 480p, SDPA and eager.
Elsewhere: few layers of it in float32 and small frames, so that it fits a small machine.
"""

import gc

import torch
import transformers

from touchline.errors import UserError
from touchline.models import find_card
from touchline.models.capacity.measure import Asking, measure, shallow
from touchline.models.capacity.memory import Load, Prompt, memory
from touchline.models.capacity.shapes import text_shape, vision_shape

ON_GPU = ("qwen2.5-vl-7b", "qwen3-vl-8b", "idefics2-8b", "pixtral-12b", "internvl3-8b")
ON_CPU = (
    ("qwen2.5-vl-3b", 6),
    ("qwen3-vl-4b", 6),
    ("llava-onevision-0.5b", 4),
    ("smolvlm2-256m", 1),
    ("videollama3-2b", 3),
)


def compare(name: str, architecture: dict, asking: Asking, device: str, attention: str) -> None:
    """Prints a row: measured and told peak, and both without weights."""
    card = find_card(name)
    precision = "bfloat16" if device == "cuda" else "float32"
    try:
        seen = measure(architecture, card.image_tokens, asking, device, precision, attention)
    except torch.OutOfMemoryError:
        print(f"{name:22} {attention:6} does not fit this GPU")
        return
    cost = card.image_tokens.image(asking.width, asking.height, asking.frames)
    prompt = Prompt(
        seen.prompt_tokens, asking.frames * cost.features, asking.frames * cost.views, cost.patches
    )
    bytes_each = 2 if device == "cuda" else 4
    load = Load(seen.weights_bytes, bytes_each, attention == "eager", 1, asking.new_tokens)
    told = memory(text_shape(architecture), vision_shape(architecture), prompt, load)
    beside = (told.peak - told.weights) / (seen.peak_bytes - seen.weights_bytes) - 1
    print(
        f"{name:22} {attention:6} {seen.prompt_tokens:7,} tokens   measured "
        f"{seen.peak_bytes / 1e9:7.2f} GB   told {told.peak / 1e9:7.2f} GB   "
        f"{told.peak / seen.peak_bytes - 1:+6.1%}   without weights {beside:+6.1%}",
        flush=True,
    )


def main() -> None:
    torch.set_num_threads(1)
    transformers.utils.logging.set_verbosity_error()
    gpu = torch.cuda.is_available()
    print(f"on {torch.cuda.get_device_name() if gpu else 'the CPU, 2 layers, float32'}")
    rows = [(name, 15) for name in ON_GPU] if gpu else ON_CPU
    for name, frames in rows:
        card = find_card(name)
        asking = Asking(frames, 854, 480) if gpu else Asking(frames, 426, 240)
        architecture = card.architecture if gpu else shallow(card.architecture)
        for attention in ("sdpa", "eager"):
            try:
                compare(name, architecture, asking, "cuda" if gpu else "cpu", attention)
            except UserError as error:
                print(f"{name:22} {error}")
            gc.collect()


if __name__ == "__main__":
    main()
