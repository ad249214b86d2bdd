"""Real architectures with random weights behind a server, with 1 to 48 requests in flight.

    python benchmarks/gpu_servers.py [--models qwen2.5-vl-7b ...] [--program /path/to/vllm] [--json]
    python benchmarks/gpu_servers.py --tiny    # transformers serve on the CPU, to see that it runs

Nothing is downloaded: a checkpoint with random weights is written to a temporary folder (17 GB a
model). The server is started once and stopped; windows of 15 frames of 480 lines are sent to it as
JPEG data. Printed are windows a second for each number in flight.
"""

import argparse
import json
import tempfile
import time
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from tests.support.random_checkpoints import BUILDERS, noise_requests, write_checkpoint
from touchline.models import Reply, find_card
from touchline.models.engines.openai.engine import OpenAIEngine
from touchline.models.engines.served.engine import served_endpoint
from touchline.models.engines.served.server import Server

IN_FLIGHT = (1, 2, 4, 8, 16, 32, 48)


@dataclass(frozen=True, slots=True)
class Row:
    """What one number of requests in flight came to."""

    model: str
    in_flight: int
    windows_per_second: float
    prompt_tokens: int


def measure(name: str, folder: Path, options: argparse.Namespace) -> list[Row]:
    """Starts the server once, and asks with each number in flight."""
    card: Any = find_card(
        {
            "use": name,
            "checkpoint": str(folder),
            "engine": "transformers-serve" if options.tiny else "vllm",
            "program": options.program,
            "max_images": 16,
            "server_args": [] if options.tiny else ["--max-model-len", "16384"],
        }
    )
    server = Server(card)
    rows = []
    try:
        server.wait_until_ready()
        endpoint = served_endpoint(card, server.base_url, server.served_name)
        for in_flight in options.in_flight:
            engine = OpenAIEngine(
                endpoint.model_copy(update={"in_flight": in_flight}), is_shared=False
            )
            count = max(options.least_windows, options.rounds * in_flight)
            started = time.perf_counter()
            answers = list(engine.replies(noise_requests(count, options.new_tokens)))
            seconds = time.perf_counter() - started
            engine.close()
            failed = [answer for answer in answers if not isinstance(answer, Reply)]
            if failed:
                raise SystemExit(f"{name} with {in_flight} in flight: {failed[0]}")
            tokens = answers[0].prompt_tokens or 0
            rows.append(Row(name, in_flight, len(answers) / seconds, tokens))
    finally:
        server.stop()
    return rows


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--models", nargs="+", choices=BUILDERS, default=list(BUILDERS))
    parser.add_argument("--in-flight", nargs="+", type=int, default=list(IN_FLIGHT))
    parser.add_argument("--program", help="vllm, where it is in an environment of its own")
    parser.add_argument("--rounds", type=int, default=3, help="windows for each one in flight")
    parser.add_argument("--least-windows", type=int, default=8)
    parser.add_argument("--new-tokens", type=int, default=64)
    parser.add_argument("--tiny", action="store_true", help="transformers serve on the CPU")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    rows = []
    for name in options.models:
        with tempfile.TemporaryDirectory() as folder:
            checkpoint = write_checkpoint(name, Path(folder) / name, tiny=options.tiny)
            rows += measure(name, checkpoint, options)
    if options.json:
        print(json.dumps([asdict(row) for row in rows], indent=1))
        return
    for row in rows:
        print(
            f"{row.model:14} {row.in_flight:3} in flight {row.windows_per_second:7.2f} windows/s  "
            f"{row.prompt_tokens} tokens a prompt"
        )


if __name__ == "__main__":
    main()
