"""The mAP by frames of OpenSportsLab's library, by which it chooses a spotting model's epoch."""

from collections.abc import Sequence
from dataclasses import dataclass

from touchline.errors import UserError
from touchline.games import Task
from touchline.scores.events.event_columns import Games

TOLERANCES_FRAMES = (0, 1, 2, 4)
"""Tolerances in frames to either side; the figure is the mean over them."""


@dataclass(frozen=True, slots=True)
class FrameMap:
    """mAP by frames, from 0 to 1.

    Attributes:
        mean: over the tolerances.
        by_tolerance: mean over the classes, by tolerance in frames.
        per_class: average precision by class that has a truth, then by tolerance.
    """

    mean: float
    by_tolerance: dict[int, float]
    per_class: dict[str, dict[int, float]]


def official_frame_map(
    games: Games, task: Task, tolerances_frames: Sequence[int] = TOLERANCES_FRAMES
) -> FrameMap | None:
    """The figure that `opensportslib` prints as "AP@tolerance" and averages.

    Unlike SoccerNet's: spots are taken in the order of their confidence, each takes the nearest
    free truth of its class, and the area is that below the interpolated curve, not its height at 11
    recalls. Classes without a truth do not count. Of spots of equal confidence those of the earlier
    game come first.

    Args:
        games: labels and spots by game id.
        task: gives the frame rate; each half is a video of its own.
        tolerances_frames: to either side.

    Returns:
        The figure, or None where there is no truth.

    Raises:
        UserError: a confidence is above 1, on which the library fails.

    Source: `opensportslib/metrics/localization_metric.py` (`compute_mAPs_E2E`), version 0.1.2.
    """
    truths: dict[str, dict[tuple[str, int], list[int]]] = {}
    claims: dict[str, list[tuple[tuple[str, int], int, float]]] = {}
    for game, (labels, spots) in games.items():
        for label in labels:
            videos = truths.setdefault(label.label, {})
            videos.setdefault((game, label.half), []).append(_frame(label.position_ms, task))
        for spot in spots:
            if spot.confidence > 1:
                raise UserError(f"game '{game}': a confidence is {spot.confidence:g}, above 1.")
            claim = ((game, spot.half), _frame(spot.position_ms, task), spot.confidence)
            claims.setdefault(spot.label, []).append(claim)
    if not truths:
        return None
    per_class = {
        name: {
            tolerance: _average_precision(claims.get(name, ()), truths[name], tolerance)
            for tolerance in tolerances_frames
        }
        for name in sorted(truths)
    }
    by_tolerance = {
        tolerance: sum(found[tolerance] for found in per_class.values()) / len(per_class)
        for tolerance in tolerances_frames
    }
    return FrameMap(sum(by_tolerance.values()) / len(by_tolerance), by_tolerance, per_class)


def _frame(position_ms: int, task: Task) -> int:
    return int(task.fps * (position_ms / 1000))


def _average_precision(
    claims: Sequence[tuple[tuple[str, int], int, float]],
    truths: dict[tuple[str, int], list[int]],
    tolerance: int,
) -> float:
    free = {video: list(frames) for video, frames in truths.items()}
    precisions: list[float] = []
    ordered = sorted(claims, key=lambda claim: -claim[2])
    for number, (video, frame, _) in enumerate(ordered, start=1):
        frames = free.get(video)
        nearest = min(frames, key=lambda one: abs(frame - one)) if frames else None
        if frames and nearest is not None and abs(frame - nearest) <= tolerance:
            # The library knows truths by their frame: two in one frame are found together.
            free[video] = [one for one in frames if one != nearest]
            precisions.append((len(precisions) + 1) / number)
    highest, area = 0.0, 0.0
    for precision in reversed(precisions):
        highest = max(highest, precision)
        area += highest
    return area / sum(map(len, truths.values()))
