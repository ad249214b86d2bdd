"""Engines for tests of runs: they answer from the window alone and count what they are asked."""

import json
import os

from touchline.models import Failure, FailureReason, Reply


class Scripted:
    """Claims a goal in every fifth window; may fail some windows or die after some answers."""

    def __init__(self, log, die_after=None, fail_every=None, **claim):
        self.log, self.die_after, self.fail_every = log, die_after, fail_every
        self.claim = {"label": "Goal", "team": "home", "time": 1.0, "confidence": 0.9} | claim

    def replies(self, requests):
        for number, request in enumerate(requests):
            if number == self.die_after:
                os._exit(9)
            assert len(request.read_frames()) == len(request.window.frame_times_ms)
            with self.log.open("a") as log:
                log.write(request.key + "\n")
            index = request.window.index
            if self.fail_every and index % self.fail_every == 0:
                yield Failure(request.key, FailureReason.ENGINE, "it went away", 0.1)
            elif index % 5 == 0:
                yield Reply(request.key, json.dumps(self.claim), "stop", 0.1)
            else:
                yield Reply(request.key, "None.", "stop", 0.1)

    def close(self):
        return
