"""The timelines as columns of numbers, so that hundreds of thousands of spots stay compact."""

from collections.abc import Sequence
from itertools import chain
from typing import Any

from touchline.games import TEAM_PAIRS, Task
from touchline.report.data import Lane, Timeline
from touchline.report.formatting import visible
from touchline.report.leaderboard.ranking import in_order
from touchline.report.palette import Look, looks
from touchline.report.row import Row

_TEAMS = {name: code for code, name in enumerate(chain.from_iterable(TEAM_PAIRS), start=1)}
"""The numbers of teams, as the pages' scripts know them too."""

_NAME = 120


def classes_of(timelines: Sequence[Timeline], task: Task) -> list[Look]:
    """The looks of all classes that occur as truth or as a spot."""
    labels = {label.label for timeline in timelines for label in timeline.truth or ()}
    labels |= {s.label for timeline in timelines for lane in timeline.lanes for s in lane.spots}
    return looks(labels, task)


def half_payload(
    timeline: Timeline, classes: Sequence[Look], rows: Sequence[Row] = ()
) -> dict[str, Any]:
    """What the page's script needs to draw one half.

    Args:
        timeline: the half.
        classes: the looks; their order gives each class its number.
        rows: the leaderboard; the lanes follow its order.

    Returns:
        Lanes of parallel columns sorted by time: `at` (ms), `of` (class number), `by` (team: 1
        home, 2 away, 3 left, 4 right, else 0), and for models `sure` (confidence in
        thousandths) and `hit`. The truth's `seen` is 0 where the event is not shown.
    """
    numbers = {look.label: index for index, look in enumerate(classes)}
    truth = None
    if timeline.truth is not None:
        labels = sorted(timeline.truth, key=lambda label: label.position_ms)
        truth = {
            "at": [label.position_ms for label in labels],
            "of": [numbers[label.label] for label in labels],
            "by": [_TEAMS.get(label.team, 0) for label in labels],
            "seen": [int(label.visible) for label in labels],
        }
    lanes = {lane.model: lane for lane in timeline.lanes}
    return {
        "length": timeline.length_ms,
        "truth": truth,
        "lanes": [_lane_payload(lanes[model], numbers) for model in in_order(lanes, rows)],
    }


def _lane_payload(lane: Lane, numbers: dict[str, int]) -> dict[str, Any]:
    order = sorted(range(len(lane.spots)), key=lambda index: lane.spots[index].position_ms)
    spots = [lane.spots[index] for index in order]
    payload: dict[str, Any] = {
        "name": visible(lane.model, _NAME),
        "kind": lane.kind,
        "at": [spot.position_ms for spot in spots],
        "of": [numbers[spot.label] for spot in spots],
        "by": [_TEAMS.get(spot.team or "", 0) for spot in spots],
        "sure": [round(1000 * spot.confidence) for spot in spots],
        "gaps": lane.uncovered,
    }
    if lane.hits is not None:
        payload["hit"] = [int(lane.hits[index]) for index in order]
    return payload
