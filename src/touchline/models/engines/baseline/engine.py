"""The null baselines: answers in the form of a model's, given without looking at a frame."""

import hashlib
import json
from collections.abc import Iterable, Iterator

import numpy as np

from touchline.models.card_types.baseline import BaselineCard
from touchline.models.class_priors import ClassPriors
from touchline.models.engines.baseline.sound import Event, events_from_sound
from touchline.models.types import Failure, Reply, Request
from touchline.video import Window

_MS_PER_HOUR = 3_600_000


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
                json.dumps({"label": label, "time": seconds, "confidence": round(confidence, 3)})
                for label, seconds, confidence in events
            ]
            yield Reply(request.key, "\n".join(lines) or "None.", finish_reason="stop")

    def close(self) -> None:
        """There is nothing to release."""


def _random(request: Request, priors: ClassPriors) -> list[Event]:
    seed = int.from_bytes(hashlib.sha256(request.key.encode()).digest()[:8], "big")
    random = np.random.default_rng([seed, request.generation.seed or 0])
    span_ms = _own_span_ms(request.window, priors)
    return [
        (label, round(random.uniform(0, span_ms) / 1000, 3), random.uniform())
        for label, per_hour in priors.per_hour.items()
        for _ in range(random.poisson(per_hour * span_ms / _MS_PER_HOUR))
    ]


def _prior(request: Request, priors: ClassPriors) -> list[Event]:
    window, total = request.window, sum(priors.per_hour.values())
    events: list[Event] = []
    for label, per_hour in priors.per_hour.items():
        if per_hour <= 0:
            continue
        period_ms = _MS_PER_HOUR / per_hour
        first = np.ceil(window.start_ms / period_ms - 0.5)
        time_ms = (first + 0.5) * period_ms
        while time_ms < window.start_ms + _own_span_ms(window, priors):
            events.append((label, round((time_ms - window.start_ms) / 1000, 3), per_hour / total))
            time_ms += period_ms
    return events


def _every_window(request: Request, priors: ClassPriors) -> list[Event]:
    window = request.window
    commonest = max(priors.per_hour, key=lambda label: priors.per_hour[label])
    return [(commonest, (window.centre_ms - window.start_ms) / 1000, 0.5)]


def _own_span_ms(window: Window, priors: ClassPriors) -> int:
    is_last = window.index == window.total - 1
    return window.end_ms - window.start_ms if is_last else priors.stride_ms


_KINDS = {
    "random": _random,
    "prior": _prior,
    "every-window": _every_window,
    "sound": events_from_sound,
}
