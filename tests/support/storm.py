"""A run whose model answers by itself, as a program that can be killed.

    python storm.py run BENCH.yaml FOLDER        plans, asks with three workers, finishes
    python storm.py worker FOLDER MODEL NAME FD  one of the workers

Answers follow from the question alone and come after a moment, as a model's would.
"""

import hashlib
import json
import os
import sys
import time
from pathlib import Path

from touchline.models import BaselineCard, Reply, load_engine

LABELS = ("Goal", "Foul", "Corner")


class Answering:
    """Answers three windows at a time, the last pulled first."""

    def __init__(self, seconds):
        self.seconds = seconds

    def replies(self, requests):
        batch = []
        for request in requests:
            batch.append(request)
            if len(batch) == 3:
                yield from self._answers(batch)
                batch = []
        yield from self._answers(batch)

    def _answers(self, batch):
        time.sleep(self.seconds * len(batch))
        for request in reversed(batch):
            digest = hashlib.sha256(request.key.encode()).digest()
            claim = {
                "label": LABELS[digest[0] % 3],
                "time": digest[1] / 2560,
                "confidence": digest[2] / 256,
            }
            text = json.dumps(claim) if digest[3] % 4 == 0 else "None."
            yield Reply(request.key, text, "stop", 0.01)

    def close(self):
        return


def load(card, rates):
    if isinstance(card, BaselineCard):
        return load_engine(card, rates)
    return Answering(float(os.environ.get("STORM_SECONDS", "0.002")))


def command():
    """What starts a worker of this program."""
    return (sys.executable, __file__, "worker")


def run_storm(bench, folder):
    from touchline.runs import run
    from touchline.runs.hands import Hands
    from touchline.runs.resuming import plan_of

    plan, _ = plan_of(bench, folder)
    run(plan, folder, lambda *_: None, hands=Hands((None,) * 3, command()))


if __name__ == "__main__":
    verb, *arguments = sys.argv[1:]
    if verb == "worker":
        from touchline.runs.pool_worker import main

        sys.exit(main(arguments, load))
    run_storm(*map(Path, arguments))
