"""Reading and merging at the size of SoccerNet: 1.5 million generated replies, streamed.

    python benchmarks/bench_replies.py [--games 500] [--processes 2] [--json] [--write]

500 games of two halves of 50 minutes, a window every 2 s. The replies are generated in the mix
that a real Qwen2.5-VL gave (two in three claim something, nearly all of them fenced JSON), with
one in fifty damaged in one of the ways of `tests/replies`. Each process reads and merges its games
one by one and keeps nothing but counts. Asked of it: under 3 minutes on 2 cores, under 1 GB, and
50,000 ordinary replies a second a core.
"""

import argparse
import json
import random
import resource
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from typing import Any

from support.performance_page import add_write_option, publish, table

from touchline.games import SOCCERNET_V2
from touchline.replies import Reading, parse_reply
from touchline.spots import MergeSettings, merge_readings
from touchline.video import Window

WINDOWS = 1500
STRIDE_MS, WINDOW_MS, STEP_MS = 2000, 3000, 200
ALIASES = ("Shot off target", "Free-kick", "Shot on target", "Other")
COMMON = (
    "Foul",
    "Foul",
    "Foul",
    "Shot off target",
    "Shot off target",
    "Goal",
    *ALIASES,
    *SOCCERNET_V2.classes,
)
DAMAGES = (
    lambda text: text[: len(text) * 2 // 3],
    lambda text: text.replace('"', "'"),
    lambda text: text.replace(",", "", 1),
    lambda text: text.removesuffix("```"),
    lambda text: f"Here is what I see: {text}",
)


def reply_text(dice: random.Random) -> str:
    """One reply as a model would write it."""
    if dice.random() < 0.33:
        return "None."
    event = {
        "label": dice.choice(COMMON),
        "team": dice.choice(("home", "away")),
        "time": dice.randrange(30) / 10,
        "confidence": dice.choice((0.8, 0.9, 0.94)),
        "details": f"Player {dice.randrange(99)} from the away team kicks the ball",
    }
    return f"```json\n{json.dumps(event, indent=2)}\n```"


def maybe_damaged(text: str, dice: random.Random) -> str:
    """The text, or one time in fifty what an accident left of it."""
    return dice.choice(DAMAGES)(text) if dice.random() < 0.02 else text


def half(game: str, number: int, texts: list[str], dice: random.Random) -> Iterator[Reading]:
    """The readings of one half, made one after the other."""
    for index in range(WINDOWS):
        start = index * STRIDE_MS
        times = tuple(range(start, start + WINDOW_MS, STEP_MS))
        window = Window(game, number, index, WINDOWS, start, start + WINDOW_MS, times)
        yield parse_reply(texts[dice.randrange(len(texts))], "stop", window, SOCCERNET_V2)


def read_and_merge(seed: int, games: int) -> tuple[Counter[str], int, float]:
    """Reads and merges some games; gives outcomes, spots, and the process's peak in MiB."""
    dice = random.Random(seed)
    texts = [maybe_damaged(reply_text(dice), dice) for _ in range(20_000)]
    outcomes: Counter[str] = Counter()
    spots = 0
    for game in range(games):
        readings = [r for number in (1, 2) for r in half(f"game {game}", number, texts, dice)]
        outcomes.update(str(reading.outcome) for reading in readings)
        spots += len(merge_readings(readings, MergeSettings()))
    return outcomes, spots, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def replies_a_second() -> float:
    """Ordinary replies that one core reads in a second of its own time."""
    dice = random.Random(0)
    texts = [reply_text(dice) for _ in range(40_000)]
    window = Window("game", 1, 0, 1, 0, WINDOW_MS, tuple(range(0, WINDOW_MS, STEP_MS)))
    for text in texts[:1000]:
        parse_reply(text, "stop", window, SOCCERNET_V2)
    start = time.process_time()
    for text in texts:
        parse_reply(text, "stop", window, SOCCERNET_V2)
    return len(texts) / (time.process_time() - start)


def main() -> None:
    """Measures and prints."""
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("--games", type=int, default=500)
    arguments.add_argument("--processes", type=int, default=2)
    arguments.add_argument("--json", action="store_true")
    add_write_option(arguments)
    wanted = arguments.parse_args()
    rate = replies_a_second()
    share = -(-wanted.games // wanted.processes)
    start = time.perf_counter()
    with ProcessPoolExecutor(wanted.processes) as pool:
        done = list(pool.map(read_and_merge, range(wanted.processes), [share] * wanted.processes))
    seconds = time.perf_counter() - start
    outcomes = sum((outcomes for outcomes, _, _ in done), Counter[str]())
    figures: dict[str, Any] = {
        "replies a second a core": round(rate),
        "replies": share * wanted.processes * 2 * WINDOWS,
        "processes": wanted.processes,
        "seconds": round(seconds, 1),
        "MiB of all processes": round(sum(peak for _, _, peak in done)),
        "spots": sum(spots for _, spots, _ in done),
        "outcomes": dict(outcomes),
    }
    if wanted.json:
        print(json.dumps(figures, indent=1))
        return
    figures["outcomes"] = ", ".join(f"{name} {count:,}" for name, count in outcomes.items())
    rows = [
        [name, f"{value:,}" if isinstance(value, int) else value] for name, value in figures.items()
    ]
    command = "python benchmarks/bench_replies.py --write"
    publish("replies", table(["replies that a real model might give", ""], rows), command, wanted)


if __name__ == "__main__":
    main()
