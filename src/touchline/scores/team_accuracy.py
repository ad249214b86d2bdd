"""Whether the spots name the right team."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from touchline.games import SOCCERNET_V2, TEAM_SIGNS, Task
from touchline.scores.defaults import TOLERANCE_S
from touchline.scores.events.event_columns import Events, Games, Ints
from touchline.scores.events.event_table import EventTable, align_events
from touchline.scores.events.matching import NO_TRUTH, Matches, match_by_confidence
from touchline.scores.official.evaluator import (
    OFFICIAL_METRICS,
    class_precisions,
    grid_events,
    mean_height,
    radii_of,
)


@dataclass(frozen=True, slots=True)
class TeamCounts:
    """Teams among the matched spots whose truth has a team.

    Attributes:
        matched: how many there are.
        named: those that name a team.
        right: those that name the right one.
        accuracy: right / named; None where none is named.
        commonest: share of the more common team among the named ones' truths: the accuracy of
            always naming that team; None where none is named.
    """

    matched: int
    named: int
    right: int
    accuracy: float | None
    commonest: float | None


@dataclass(frozen=True, slots=True)
class TeamScores:
    """How well teams are distinguished.

    Attributes:
        tolerance_s: full width of the window in which spots were matched.
        overall: counts over all classes.
        per_class: counts by class, those with a matched spot.
        team_average_map: average-mAP by metric when a spot has to name the right team; a truth
            without a team requires none.
    """

    tolerance_s: float
    overall: TeamCounts
    per_class: dict[str, TeamCounts]
    team_average_map: dict[str, float]

    def to_json(self) -> dict[str, Any]:
        """As plain dictionaries."""
        return asdict(self)


def team_scores(
    games: Games,
    task: Task = SOCCERNET_V2,
    tolerance_s: float = TOLERANCE_S,
    table: EventTable | None = None,
) -> TeamScores:
    """Accuracy of home and away among matched spots, and average-mAP with the team required.

    Matching is the official rule, blind to teams, at one tolerance and to the millisecond for the
    accuracy. For the average-mAP it is the official rule on the official grid, among events of
    the same team only.

    Args:
        games: labels and spots by game id.
        task: classes and rules.
        tolerance_s: full width of the window around a truth, for the accuracy.
        table: `align_events(games)`, where it is already computed.
    """
    table = align_events(games, task) if table is None else table
    truth_team, claim_team = _teams(games)
    matches = table.matches(tolerance_s)
    hit = matches != NO_TRUTH
    true = truth_team[table.truths.source[matches[hit]]]
    claimed = claim_team[table.claims.source[hit]]
    of_class = table.claims.class_index[hit]
    per_class = {
        name: _count(true[of_class == i], claimed[of_class == i])
        for i, name in enumerate(task.classes)
        if (of_class == i).any()
    }
    return TeamScores(
        tolerance_s,
        _count(true, claimed),
        per_class,
        _average_maps(games, task, truth_team, claim_team),
    )


def _teams(games: Games) -> tuple[Ints, Ints]:
    """The team of each label and each spot: 0 for home or left, 1 for away or right, -1 neither."""
    numbers = {name: int(sign < 0) for name, sign in TEAM_SIGNS.items()}
    truths = [numbers.get(label.team, -1) for labels, _ in games.values() for label in labels]
    claims = [numbers.get(spot.team or "", -1) for _, spots in games.values() for spot in spots]
    return np.array(truths, np.int64), np.array(claims, np.int64)


def _count(true: Ints, claimed: Ints) -> TeamCounts:
    has_team = true >= 0
    named = has_team & (claimed >= 0)
    number, right = int(named.sum()), int((claimed[named] == true[named]).sum())
    common = int(np.bincount(true[named], minlength=2).max()) if number else 0
    return TeamCounts(
        int(has_team.sum()),
        number,
        right,
        right / number if number else None,
        common / number if number else None,
    )


def _average_maps(
    games: Games,
    task: Task,
    truth_team: Ints,
    claim_team: Ints,
    metrics: Sequence[str] = ("loose", "tight"),
) -> dict[str, float]:
    truths, claims = grid_events(games, task)
    result = {}
    for name in metrics:
        matches = _same_team_matches(
            truths,
            claims,
            truth_team[truths.source],
            claim_team[claims.source],
            radii_of(OFFICIAL_METRICS[name], task),
        )
        maps = class_precisions(truths, claims, matches, 1).mean(axis=2)
        result[name] = float(mean_height(maps)[0])
    return result


def _same_team_matches(
    truths: Events, claims: Events, truth_team: Ints, claim_team: Ints, radii: Ints
) -> Matches:
    """The official matching among events of the same team, then for the truths without one."""
    matches = np.full((len(radii), len(claims.group)), NO_TRUTH, dtype=np.int32)
    for team in (0, 1):
        own, made = np.flatnonzero(truth_team == team), np.flatnonzero(claim_team == team)
        found = match_by_confidence(truths.only(own), claims.only(made), radii)
        _write(matches, made, found, own)
    open_truths = np.flatnonzero(truth_team < 0)
    for row in range(len(radii)):
        free = np.flatnonzero(matches[row] == NO_TRUTH)
        found = match_by_confidence(
            truths.only(open_truths), claims.only(free), radii[row : row + 1]
        )
        _write(matches[row : row + 1], free, found, open_truths)
    return matches


def _write(matches: Matches, claims: Ints, found: Matches, truths: Ints) -> None:
    row, place = np.nonzero(found != NO_TRUTH)
    matches[row, claims[place]] = truths[found[row, place]]
