"""A run whose model answers by itself, as a program that can be killed.

    python storm.py run BENCH.yaml FOLDER [3]    plans, asks with so many workers, finishes
    python storm.py worker FOLDER MODEL NAME FD  one of the workers

Answers follow from the question alone and come after a moment, as a model's would. What goes
wrong is asked for in the environment:

    STORM_SECONDS    how long a window takes
    STORM_LOG        a file that notes every worker and every loading of the model, with its device
    STORM_KILLER_MS  the window that begins there ends its process with a segmentation fault
    STORM_STILLBORN  the model's process ends before there is a model
    STORM_REFUSES    a sentence with which the model cannot be loaded
"""

import hashlib
import json
import os
import signal
import sys
import time
from pathlib import Path

from touchline.errors import ComeBackLater, UserError
from touchline.files import file_error
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
        killer = os.environ.get("STORM_KILLER_MS")
        if any(str(request.window.start_ms) == killer for request in batch):
            os.kill(os.getpid(), signal.SIGSEGV)
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


def note(event):
    """Notes what this process does, and the device that it sees."""
    if "STORM_LOG" in os.environ:
        with Path(os.environ["STORM_LOG"]).open("a") as log:
            log.write(json.dumps({event: os.environ.get("CUDA_VISIBLE_DEVICES")}) + "\n")


def load(card, rates):
    if isinstance(card, BaselineCard):
        return load_engine(card, rates)
    if "STORM_STILLBORN" in os.environ:
        sys.exit(1)
    if "STORM_REFUSES" in os.environ:
        raise UserError(os.environ["STORM_REFUSES"])
    note("loads")
    return Answering(float(os.environ.get("STORM_SECONDS", "0.002")))


def command():
    """What starts a worker of this program."""
    return (sys.executable, __file__, "worker")


def run_storm(bench, folder, workers="3"):
    from touchline.runs import run
    from touchline.runs.asking.stop import SIGNALS, Stop, stop_on_signals
    from touchline.runs.asking.workers import WorkerConfig
    from touchline.runs.planning.resume import resume_plan

    folder, stop = Path(folder), Stop()
    plan, _ = resume_plan(Path(bench), folder)
    config = WorkerConfig((None,) * int(workers), command()) if int(workers) else None
    with stop_on_signals(SIGNALS, stop):
        result = run(plan, folder, lambda *_: None, stop, load, config)
    return 2 if result.refused else 0


if __name__ == "__main__":
    verb, *arguments = sys.argv[1:]
    if verb == "worker":
        from touchline.runs.asking.pool_worker import main

        note("starts")
        sys.exit(main(arguments, load))
    try:
        sys.exit(run_storm(*arguments))
    except OSError as error:
        told = file_error(error, f"{error.filename} cannot be used")
        if told is None:
            raise
        print(told, file=sys.stderr)
        sys.exit(told.exit_code)
    except UserError as error:
        print(error, file=sys.stderr)
        sys.exit(2)
    except (ComeBackLater, KeyboardInterrupt) as error:
        print(error, file=sys.stderr)
        sys.exit(75)
