"""Hallucination: claims of events that do not happen, and signs of them that need no labels."""

import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from touchline.games import Label
from touchline.scores.defaults import TOLERANCE_S
from touchline.scores.events.event_columns import Bools, Events, Floats, Games, Ints
from touchline.scores.events.event_table import EventTable
from touchline.scores.events.matching import NO_TRUTH

Watched = Mapping[tuple[str, int], tuple[int, int]]
"""From where to where each half was watched, in ms, by game and number."""

_SCORE = re.compile(r"(?<!\d)(\d{1,2}) - (\d{1,2})(?!\d)")


@dataclass(frozen=True, slots=True)
class QuietClaims:
    """Claims in stretches without any event.

    Attributes:
        margin_s: a stretch ends so long before and after every event, of whatever class.
        minutes: length of all stretches.
        claims: spots in them, all of them false.
        per_minute: claims / minutes; None where there is no stretch.
    """

    margin_s: float
    minutes: float
    claims: int
    per_minute: float | None


@dataclass(frozen=True, slots=True)
class Storms:
    """Bursts: runs of one class, each spot closer to the one before than real events of it are.

    Attributes:
        spacing_s: the distance that counts as too close, by class.
        share: spots in such runs / all spots.
        spots: spots in such runs.
        longest: spots in the longest run.
        longest_label: its class, or None where there is no run.
        per_class: share of each class's own spots, classes with spots only.
    """

    spacing_s: dict[str, float]
    share: float
    spots: int
    longest: int
    longest_label: str | None
    per_class: dict[str, float]


@dataclass(frozen=True, slots=True)
class ImpossibleClaims:
    """Claims of a class beyond what the final score in the games' names allows.

    Attributes:
        label: the class.
        games: games whose name contains a score.
        claimed: spots of the class in them.
        possible: how many can be true at most.
        beyond: spots beyond that, counted game by game.
    """

    label: str
    games: int
    claimed: int
    possible: int
    beyond: int


@dataclass(frozen=True, slots=True)
class Entropy:
    """Entropy in bits.

    Attributes:
        claims: of the spots.
        truths: of the truths; None for the confidence.
        most: the highest possible entropy.
        values: how many different values the spots use.
    """

    claims: float
    truths: float | None
    most: float
    values: int


@dataclass(frozen=True, slots=True)
class Hallucination:
    """Everything that is measured about hallucination.

    Attributes:
        tolerance_s: full width of the window around a truth, for `false_per_minute`.
        false_per_minute: spots without a truth, a minute of play.
        quiet: claims where nothing happens.
        storms: bursts of one class.
        impossible: claims beyond what the final score allows.
        label_entropy: over the classes.
        confidence_entropy: over the confidences, in steps of 0.01.
        chance_recall: share of the play within reach of a claim of the class, by class: the
            recall that randomly placed truths would have.
        nothing_share: share of the answered windows that claim nothing; None where the windows
            are not known.
    """

    tolerance_s: float
    false_per_minute: float
    quiet: QuietClaims
    storms: Storms
    impossible: tuple[ImpossibleClaims, ...]
    label_entropy: Entropy
    confidence_entropy: Entropy
    chance_recall: dict[str, float]
    nothing_share: float | None

    def to_json(self) -> dict[str, Any]:
        """As plain dictionaries."""
        return asdict(self)


def measure_hallucination(
    table: EventTable,
    tolerance_s: float = TOLERANCE_S,
    margin_s: float = 15.0,
    half_ms: Mapping[tuple[str, int], int] | None = None,
    windows: tuple[int, int] | None = None,
    watched_ms: Watched | None = None,
) -> Hallucination:
    """Measures how much is claimed that does not happen.

    Minutes are those that were watched, and quiet minutes too.

    Args:
        table: the games.
        tolerance_s: full width of the window around a truth in which a spot is right.
        margin_s: how far a quiet stretch is from every event.
        half_ms: length of each half by game and number, 0 for a half that was not watched. A half
            that is missing here lasts to its last event or spot, but at least as long as in the
            rules of the game (`Task.half_ms`).
        windows: how many windows were answered, and how many of those with "nothing".
        watched_ms: from where to where each half was watched, by game and number; a half that is
            missing here was watched whole.
    """
    spans = watched_spans(table, half_ms or {}, watched_ms or {})
    false = int((table.matches(tolerance_s) == NO_TRUTH).sum())
    minutes = float(np.diff(spans).sum()) / 60_000
    return Hallucination(
        tolerance_s,
        false / minutes if minutes else 0.0,
        _quiet(table, spans, margin_s),
        find_storms(table),
        claims_above_final_score(table),
        _label_entropy(table),
        _confidence_entropy(table.claims.value),
        chance_recall(table, tolerance_s, spans),
        windows[1] / windows[0] if windows and windows[0] else None,
    )


def find_storms(table: EventTable, percentile: float = 5.0, least: int = 3) -> Storms:
    """Finds bursts: runs of spots of one class, closer together than its real events.

    The real spacing of a class is the gap between two truths of it in one half that 95 % of such
    gaps exceed; a class with fewer than 20 gaps in these games uses the gaps of all classes. A task
    may say the spacing of a class itself (`Task.storm_spacing`).

    Args:
        table: the games.
        percentile: of the gaps, from 0 to 100.
        least: spots that make a run.
    """
    spacing = _spacing(table.truths, percentile)
    for name, seconds in table.task.storm_spacing.items():
        spacing[table.task.class_index(name)] = round(1000 * seconds)
    claims = table.claims
    near = _gaps(claims) <= spacing[claims.class_index[1:]]
    starts = np.flatnonzero(np.concatenate(([True], ~near)))[: len(claims.group)]
    sizes = np.diff(starts, append=len(claims.group))
    in_run = np.repeat(sizes >= least, sizes)
    longest = int(sizes.argmax()) if len(sizes) and sizes.max() >= least else None
    names = table.task.classes
    made = np.bincount(claims.class_index, minlength=claims.classes)
    stormy = np.bincount(claims.class_index[in_run], minlength=claims.classes)
    return Storms(
        {name: float(spacing[i]) / 1000 for i, name in enumerate(names)},
        float(in_run.mean()) if len(in_run) else 0.0,
        int(in_run.sum()),
        int(sizes[longest]) if longest is not None else 0,
        names[claims.class_index[starts[longest]]] if longest is not None else None,
        {name: float(stormy[i] / made[i]) for i, name in enumerate(names) if made[i]},
    )


def claims_above_final_score(table: EventTable) -> tuple[ImpossibleClaims, ...]:
    """Goals and kick-offs claimed beyond what the score in a game's name allows.

    There are as many goals as the score says, and at most one kick-off after each and one for
    each half; extra time, which a name does not show, would add two.
    """
    goals = {i: sum(score) for i, game in enumerate(table.games) if (score := final_score(game))}
    claims = table.claims
    found = []
    for label, extra in (("Goal", 0), ("Kick-off", 2)):
        if label not in table.task.classes or not goals:
            continue
        own = claims.class_index == table.task.classes.index(label)
        claimed = np.bincount(claims.game_index[own], minlength=len(table.games))
        pairs = [(int(claimed[game]), number + extra) for game, number in goals.items()]
        found.append(
            ImpossibleClaims(
                label,
                len(goals),
                sum(made for made, _ in pairs),
                sum(possible for _, possible in pairs),
                sum(max(made - possible, 0) for made, possible in pairs),
            )
        )
    return tuple(found)


def final_score(game: str) -> tuple[int, int] | None:
    """The final score in a game's id, or None.

    >>> final_score("england_epl/2014-2015/2015-02-21 - 18-00 Chelsea 1 - 1 Burnley")
    (1, 1)
    """
    # The date and the hour come first and are joined by the same " - ".
    name = re.sub(r"^\d{4}-\d\d-\d\d - \d\d-\d\d ", "", game.rsplit("/", 1)[-1])
    found = _SCORE.search(name)
    return (int(found[1]), int(found[2])) if found else None


def half_lengths(table: EventTable, half_ms: Mapping[tuple[str, int], int]) -> Ints:
    """Length of each half in ms, as `measure_hallucination` takes it; shape (games, halves)."""
    halves, played = table.task.halves, max(table.task.periods, 1)
    least = np.tile(
        [table.task.half_ms if half < played else 0 for half in range(halves)], len(table.games)
    )
    for events in (table.truths, table.claims):
        np.maximum.at(least, events.group // events.classes, events.time + table.origin_ms)
    for i, game in enumerate(table.games):
        for half in range(1, halves + 1):
            place = halves * i + half - 1
            least[place] = half_ms.get((game, half), least[place])
    return least.reshape(-1, halves)


def watched_spans(
    table: EventTable, half_ms: Mapping[tuple[str, int], int], watched_ms: Watched
) -> Ints:
    """From where to where each half was watched, in ms; shape (games * halves, 2)."""
    lengths = half_lengths(table, half_ms).ravel()
    spans = np.stack([np.zeros_like(lengths), lengths], axis=1)
    for i, game in enumerate(table.games):
        for half in range(1, table.task.halves + 1):
            row = spans[table.task.halves * i + half - 1]
            begin, end = watched_ms.get((game, half), tuple(row.tolist()))
            row[:] = np.clip([begin, max(begin, end)], 0, row[1])
    return spans


def watched_labels(
    games: Games, half_ms: Mapping[tuple[str, int], int] | None, watched_ms: Watched | None
) -> Games:
    """The games with the labels of what was watched; without lengths, all of it was.

    Args:
        games: labels and spots by game id.
        half_ms: see `measure_hallucination`.
        watched_ms: likewise.
    """
    lengths, spans = half_ms or {}, watched_ms or {}

    def watched(game: str, label: Label) -> bool:
        key = (game, label.half)
        if lengths.get(key) == 0:
            return False
        return key not in spans or spans[key][0] <= label.position_ms <= spans[key][1]

    if not spans and all(lengths.values()):
        return games
    return {
        game: ([label for label in labels if watched(game, label)], spots)
        for game, (labels, spots) in games.items()
    }


def _quiet(table: EventTable, spans: Ints, margin_s: float) -> QuietClaims:
    margin = round(margin_s * 1000)
    truths, claims = table.truths, table.claims
    half_of_truth, half_of_claim = truths.group // truths.classes, claims.group // claims.classes
    quiet_ms, inside = 0, 0
    for half, (first, last) in enumerate(spans.tolist()):
        times = np.sort(truths.time[half_of_truth == half]) + table.origin_ms
        begin = np.concatenate(([first], times + margin)).clip(first, last)
        end = np.concatenate((times - margin, [last])).clip(first, last)
        stretch = end > begin
        quiet_ms += int((end - begin)[stretch].sum())
        claimed = claims.time[half_of_claim == half] + table.origin_ms
        place = np.searchsorted(times, claimed)
        inside += int(((claimed >= begin[place]) & (claimed < end[place])).sum())
    minutes = quiet_ms / 60_000
    return QuietClaims(margin_s, minutes, inside, inside / minutes if minutes else None)


def _gaps(events: Events) -> Floats:
    """Time from each event to the next of its class and half; infinite where there is none."""
    return np.where(np.diff(events.group) == 0, np.diff(events.time), np.inf)


def _spacing(truths: Events, percentile: float) -> Floats:
    gaps = _gaps(truths)
    real: Bools = np.isfinite(gaps)
    of_class = truths.class_index[:-1]
    if not real.any():
        return np.zeros(truths.classes)
    spacing = np.full(truths.classes, np.percentile(gaps[real], percentile))
    for i in range(truths.classes):
        own = gaps[real & (of_class == i)]
        if len(own) >= 20:
            spacing[i] = np.percentile(own, percentile)
    return spacing


def _label_entropy(table: EventTable) -> Entropy:
    claims, truths = (
        np.bincount(events.class_index, minlength=events.classes)
        for events in (table.claims, table.truths)
    )
    return Entropy(
        _bits(claims), _bits(truths), float(np.log2(len(claims))), int((claims > 0).sum())
    )


def _confidence_entropy(confidence: Floats) -> Entropy:
    counts = np.bincount(np.rint(100 * np.clip(confidence, 0, 1)).astype(np.int64), minlength=101)
    return Entropy(_bits(counts), None, float(np.log2(101)), len(np.unique(confidence)))


def _bits(counts: Ints) -> float:
    share = counts[counts > 0] / max(counts.sum(), 1)
    return float(-(share * np.log2(share)).sum()) + 0.0


def chance_recall(table: EventTable, tolerance_s: float, spans_ms: Ints) -> dict[str, float]:
    """The share of all watched play within reach of a claim, by class.

    Truths placed at random would be within reach of a claim of their class this often, so only a
    recall above it means something. One claim may reach many such truths, so for dense truths it
    is an upper bound.

    Args:
        table: the games.
        tolerance_s: full width of the window around a truth.
        spans_ms: from where to where each half was watched; shape (games * halves, 2).

    Returns:
        From 0 to 1, by class of the task.
    """
    radius = round(tolerance_s * 500)
    claims = table.claims
    first, last = spans_ms[claims.group // claims.classes].T
    begin = np.clip(claims.time + table.origin_ms - radius, first, last)
    end = np.clip(claims.time + table.origin_ms + radius, first, last)
    # All reaches are equally long, so a claim overlaps no later one but the next of its group.
    same = np.zeros(len(begin), dtype=bool)
    same[:-1] = claims.group[1:] == claims.group[:-1]
    until = np.where(same, np.minimum(end, np.roll(begin, -1)), end)
    covered = np.bincount(claims.class_index, until - begin, claims.classes)
    play = max(int(np.diff(spans_ms).sum()), 1)
    return dict(zip(table.task.classes, (covered / play).tolist(), strict=True))
