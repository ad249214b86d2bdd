"""Raw replies of a run made elsewhere, as spots: one for each claim, nothing merged."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from touchline.games import Label, ProblemLog, Task, filter_games, read_label_files
from touchline.replies import (
    Detection,
    Outcome,
    RawHalf,
    Reading,
    ReadPolicy,
    parse_reply,
    read_retrospective,
)
from touchline.spots.labels_and_spots import PairedGames
from touchline.spots.types import Spot

LITERAL = ReadPolicy(
    free_kick="Indirect free-kick", shot=None, card=None, fuzzy_cutoff=101, headings=False
)
"""Class names and their plain aliases only; any other label is dropped."""

STAMPS = ("centre", "start")


@dataclass(frozen=True, slots=True)
class ImportedRun:
    """A run made elsewhere, ready to be scored.

    Attributes:
        paired: labels and spots of each game, in the order of its first reply, and the games that
            were asked for: those of `alignment.json`.
        half_ms: length of each half by game and number; 0 for a half without replies.
        watched_ms: from where to where each half was watched, by game and number.
        windows: how many windows were answered.
        nothing: how many of them claim nothing.
        outcomes: windows with a reply, by what became of them.
        dropped: how often each label that is not a class was claimed.
    """

    paired: PairedGames
    half_ms: dict[tuple[str, int], int]
    watched_ms: dict[tuple[str, int], tuple[int, int]]
    windows: int
    nothing: int
    outcomes: dict[Outcome, int]
    dropped: dict[str, int]

    @property
    def games(self) -> dict[str, tuple[list[Label], list[Spot]]]:
        """Labels and spots of each game."""
        return self.paired.games


def import_run(
    labels: Path,
    replies: Path,
    task: Task,
    stamp: str,
    patterns: Sequence[str] = (),
    problems: ProblemLog | None = None,
    policy: ReadPolicy = LITERAL,
) -> ImportedRun:
    """Raw replies in the retrospective's layout, with the labels of their games.

    Args:
        labels: folder or zip of league/season/game/Labels-v2.json.
        replies: folder with `alignment.json` and `raw/`.
        task: what was spotted.
        stamp: where in its window an event is put: "centre", or "start".
        patterns: only the games that fit one of them.
        problems: takes what is wrong with the labels; None raises at the first.
        policy: how ambiguous labels are read.

    Raises:
        UserError: a file is missing or malformed.
    """
    halves = read_retrospective(replies)
    answered = list(dict.fromkeys(half.game for half in halves))
    wanted = filter_games(answered, patterns) if patterns else answered
    truth = read_label_files(labels, task, games=wanted, problems=problems)
    halves = [half for half in halves if half.game in truth]
    readings = {id(half): _readings(half, task, policy) for half in halves}
    every = [reading for half in halves for reading in readings[id(half)]]
    planned = sum(half.windows for half in halves)
    silent = planned - sum(len(half.replies) for half in halves)
    return ImportedRun(
        PairedGames(
            games={
                game: (
                    truth[game],
                    [
                        spot
                        for half in halves
                        if half.game == game
                        for spot in unmerged(readings[id(half)], stamp)
                    ],
                )
                for game in truth
            },
            asked=tuple(wanted),
            without_spots=(),
            unlabelled=(),
            left_out=len(answered) - len(wanted),
            bare=(),
        ),
        {(game, number): 0 for game in truth for number in (1, 2)}
        | {(half.game, half.half): half.length_ms for half in halves},
        {(half.game, half.half): half.watched_ms for half in halves},
        planned,
        silent + sum(reading.outcome == Outcome.NOTHING for reading in every),
        {o: n for o in Outcome if (n := sum(r.outcome == o for r in every))},
        _dropped(every),
    )


def unmerged(readings: Iterable[Reading], stamp: str) -> list[Spot]:
    """Every detection of a class as a spot of its own, in the order of the readings.

    A detection without a confidence gets confidence 1.

    Args:
        readings: of one half or several.
        stamp: "centre" or "start" of the window; times named in the reply are not used.
    """
    return [
        Spot(
            reading.window.half,
            reading.window.centre_ms if stamp == "centre" else reading.window.start_ms,
            detection.label,
            detection.team,
            1.0 if detection.confidence is None else detection.confidence,
        )
        for reading in readings
        for detection in reading.detections
        if detection.label is not None
    ]


def _readings(half: RawHalf, task: Task, policy: ReadPolicy) -> list[Reading]:
    return [
        parse_reply(reply.text, None, reply.window, task, policy=policy) for reply in half.replies
    ]


def _dropped(readings: Iterable[Reading]) -> dict[str, int]:
    counts: dict[str, int] = {}
    for detection in _unknown(readings):
        counts[detection.raw_label] = counts.get(detection.raw_label, 0) + 1
    return dict(sorted(counts.items(), key=lambda item: -item[1]))


def _unknown(readings: Iterable[Reading]) -> Iterable[Detection]:
    return (d for reading in readings for d in reading.detections if d.label is None)
