"""The null baselines: answers in the form of a model's, given without looking at a frame."""

import hashlib
import json
from collections.abc import Iterable, Iterator

import numpy as np

from touchline.models.card_types.baseline import BaselineCard
from touchline.models.class_priors import MS_PER_HOUR, ClassPriors
from touchline.models.engines.baseline.comb import clock, comb, evenly_spaced, own_span_ms
from touchline.models.engines.baseline.sound import Event, events_from_sound
from touchline.models.types import Failure, Reply, Request

_DIGITS = 4
"""Significant digits of a confidence; rare classes have small ones."""


class BaselineEngine:
    """Answers from how often each class happens; one kind also uses the sound."""

    def __init__(self, card: BaselineCard, priors: ClassPriors) -> None:
        self._events = _KINDS[card.kind]
        self._priors = priors

    def replies(self, requests: Iterable[Request]) -> Iterator[Reply | Failure]:
        """One answer for each request, in order."""
        for request in requests:
            events = self._events(request, self._priors)
            lines = [
                json.dumps({"label": label, "time": seconds, "confidence": _rounded(confidence)})
                for label, seconds, confidence in events
            ]
            yield Reply(request.key, "\n".join(lines) or "None.", finish_reason="stop")

    def close(self) -> None:
        """There is nothing to release."""


def _rounded(confidence: float) -> float:
    return float(f"{confidence:.{_DIGITS}g}")


def _random(request: Request, priors: ClassPriors) -> list[Event]:
    seed = int.from_bytes(hashlib.sha256(request.key.encode()).digest()[:8], "big")
    random = np.random.default_rng([seed, request.generation.seed or 0])
    span_ms = own_span_ms(request.window, priors)
    return [
        (label, round(random.uniform(0, span_ms) / 1000, 3), random.uniform())
        for label, per_hour in priors.per_hour.items()
        for _ in range(random.poisson(per_hour * span_ms / MS_PER_HOUR))
    ]


def _prior(request: Request, priors: ClassPriors) -> list[Event]:
    window, total = request.window, sum(priors.per_hour.values())
    return [
        (label, round((time_ms - window.start_ms) / 1000, 3), per_hour / total)
        for label, per_hour in priors.per_hour.items()
        if per_hour > 0
        for time_ms in evenly_spaced(window, priors, MS_PER_HOUR / per_hour)
    ]


def _every_window(request: Request, priors: ClassPriors) -> list[Event]:
    window = request.window
    commonest = max(priors.per_hour, key=lambda label: priors.per_hour[label])
    return [(commonest, (window.centre_ms - window.start_ms) / 1000, 0.5)]


_KINDS = {
    "random": _random,
    "prior": _prior,
    "every-window": _every_window,
    "comb": comb,
    "clock": clock,
    "sound": events_from_sound,
}
