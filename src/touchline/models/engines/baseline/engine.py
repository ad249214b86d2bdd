"""Baselines: answers in the form of a model's, given without looking at a frame."""

import hashlib
import json
from collections.abc import Iterable, Iterator

import numpy as np

from touchline.models.class_priors import ClassPriors
from touchline.models.engines.baseline.sound import Claim, sound_claims
from touchline.models.types import Failure, Reply, Request
from touchline.video import Window

_MS_PER_HOUR = 3_600_000


class BaselineEngine:
    """Answers by the rates of the classes, and one kind also by what is heard."""

    def __init__(self, kind: str, rates: ClassPriors) -> None:
        self._claims = _KINDS[kind]
        self._rates = rates

    def replies(self, requests: Iterable[Request]) -> Iterator[Reply | Failure]:
        """One answer for each request, in order."""
        for request in requests:
            claims = self._claims(request, self._rates)
            lines = [
                json.dumps({"label": label, "time": seconds, "confidence": round(confidence, 3)})
                for label, seconds, confidence in claims
            ]
            yield Reply(request.key, "\n".join(lines) or "None.", finish_reason="stop")

    def close(self) -> None:
        """Nothing is held."""


def _random(request: Request, rates: ClassPriors) -> list[Claim]:
    seed = int.from_bytes(hashlib.sha256(request.key.encode()).digest()[:8], "big")
    random = np.random.default_rng([seed, request.generation.seed])
    span_ms = _own_span_ms(request.window, rates)
    return [
        (label, round(random.uniform(0, span_ms) / 1000, 3), random.uniform())
        for label, per_hour in rates.per_hour.items()
        for _ in range(random.poisson(per_hour * span_ms / _MS_PER_HOUR))
    ]


def _prior(request: Request, rates: ClassPriors) -> list[Claim]:
    window, total = request.window, sum(rates.per_hour.values())
    claims: list[Claim] = []
    for label, per_hour in rates.per_hour.items():
        if per_hour <= 0:
            continue
        period_ms = _MS_PER_HOUR / per_hour
        first = np.ceil(window.start_ms / period_ms - 0.5)
        time_ms = (first + 0.5) * period_ms
        while time_ms < window.start_ms + _own_span_ms(window, rates):
            claims.append((label, round((time_ms - window.start_ms) / 1000, 3), per_hour / total))
            time_ms += period_ms
    return claims


def _every_window(request: Request, rates: ClassPriors) -> list[Claim]:
    window = request.window
    commonest = max(rates.per_hour, key=lambda label: rates.per_hour[label])
    return [(commonest, (window.centre_ms - window.start_ms) / 1000, 0.5)]


def _own_span_ms(window: Window, rates: ClassPriors) -> int:
    is_last = window.index == window.total - 1
    return window.end_ms - window.start_ms if is_last else rates.stride_ms


_KINDS = {
    "random": _random,
    "prior": _prior,
    "every-window": _every_window,
    "sound": sound_claims,
}
