"""Error analysis for points in time: what is wrong with each spot, and what fixing it gains."""

from dataclasses import asdict, dataclass, replace
from enum import StrEnum
from typing import Any

import numpy as np

from touchline.games import SOCCERNET_V2, Task
from touchline.scores.events.event_columns import (
    Bools,
    Events,
    Floats,
    Games,
    Ints,
    RawEvents,
    raw_events,
)
from touchline.scores.events.matching import NO_TRUTH, match_by_confidence
from touchline.scores.official.evaluator import averages, grid_events

_Sides = tuple[Events, Events]
"""Truths and spots."""


class ErrorKind(StrEnum):
    """Kinds of error. A spot has at most one; a truth is missed or found."""

    WRONG_CLASS = "wrong class"
    WRONG_TIME = "wrong time"
    BOTH = "wrong class and time"
    DUPLICATE = "duplicate"
    BACKGROUND = "background"
    MISSED = "missed"

    @property
    def explanation(self) -> str:
        """What counts as this error, in part of a sentence."""
        return _EXPLANATIONS[self]


_EXPLANATIONS = {
    ErrorKind.WRONG_CLASS: "close to an event of another class, far from any of its own",
    ErrorKind.WRONG_TIME: "an event of its class is near, but not close",
    ErrorKind.BOTH: "an event of another class is near, none is close, none of its own is near",
    ErrorKind.DUPLICATE: "close to an event of its class that a more confident spot has found",
    ErrorKind.BACKGROUND: "no event of any class is near",
    ErrorKind.MISSED: "an event that no spot found, and that no corrected spot would find",
}


@dataclass(frozen=True, slots=True)
class ErrorShare:
    """One kind of error and what it costs.

    Attributes:
        kind: the kind.
        count: spots, or for "missed" truths, that it concerns.
        share: of all spots, or for "missed" of all truths.
        loose: loose average-mAP if only this kind were fixed.
        tight: tight average-mAP likewise.
        loose_gain: `loose` minus the loose average-mAP as it is.
        tight_gain: `tight` minus the tight average-mAP as it is.
        per_class: how many by class, of the spot or of the missed truth; classes with some only.
    """

    kind: ErrorKind
    count: int
    share: float
    loose: float
    tight: float
    loose_gain: float
    tight_gain: float
    per_class: dict[str, int]


@dataclass(frozen=True, slots=True)
class ErrorAnalysis:
    """All kinds of error.

    Attributes:
        close_s: full width of the window in which a spot is right.
        near_s: full width of the window outside which an event is unrelated to a spot.
        right: spots that are right.
        spots: all spots, one for each frame and class.
        truths: all truths, one for each frame and class.
        loose: loose average-mAP as it is.
        tight: tight average-mAP as it is.
        kinds: one share for each kind.
    """

    close_s: float
    near_s: float
    right: int
    spots: int
    truths: int
    loose: float
    tight: float
    kinds: tuple[ErrorShare, ...]

    def to_json(self) -> dict[str, Any]:
        """As plain dictionaries."""
        return asdict(self)


def analyze_errors(
    games: Games, task: Task = SOCCERNET_V2, close_s: float = 5.0, near_s: float = 60.0
) -> ErrorAnalysis:
    """Sorts all errors into kinds and computes the scores with each kind fixed alone.

    After TIDE (Bolya et al., ECCV 2020) and DETAD (Alwassel et al., ECCV 2018), with distance in
    time in place of overlap: *close* is what counts as right, *near* what may have been meant.
    The defaults are the widest tight and the widest loose tolerance. Fixing a wrong class or a
    wrong time gives the spot the class or the time of the nearest event that is not found, if it
    is the most confident spot for that event; every other such spot is removed, and so are the
    spots of all other kinds. Fixing missed events removes those truths; a class of which neither
    truths nor spots are left is then no longer part of the mean, as in TIDE.

    Args:
        games: labels and spots by game id.
        task: classes and rules.
        close_s: full width in seconds.
        near_s: full width in seconds, larger than `close_s`.

    Distances are in milliseconds, as those of precision and recall: on the evaluator's grid, half
    a second more can still be close.
    """
    columns = raw_events(games, task)
    truths, claims = grid_events(games, task, columns)
    exact_truths, exact_claims = (
        _at_milliseconds(events, raw, task)
        for events, raw in zip((truths, claims), columns, strict=True)
    )
    close, near = (round(width_s * 500) for width_s in (close_s, near_s))
    matches = match_by_confidence(exact_truths, exact_claims, np.array([close]))[0]
    kind = _kinds(exact_truths, exact_claims, matches != NO_TRUTH, close, near)
    found = np.isin(np.arange(len(truths.group)), matches)
    left = np.flatnonzero(~found)
    exact = (exact_truths.only(left), exact_claims)
    sides = (truths.only(left), claims)
    renamed, meant = _rename(sides, exact, kind == _NUMBER[ErrorKind.WRONG_CLASS], close)
    moved, aimed = _move(sides, exact, kind == _NUMBER[ErrorKind.WRONG_TIME], near)
    missed = ~found
    missed[left[np.union1d(meant, aimed)]] = False
    fixed = {ErrorKind.WRONG_CLASS: (truths, renamed), ErrorKind.WRONG_TIME: (truths, moved)}
    for error in (ErrorKind.BOTH, ErrorKind.DUPLICATE, ErrorKind.BACKGROUND):
        fixed[error] = (truths, claims.only(kind != _NUMBER[error]))
    kept = truths.only(~missed)
    now = _maps(truths, claims, task)
    fixed_maps = {error: _maps(*pair, task) for error, pair in fixed.items()}
    fixed_maps[ErrorKind.MISSED] = _maps(kept, claims, task, ~_emptied(truths, kept, claims))
    concerned = {error: claims.only(kind == _NUMBER[error]) for error in ErrorKind}
    concerned[ErrorKind.MISSED] = truths.only(missed)
    totals = dict.fromkeys(ErrorKind, len(claims.group)) | {ErrorKind.MISSED: len(truths.group)}
    facts = ((one, concerned[one], totals[one], now, fixed_maps[one]) for one in ErrorKind)
    return ErrorAnalysis(
        close_s,
        near_s,
        int((matches != NO_TRUTH).sum()),
        len(claims.group),
        len(truths.group),
        *now,
        tuple(_share(*fact, task) for fact in facts),
    )


_RIGHT = -1
_NUMBER = {error: number for number, error in enumerate(ErrorKind)}


def _share(
    error: ErrorKind,
    events: Events,
    total: int,
    now: tuple[float, float],
    then: tuple[float, float],
    task: Task,
) -> ErrorShare:
    counts = np.bincount(events.class_index, minlength=events.classes).tolist()
    return ErrorShare(
        error,
        len(events.group),
        len(events.group) / total if total else 0.0,
        *then,
        then[0] - now[0],
        then[1] - now[1],
        {name: counts[i] for i, name in enumerate(task.classes) if counts[i]},
    )


def _maps(
    truths: Events, claims: Events, task: Task, counted: Bools | None = None
) -> tuple[float, float]:
    """Loose and tight average-mAP, over the counted classes where not all count."""
    figures = averages(truths, claims, task, ("loose", "tight"), visibility=False)
    if counted is None or counted.all():
        return figures["loose"].a_map, figures["tight"].a_map
    loose, tight = (np.array(figures[name].per_class)[counted] for name in ("loose", "tight"))
    return float(loose.mean()) if len(loose) else 0.0, float(tight.mean()) if len(tight) else 0.0


def _emptied(before: Events, truths: Events, claims: Events) -> Bools:
    """The classes that had truths and now have neither truths nor spots."""
    had, has, claimed = (
        np.bincount(events.class_index, minlength=before.classes) > 0
        for events in (before, truths, claims)
    )
    return np.asarray(had & ~has & ~claimed)


def _kinds(truths: Events, claims: Events, right: Bools, close: int, near: int) -> Ints:
    """Number of each spot's error, or `_RIGHT`."""
    _, own = nearest(truths, claims.group, claims.time)
    other = np.full(len(claims.group), np.inf)
    base = claims.group - claims.class_index
    for i in range(claims.classes):
        _, distance = nearest(truths, base + i, claims.time)
        other = np.where(claims.class_index == i, other, np.minimum(other, distance))
    kinds = np.select(
        [right, own <= close, own <= near, other <= close, other <= near],
        [
            _RIGHT,
            _NUMBER[ErrorKind.DUPLICATE],
            _NUMBER[ErrorKind.WRONG_TIME],
            _NUMBER[ErrorKind.WRONG_CLASS],
            _NUMBER[ErrorKind.BOTH],
        ],
        _NUMBER[ErrorKind.BACKGROUND],
    )
    return kinds.astype(np.int64)


def nearest(truths: Events, group: Ints, time: Ints) -> tuple[Ints, Floats]:
    """The nearest truth of a group to a time, and its distance; -1 and infinite without any.

    Args:
        truths: sorted by group and time.
        group: group to look in; shape (m,).
        time: time to look at; shape (m,).
    """
    index = np.full(len(group), NO_TRUTH)
    distance = np.full(len(group), np.inf)
    if not len(truths.group):
        return index, distance
    place = np.searchsorted(truths.key, group * truths.span + time)
    for at in (place - 1, place):
        inside = np.clip(at, 0, len(truths.group) - 1)
        there = (at == inside) & (truths.group[inside] == group)
        away = np.where(there, np.abs(truths.time[inside] - time), np.inf)
        index = np.where(away < distance, inside, index)
        distance = np.minimum(distance, away)
    return index, distance


def _at_milliseconds(events: Events, raw: RawEvents, task: Task) -> Events:
    """Events of the grid at the times that they were given, in the same order.

    What the evaluator moves to another frame, such as a position before the start, stays there.
    """
    step_ms = 1000 / task.fps
    from_ms = events.time * step_ms
    time = np.clip(raw.position_ms[events.source], from_ms, from_ms + step_ms)
    return replace(events, time=time.astype(np.int64), span=int(events.span * step_ms) + 1)


def _rename(sides: _Sides, exact: _Sides, wrong: Bools, close: int) -> tuple[Events, Ints]:
    """Spots with wrong classes corrected or removed, and the truths that they then find.

    Args:
        sides: truths that are not found, and all spots, on the grid.
        exact: the same at their milliseconds.
        wrong: the spots whose class is wrong.
        close: in milliseconds.
    """
    (truths, claims), (exact_truths, exact_claims) = sides, exact
    base = claims.group - claims.class_index
    target = np.full(len(claims.group), NO_TRUTH)
    best = np.full(len(claims.group), np.inf)
    for i in range(claims.classes):
        index, distance = nearest(exact_truths, base + i, exact_claims.time)
        target = np.where(distance < best, index, target)
        best = np.minimum(best, distance)
    winners = _most_confident(claims, np.where(wrong & (best <= close), target, NO_TRUTH))
    group = claims.group.copy()
    group[winners] = truths.group[target[winners]]
    return _without_losers(replace(claims, group=group), wrong, winners), target[winners]


def _move(sides: _Sides, exact: _Sides, wrong: Bools, near: int) -> tuple[Events, Ints]:
    """Spots with wrong times corrected or removed, and the truths that they then find."""
    (truths, claims), (exact_truths, exact_claims) = sides, exact
    target, distance = nearest(exact_truths, claims.group, exact_claims.time)
    winners = _most_confident(claims, np.where(wrong & (distance <= near), target, NO_TRUTH))
    time = claims.time.copy()
    time[winners] = truths.time[target[winners]]
    return _without_losers(replace(claims, time=time), wrong, winners), target[winners]


def _most_confident(claims: Events, target: Ints) -> Ints:
    """Of the spots that have the same target, the most confident."""
    rows = np.flatnonzero(target != NO_TRUTH)
    order = rows[np.lexsort((-claims.value[rows], target[rows]))]
    return order[np.flatnonzero(np.diff(target[order], prepend=NO_TRUTH))]


def _without_losers(claims: Events, wrong: Bools, kept: Ints) -> Events:
    keep = ~wrong
    keep[kept] = True
    left = claims.only(keep)
    return left.only(np.argsort(left.key, kind="stable"))
