"""What is known about a half, as signals over time: the input of a decoder."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from touchline.games import TEAM_PAIRS, TEAM_SIGNS, team_pair
from touchline.replies import Reading
from touchline.spots.claims import ANSWERED, Floats, Ints
from touchline.spots.types import Spot

NOTHING = "nothing"
OTHER = "other"
_USUAL_CONFIDENCE = 0.9


@dataclass(frozen=True, slots=True)
class EventSignals:
    """One half.

    Attributes:
        half: its number, from 1.
        length_ms: of the half, up to the last window.
        signals: times and strengths by the name of the signal: a class, "other" or
            "nothing", after the model's name and a slash where there are several models.
        teams: time of every event that names a team, and 1 for the first or -1 for the second.
        pair: the names of the two teams.
    """

    half: int
    length_ms: int
    signals: Mapping[str, tuple[Ints, Floats]]
    teams: tuple[Ints, Floats]
    pair: tuple[str, str] = TEAM_PAIRS[0]


Row = tuple[str, int, float, str | None]


def signals_of_readings(readings: Iterable[Reading], model: str = "") -> list[EventSignals]:
    """The signals in one model's readings of one game: its claims, and its empty windows.

    Args:
        readings: in any order.
        model: prefix of the signals' names where several models are combined.
    """
    rows: dict[int, list[Row]] = defaultdict(list)
    lengths: dict[int, int] = defaultdict(int)
    for reading in readings:
        window = reading.window
        lengths[window.half] = max(lengths[window.half], window.end_ms)
        if reading.outcome in ANSWERED and not reading.detections:
            rows[window.half].append((NOTHING, window.centre_ms, 1.0, None))
        for one in reading.detections:
            sure = _USUAL_CONFIDENCE if one.confidence is None else one.confidence
            rows[window.half].append((one.label or OTHER, one.position_ms, sure, one.team))
    return [_signals_of_half(half, lengths[half], rows[half], model) for half in sorted(lengths)]


def signals_of_spots(spots: Iterable[Spot], model: str = "") -> list[EventSignals]:
    """The signals in a game's spots, for stacking models that are merged already."""
    rows: dict[int, list[Row]] = defaultdict(list)
    for spot in spots:
        rows[spot.half].append((spot.label, spot.position_ms, spot.confidence, spot.team))
    return [
        _signals_of_half(half, max(time for _, time, _, _ in rows[half]) + 1, rows[half], model)
        for half in sorted(rows)
    ]


def combine_signals(models: Sequence[Sequence[EventSignals]]) -> list[EventSignals]:
    """The signals of several models for the same halves of one game, side by side."""
    halves: dict[int, list[EventSignals]] = defaultdict(list)
    for halves_of_model in models:
        for one in halves_of_model:
            halves[one.half].append(one)
    return [
        EventSignals(
            half,
            max(one.length_ms for one in found),
            {name: signal for one in found for name, signal in one.signals.items()},
            (
                np.concatenate([one.teams[0] for one in found]),
                np.concatenate([one.teams[1] for one in found]),
            ),
            next((one.pair for one in found if len(one.teams[0])), TEAM_PAIRS[0]),
        )
        for half, found in sorted(halves.items())
    ]


def _signals_of_half(half: int, length_ms: int, rows: list[Row], model: str) -> EventSignals:
    columns: dict[str, list[tuple[int, float]]] = defaultdict(list)
    for signal, time, strength, _ in rows:
        columns[f"{model}/{signal}" if model else signal].append((time, strength))
    sided = [(time, float(TEAM_SIGNS[team])) for _, time, _, team in rows if team in TEAM_SIGNS]
    return EventSignals(
        half,
        length_ms,
        {name: _columns(values) for name, values in columns.items()},
        _columns(sided),
        team_pair(team for _, _, _, team in rows),
    )


def _columns(values: list[tuple[int, float]]) -> tuple[Ints, Floats]:
    times = np.array([time for time, _ in values], dtype=np.int64)
    return times, np.array([value for _, value in values], dtype=np.float64)
