"""Merging settings searched on games with labels, and judged on games that the search never saw."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from touchline.errors import UserError
from touchline.games import Label, Task
from touchline.progress import Notify, ignore_progress
from touchline.replies import Reading, TimeSource
from touchline.runs.merging.held_out import (
    GameLabels,
    decode_held_out,
    decode_without_look,
    folds,
)
from touchline.scores import official_scores
from touchline.spots import (
    Decoder,
    MergeSettings,
    Spot,
    merge_readings,
    signals_of_readings,
)

TunedGames = Mapping[str, tuple[Sequence[Reading], Sequence[Label]]]
"""Readings and labels of each game, by id."""

_GENERAL: dict[str, tuple[object, ...]] = {
    "method": ("votes", "nms", "soft-nms"),
    "storm": (0.0, 0.25, 0.5, 1.0),
    "use_confidence": (True, False),
}
_AT_CENTRES: dict[str, tuple[object, ...]] = {
    "sigma": (1.5, 2.0, 3.0, 4.0, 6.0),
    "window": (3.0, 6.0, 9.0, 15.0, 25.0),
    "offset": (-2.0, -1.0, 0.0, 1.0, 2.0, 3.0),
}
_NAMED: dict[str, tuple[object, ...]] = {
    "named_sigma": (0.3, 0.5, 1.0, 2.0, 4.0),
    "named_window": (1.0, 2.0, 3.0, 5.0, 8.0, 15.0),
}
_ROUNDS = 2
_LEAST_GAIN = 0.002
"""A setting is changed only for more than this; less is chance on any number of games we have."""


@dataclass(frozen=True, slots=True)
class MergeFigure:
    """What a way of merging scores, from 0 to 1.

    Attributes:
        loose: average-mAP at 5 to 60 s.
        tight: average-mAP at 1 to 5 s.
    """

    loose: float
    tight: float

    @property
    def mean(self) -> float:
        """What a search maximizes: both ends of the tolerances count alike."""
        return (self.loose + self.tight) / 2


@dataclass(frozen=True, slots=True)
class Tuned:
    """What a search found.

    Attributes:
        best: the settings that are best on all games.
        default: figure of the settings that the search began with.
        in_sample: figure of `best` on the games it was searched on; it flatters.
        held_out: each game merged with the settings that were best on the other games.
        decoder: each game decoded by a decoder fitted on the other games.
        no_look: the same where claims are not where they belong, in fitting and decoding alike,
            by what was done to them: what a decoder scores without the model's sight.
        no_look_spots: the spots behind these figures, by game.
        no_look_decoders: the decoders behind them, as `decoders`.
        decoders: the decoder of all games, then those that each leave a fold out.
        folds: into how many folds the games were parted.
    """

    best: MergeSettings
    default: MergeFigure
    in_sample: MergeFigure
    held_out: MergeFigure
    decoder: MergeFigure
    no_look: Mapping[str, MergeFigure]
    no_look_spots: Mapping[str, Mapping[str, Sequence[Spot]]]
    no_look_decoders: Mapping[str, tuple[Decoder, ...]]
    decoders: tuple[Decoder, ...]
    folds: int

    @property
    def decodes(self) -> bool:
        """Whether decoding was better on held-out games than the settings searched."""
        return self.decoder.mean > self.held_out.mean

    @property
    def gain(self) -> MergeFigure:
        """What the better of both scores on held-out games, less what the settings that the search
        began with score on them.
        """
        better = self.decoder if self.decodes else self.held_out
        return MergeFigure(better.loose - self.default.loose, better.tight - self.default.tight)

    @property
    def is_better(self) -> bool:
        """Whether that is a gain: more than what the search takes for chance."""
        return self.gain.mean > _LEAST_GAIN


def tune(
    games: TunedGames, task: Task, start: MergeSettings, notify: Notify | None = None
) -> Tuned:
    """Searches merging settings one at a time, and fits decoders, in folds over games.

    Args:
        games: readings of one model, and labels.
        task: what was spotted.
        start: where the search begins.
        notify: called with what is being done.

    Raises:
        UserError: fewer than two labelled games: nothing could be judged.
    """
    if len(games) < 2:
        raise UserError(
            f"tuning needs at least 2 labelled games, {len(games)} given: settings are judged on "
            "games that they were not searched on."
        )
    tell = notify or ignore_progress
    search = _Search(games, task, start)
    ids = sorted(games)
    parts = folds(ids)
    chosen: dict[str, MergeSettings] = {}
    for number, part in enumerate(parts, 1):
        tell(f"searching without fold {number} of {len(parts)}")
        found = search.best([game for game in ids if game not in part])
        chosen |= dict.fromkeys(part, found)
    tell("searching on all games")
    best = search.best(ids)
    signals = {game: signals_of_readings(found) for game, (found, _) in games.items()}
    truth = {game: labels for game, (_, labels) in games.items()}
    decoded, decoders = decode_held_out(signals, truth, task, tell)
    blind = decode_without_look(signals, truth, task, tell)
    return Tuned(
        best=best,
        default=search.figure(dict.fromkeys(ids, start)),
        in_sample=search.figure(dict.fromkeys(ids, best)),
        held_out=search.figure(chosen),
        decoder=_figure(decoded, truth, task),
        no_look={name: _figure(spots, truth, task) for name, (spots, _) in blind.items()},
        no_look_spots={name: spots for name, (spots, _) in blind.items()},
        no_look_decoders={name: fitted for name, (_, fitted) in blind.items()},
        decoders=decoders,
        folds=len(parts),
    )


def _figure(spots: Mapping[str, Sequence[Spot]], truth: GameLabels, task: Task) -> MergeFigure:
    return figure_of({game: (labels, spots[game]) for game, labels in truth.items()}, task)


def figure_of(
    games: Mapping[str, tuple[Sequence[Label], Sequence[Spot]]], task: Task
) -> MergeFigure:
    """The official loose and tight average-mAP of some games."""
    scored = official_scores(games, task, ("loose", "tight"))
    return MergeFigure(scored.loose.a_map, scored.tight.a_map)


class _Search:
    """Coordinate search that merges each game with each settings once."""

    def __init__(self, games: TunedGames, task: Task, start: MergeSettings) -> None:
        self._games = games
        self._task = task
        self._start = start
        self._values = _GENERAL | _values_for(games)
        self._merged: dict[tuple[str, MergeSettings], list[Spot]] = {}

    def best(self, ids: Sequence[str]) -> MergeSettings:
        """The best settings on some games: each in turn, the others held, until nothing gains."""
        best = self._start
        highest = self.figure(dict.fromkeys(ids, best)).mean
        for _ in range(_ROUNDS):
            before = best
            for name, values in self._values.items():
                for value in values:
                    tried = best.model_copy(update={name: value})
                    reached = self.figure(dict.fromkeys(ids, tried)).mean
                    if reached > highest + _LEAST_GAIN:
                        best, highest = tried, reached
            if best == before:
                break
        return best

    def figure(self, chosen: Mapping[str, MergeSettings]) -> MergeFigure:
        """The figure of games, each merged with its own settings."""
        return figure_of(
            {
                game: (self._games[game][1], self._spots(game, settings))
                for game, settings in chosen.items()
            },
            self._task,
        )

    def _spots(self, game: str, settings: MergeSettings) -> list[Spot]:
        key = (game, settings)
        if key not in self._merged:
            self._merged[key] = merge_readings(self._games[game][0], settings)
        return self._merged[key]


def _values_for(games: TunedGames) -> dict[str, tuple[object, ...]]:
    """Only settings that can matter: a model that never names a time has no named width."""
    detections = [
        one for readings, _ in games.values() for reading in readings for one in reading.detections
    ]
    sources = {one.time_source for one in detections}
    values: dict[str, tuple[object, ...]] = {}
    if TimeSource.CENTRE in sources:
        values |= _AT_CENTRES
    if sources - {TimeSource.CENTRE}:
        values |= _NAMED
    if any(one.label_logprob is not None for one in detections):
        values |= {"confidence_from": ("said", "logprob")}
    return values
