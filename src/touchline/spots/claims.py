"""All claims of one class in one half, as columns of numbers."""

import math
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import chain

import numpy as np
from numpy.typing import NDArray

from touchline.games import TEAM_PAIRS
from touchline.replies import Detection, Outcome, Reading, TimeSource

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]

ANSWERED = frozenset({Outcome.EVENTS, Outcome.NOTHING, Outcome.TRUNCATED})
"""Outcomes of a window that tell what happens in it."""

TEAM_CODES: dict[str | None, int] = {None: 0} | {
    name: code for code, name in enumerate(chain.from_iterable(TEAM_PAIRS), start=1)
}


@dataclass(frozen=True, slots=True)
class Claims:
    """The claims of one class in the windows of one half, in time order.

    Attributes:
        label: the class.
        time_ms: milliseconds from the start of the half; shape (n,).
        confidence: that the model stated, NaN where it stated none; shape (n,).
        probability: of the label's tokens, NaN where the engine gave none; shape (n,).
        named: whether the reply named the time; shape (n,).
        team: the code of the team that it names (see `TEAM_CODES`); shape (n,).
        share: one over the times that the claim's window was sampled; shape (n,).
    """

    label: str
    time_ms: Ints
    confidence: Floats
    probability: Floats
    named: Bools
    team: Ints
    share: Floats

    def nearest(self, time_ms: Ints) -> Ints:
        """Index of the claim nearest to each time."""
        after = np.searchsorted(self.time_ms, time_ms).clip(max=len(self.time_ms) - 1)
        before = (after - 1).clip(min=0)
        closer = time_ms - self.time_ms[before] <= self.time_ms[after] - time_ms
        return np.where(closer, before, after)


@dataclass(frozen=True, slots=True)
class HalfClaims:
    """All claims in the readings of one half.

    Attributes:
        half: its number, from 1.
        centres_ms: centre of every answered window, ascending; shape (w,).
        length_ms: mean length of a window.
        classes: the claims by class; a class that is never claimed is absent.
    """

    half: int
    centres_ms: Ints
    length_ms: float
    classes: dict[str, Claims]


def claims_by_half(readings: Iterable[Reading]) -> list[HalfClaims]:
    """Groups the claims in one model's readings of one game by half and class.

    Args:
        readings: in any order. A window that occurs n times was sampled n times: each claim then
            counts 1/n, so that samples that agree count as one confident claim.

    Returns:
        One entry for each half with an answered window, in order.
    """
    halves: dict[int, dict[tuple[int, int], list[Reading]]] = defaultdict(dict)
    for reading in readings:
        if reading.outcome in ANSWERED:
            span = (reading.window.start_ms, reading.window.end_ms)
            halves[reading.window.half].setdefault(span, []).append(reading)
    return [_half(number, halves[number]) for number in sorted(halves)]


Row = tuple[int, float, float, bool, int, float]


def _half(number: int, windows: dict[tuple[int, int], list[Reading]]) -> HalfClaims:
    rows: dict[str, list[Row]] = defaultdict(list)
    for samples in windows.values():
        for reading in samples:
            for one in reading.detections:
                if one.label is not None:
                    rows[one.label].append(_row(one, 1 / len(samples)))
    spans = sorted(windows)
    return HalfClaims(
        half=number,
        centres_ms=np.array(sorted((start + end) // 2 for start, end in spans), dtype=np.int64),
        length_ms=float(np.mean([end - start for start, end in spans])),
        classes={label: _columns(label, rows[label]) for label in sorted(rows)},
    )


def _row(one: Detection, share: float) -> Row:
    confidence = math.nan if one.confidence is None else one.confidence
    probability = math.nan if one.label_logprob is None else math.exp(min(0.0, one.label_logprob))
    named = one.time_source is not TimeSource.CENTRE
    return one.position_ms, confidence, probability, named, TEAM_CODES.get(one.team, 0), share


def _columns(label: str, rows: list[Row]) -> Claims:
    rows.sort(key=lambda row: row[0])
    time_ms, confidence, probability, named, team, share = zip(*rows, strict=True)
    return Claims(
        label=label,
        time_ms=np.array(time_ms, dtype=np.int64),
        confidence=np.array(confidence, dtype=np.float64),
        probability=np.array(probability, dtype=np.float64),
        named=np.array(named, dtype=np.bool_),
        team=np.array(team, dtype=np.int64),
        share=np.array(share, dtype=np.float64),
    )
