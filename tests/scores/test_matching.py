"""Matching by confidence against the rule as it is written: one truth after the other."""

import numpy as np

from touchline.scores.events.event_columns import Events
from touchline.scores.events.matching import NO_TRUTH, match_by_confidence

CLASSES, SPAN = 3, 60


def some_events(generator: np.random.Generator, count: int, values: list[float]) -> Events:
    group = generator.integers(0, 2 * CLASSES, count)
    time = generator.integers(0, SPAN, count)
    order = np.lexsort((time, group))
    value = generator.choice(values, count)
    return Events(group[order], time[order], value, order, SPAN, CLASSES, 1)


def walked(truths: Events, claims: Events, radius: int) -> list[int]:
    taken = [NO_TRUTH] * len(claims.group)
    for truth, (group, time) in enumerate(zip(truths.group, truths.time, strict=True)):
        reached = [
            claim
            for claim in range(len(taken))
            if taken[claim] == NO_TRUTH
            and claims.group[claim] == group
            and abs(claims.time[claim] - time) <= radius
        ]
        if reached:
            taken[max(reached, key=lambda claim: (claims.value[claim], -claim))] = truth
    return taken


def test_each_truth_takes_the_most_confident_claim_left_in_reach() -> None:
    generator = np.random.default_rng(1)
    radii = np.array([0, 9, 2, 30])
    for _ in range(20):
        truths = some_events(generator, int(generator.integers(0, 30)), [1.0])
        claims = some_events(generator, int(generator.integers(0, 40)), [0.1, 0.5, 0.9])
        found = match_by_confidence(truths, claims, radii)
        assert found.tolist() == [walked(truths, claims, radius) for radius in radii]
