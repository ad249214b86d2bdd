"""Real architectures with random weights, asked through the engine in this process on a GPU.

    python benchmarks/gpu_transformers.py [--models qwen2.5-vl-7b ...] [--windows 24] [--json]
    python benchmarks/gpu_transformers.py --tiny    # two layers on the CPU, to see that it runs

Nothing is downloaded: a checkpoint with random weights is written to a temporary folder (17 GB a
model) and loaded as any other. Windows of 15 frames of 480 lines go the whole way, from JPEG files
to text, in bfloat16 and NF4, with SDPA and with FlashAttention 2 where it is installed. Printed are
windows a second, the peak of memory beside the planner's figure, the share of the time in which the
engine waited for the next frames, and that in which no kernel ran: it contains copies, decoding and
Python. The name keeps it out of `make bench`, which runs where there is no GPU.
"""

import argparse
import json
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import torch

from tests.support.random_checkpoints import (
    BUILDERS,
    FRAMES,
    HEIGHT,
    WIDTH,
    noise_requests,
    write_checkpoint,
)
from touchline.models import Reply, Workload, find_card, plan_fit
from touchline.models.engines.transformers.engine import TransformersEngine

PROFILED = 4
"""Windows for the share without kernels: a profile of more takes long to add up."""


@dataclass(frozen=True, slots=True)
class Row:
    """What one way to run a model came to."""

    model: str
    precision: str
    attention: str
    windows_per_second: float
    peak_gb: float
    planned_gb: float
    waiting_share: float
    no_kernel_share: float | None
    prompt_tokens: int
    lowered: tuple[str, ...]


def ways() -> list[tuple[str, str]]:
    """Precision and attention of each measurement on this machine."""
    kinds = ["sdpa", *(["flash_attention_2"] if find_spec("flash_attn") else [])]
    found = [("bfloat16", kind) for kind in kinds]
    if torch.cuda.is_available() and find_spec("bitsandbytes"):
        found.append(("nf4", "sdpa"))
    return found


class _Kernels:
    """Seconds in which kernels ran on the GPU, copies not counted."""

    seconds = 0.0


@contextmanager
def kernels() -> Iterator[_Kernels]:
    """Profiles the GPU while it is entered."""
    found = _Kernels()
    with torch.profiler.profile(activities=[torch.profiler.ProfilerActivity.CUDA]) as profile:
        yield found
        torch.cuda.synchronize()
    times = [
        (event.time_range.start, event.time_range.end)
        for event in profile.events()
        if not event.name.startswith(("Memcpy", "Memset"))
    ]
    reached = 0.0
    for start, end in sorted(times):  # kernels of several streams may overlap
        found.seconds += max(0.0, end - max(start, reached)) / 1e6
        reached = max(reached, end)


def measure(name: str, folder: Path, way: tuple[str, str], options: argparse.Namespace) -> Row:
    """Asks all windows after one batch to warm up, and a few more under the profiler."""
    precision, attention = way
    card = find_card(
        {
            "use": name,
            "checkpoint": str(folder),
            "precision": precision,
            "attention": attention,
            "batch_size": options.batch,
        }
    )
    engine = TransformersEngine(card)
    list(engine.replies(noise_requests(options.batch, options.new_tokens)))
    if torch.cuda.is_available():
        torch.cuda.reset_peak_memory_stats()
    started = time.perf_counter()
    answers = list(engine.replies(noise_requests(options.windows, options.new_tokens)))
    seconds = time.perf_counter() - started
    replies = [answer for answer in answers if isinstance(answer, Reply)]
    if len(replies) < len(answers):
        raise SystemExit(f"{name}: {next(a for a in answers if not isinstance(a, Reply))}")
    share = None if options.tiny else _without_kernels(engine, options)
    engine.close()
    return Row(
        name,
        precision,
        replies[0].attention or attention,
        len(replies) / seconds,
        max(reply.memory_bytes or 0 for reply in replies) / 1e9,
        _planned_gb(name, way, options),
        sum(reply.waited_seconds for reply in replies) / seconds,
        share,
        replies[0].prompt_tokens or 0,
        replies[-1].lowered,
    )


def _without_kernels(engine: TransformersEngine, options: argparse.Namespace) -> float:
    started = time.perf_counter()
    with kernels() as found:
        list(engine.replies(noise_requests(PROFILED, options.new_tokens)))
        wall = time.perf_counter() - started
    return 1 - found.seconds / wall


def _planned_gb(name: str, way: tuple[str, str], options: argparse.Namespace) -> float:
    precision, attention = way
    wanted: dict[str, Any] = {"precision": precision, "attention": attention}
    fit = plan_fit(find_card(name), Workload(FRAMES, WIDTH, HEIGHT, batch=options.batch, **wanted))
    return fit.memory.peak / 1e9 if fit.memory else 0.0


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--models", nargs="+", choices=BUILDERS, default=list(BUILDERS))
    parser.add_argument("--windows", type=int, default=24)
    parser.add_argument("--batch", type=int, default=4)
    parser.add_argument("--new-tokens", type=int, default=64)
    parser.add_argument("--tiny", action="store_true", help="two layers on the CPU")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    if not options.tiny and not torch.cuda.is_available():
        raise SystemExit("no CUDA GPU is visible; --tiny runs a small model on the CPU.")
    rows = []
    for name in options.models:
        with tempfile.TemporaryDirectory() as folder:
            checkpoint = write_checkpoint(name, Path(folder) / name, tiny=options.tiny)
            rows += [measure(name, checkpoint, way, options) for way in ways()]
    if options.json:
        print(json.dumps([asdict(row) for row in rows], indent=1))
        return
    where = "CPU, two layers" if options.tiny else torch.cuda.get_device_name()
    print(f"{where}, {FRAMES} frames of {WIDTH}x{HEIGHT}, batches of {options.batch}")
    for row in rows:
        idle = "not measured" if row.no_kernel_share is None else f"{row.no_kernel_share:5.1%}"
        extra = f"  lowered: {', '.join(row.lowered)}" if row.lowered else ""
        print(
            f"{row.model:14} {row.precision:8} {row.attention:17} {row.windows_per_second:7.2f} "
            f"windows/s  {row.peak_gb:6.1f} GB peak, {row.planned_gb:6.1f} planned  "
            f"{row.waiting_share:5.1%} waiting for frames  {idle} without a kernel  "
            f"{row.prompt_tokens} tokens a prompt{extra}"
        )


if __name__ == "__main__":
    main()
