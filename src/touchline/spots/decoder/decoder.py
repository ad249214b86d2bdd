"""The decoder: fitted on games with labels, it finds events in the signals of other games."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from touchline.errors import UserError
from touchline.games import Label, Task, team_of_sign
from touchline.progress import Notify, ignore_progress
from touchline.spots.claims import Floats, Ints
from touchline.spots.decoder.event_signals import EventSignals
from touchline.spots.decoder.features import STEP_MS, WIDTH, Features, features
from touchline.spots.decoder.logistic import NEVER, fit_and_start, fit_logistic
from touchline.spots.methods.peaks import keep_apart
from touchline.spots.types import Spot
from touchline.spots.vote_curve import VoteCurve

_TEAM_REACH_MS = 5_000

LOGIT_DECIMALS, _PROBABILITY_DECIMALS = 6, 9
"""Matrix products differ in their last bits between processors; logits are rounded before they are
compared, so that a decoder finds the same spots on all of them."""

_MOMENT_DECIMALS, _WEIGHT_DECIMALS = 8, 6
"""Of what is learned. A decoder is rounded when it is fitted, so its file holds all of it."""


@dataclass(frozen=True, slots=True)
class DecoderSettings:
    """How a decoder is fitted, and how its output is read.

    Attributes:
        penalty: L2 penalty of the regression.
        target_ms: a label counts for the moments around it with a Gaussian of this width.
        window_ms: spots of one class are at least this far apart.
        least_logit: what is less likely is not a spot.
        most_rows: seconds of play to fit on, at most; evenly spaced where there are more.
    """

    penalty: float = 200.0
    target_ms: int = 2_000
    window_ms: int = 15_000
    least_logit: float = -6.0
    most_rows: int = 150_000


@dataclass(frozen=True, slots=True)
class Decoder:
    """What was learned.

    Attributes:
        games: ids of the games it was fitted on; it must not be scored on these.
        classes: names of the classes that it spots, in order.
        signals: names of the signals it reads, in order.
        mean: of each feature in fitting; shape (f,).
        scale: standard deviation of each feature in fitting; shape (f,).
        weights: shape (f + 1, classes), the intercepts last.
        settings: how it was fitted, and how its output is read.
    """

    games: tuple[str, ...]
    classes: tuple[str, ...]
    signals: tuple[str, ...]
    mean: Floats
    scale: Floats
    weights: Floats
    settings: DecoderSettings


_DEFAULT = DecoderSettings()
_FEW_FITS = 2

GameHalves = Mapping[str, tuple[Sequence[EventSignals], Sequence[Label]]]
"""Signals of the halves, and labels, by game."""


def fit_decoder(games: GameHalves, task: Task, settings: DecoderSettings = _DEFAULT) -> Decoder:
    """Fits a decoder.

    Args:
        games: signals and labels by game. Only halves that have signals are used.
        task: gives the classes.
        settings: of the fit.

    Raises:
        UserError: there is nothing to fit on.
    """
    return fit_decoders(games, task, [()], settings)[0]


def fit_decoders(
    games: GameHalves,
    task: Task,
    left_out: Sequence[Collection[str]],
    settings: DecoderSettings = _DEFAULT,
    notify: Notify = ignore_progress,
) -> list[Decoder]:
    """Fits decoders on the same games but for some that each leaves out.

    Features are computed once. From the third decoder on, it pays to fit all games first: the
    searches of the others begin there, and end where those from the mean would.

    Args:
        games: signals and labels by game. Only halves that have signals are used.
        task: gives the classes.
        left_out: for each decoder the games that it is not fitted on.
        settings: of the fits.
        notify: called with what is being done.

    Raises:
        UserError: there is nothing to fit on, or a fit does not converge.
    """
    notify("features of all games")
    names, rows = _rows_of_games(games, task, settings)
    penalty = settings.penalty
    start, found = None, {}
    if len(left_out) > _FEW_FITS:
        notify("fitting the decoder of all games")
        inputs, targets, mean, scale = _standardized(list(rows.values()))
        start = fit_and_start(inputs, targets, penalty)
        found[frozenset(rows)] = (mean, scale, start.weights)
        del inputs
    fitted_on = [frozenset(game for game in rows if game not in part) for part in left_out]
    for number, kept in enumerate(fitted_on, 1):
        if kept not in found:
            notify(f"fitting decoder {number} of {len(fitted_on)}")
            inputs, targets, mean, scale = _standardized(
                [rows[game] for game in rows if game in kept]
            )
            found[kept] = mean, scale, fit_logistic(inputs, targets, penalty, start=start)
            del inputs
    return [
        Decoder(
            games=tuple(sorted(kept)),
            classes=task.classes,
            signals=names,
            mean=found[kept][0],
            scale=found[kept][1],
            weights=found[kept][2].round(_WEIGHT_DECIMALS),
            settings=settings,
        )
        for kept in fitted_on
    ]


@dataclass(frozen=True, slots=True)
class _Rows:
    """What a game adds to a fit.

    Attributes:
        inputs: features; shape (n, f).
        targets: shape (n, classes).
        total: sum of the features, and of their squares; shape (2, f).
        labelled: whether a half with signals has a label.
    """

    inputs: Features
    targets: Features
    total: Floats
    labelled: bool


def _rows_of_games(
    games: GameHalves, task: Task, settings: DecoderSettings
) -> tuple[tuple[str, ...], dict[str, _Rows]]:
    """The names of all signals, and the rows of each game, evenly spaced where there are many."""
    halves = [half for of_game, _ in games.values() for half in of_game]
    names = tuple(sorted({name for half in halves for name in half.signals}))
    seconds = sum(half.length_ms // STEP_MS + 1 for half in halves)
    every = max(1, -(-seconds // settings.most_rows))
    return names, {
        game: _rows(of_game, labels, task, names, every, settings.target_ms)
        for game, (of_game, labels) in games.items()
    }


def _rows(
    halves: Sequence[EventSignals],
    labels: Sequence[Label],
    task: Task,
    names: Sequence[str],
    every: int,
    target_ms: int,
) -> _Rows:
    inputs = [np.zeros((0, len(names) * WIDTH), np.float32)]
    targets = [np.zeros((0, len(task.classes)), np.float32)]
    for half in halves:
        of_half = [label for label in labels if label.half == half.half]
        inputs.append(features(half, names, every))
        targets.append(_targets(half, of_half, task, target_ms)[::every].astype(np.float32))
    together = np.concatenate(inputs)
    exact = together.astype(np.float64)
    labelled = {label.half for label in labels} & {half.half for half in halves}
    return _Rows(
        together,
        np.concatenate(targets),
        np.stack([exact.sum(axis=0), (exact**2).sum(axis=0)]),
        bool(labelled),
    )


def _standardized(games: Sequence[_Rows]) -> tuple[Features, Features, Floats, Floats]:
    """Standardized features, targets, and the mean and scale of each feature."""
    if not any(game.labelled for game in games):
        raise UserError("nothing to fit on: no half has both answered windows and labels.")
    inputs = np.concatenate([game.inputs for game in games])
    total = np.sum([game.total for game in games], axis=0) / len(inputs)
    mean = total[0].round(_MOMENT_DECIMALS)
    scale = np.sqrt(np.maximum(total[1] - total[0] ** 2, 0.0)).round(_MOMENT_DECIMALS)
    scale[scale == 0.0] = 1.0
    # In place: a copy of all features would be the largest thing in memory.
    inputs -= mean.astype(np.float32)
    inputs /= scale.astype(np.float32)
    return inputs, np.concatenate([game.targets for game in games]), mean, scale


def without_both(
    every: Decoder, first: Decoder, second: Decoder, occurring: Collection[str]
) -> Decoder:
    """The decoder of the games that two decoders have in common, without another fit.

    Leaving games out moves the weights by nearly as much whether or not others are left out too, so
    the two moves from the decoder of all games are added (the first term of the infinitesimal
    jackknife, Jaeckel 1972). A class that no other game has is never found, as after a fit: what
    two fits knew of it does not add up to that. Probabilities of such a decoder are good enough to
    see how a score varies with the fit.

    Args:
        every: fitted on all games.
        first: fitted on some of them, on the same signals and classes.
        second: likewise.
        occurring: the classes that the games have which both were fitted on.
    """
    (slope, level), *others = (_unscaled(one) for one in (every, first, second))
    slope = others[0][0] + others[1][0] - slope
    level = others[0][1] + others[1][1] - level
    weights = np.vstack([slope * every.scale[:, None], level + every.mean @ slope])
    absent = [i for i, name in enumerate(every.classes) if name not in occurring]
    weights[:, absent] = 0.0
    weights[-1, absent] = NEVER
    both = set(first.games) & set(second.games)
    return replace(every, games=tuple(sorted(both)), weights=weights)


def _unscaled(decoder: Decoder) -> tuple[Floats, Floats]:
    """The weights of features as they are, and the intercepts."""
    slope = decoder.weights[:-1] / decoder.scale[:, None]
    return slope, decoder.weights[-1] - decoder.mean @ slope


def decode(halves: Sequence[EventSignals], decoder: Decoder) -> list[Spot]:
    """The events that a decoder finds in the signals of one game, by half and time.

    A confidence is the regression's probability that a label is about there (within some 2 s, the
    width of its targets), as the games of the fit gave it.
    """
    return decode_with_each(halves, [decoder])[0]


def decode_with_each(
    halves: Sequence[EventSignals], decoders: Sequence[Decoder]
) -> list[list[Spot]]:
    """What `decode` gives for each of several decoders of the same signals."""
    found: list[list[Spot]] = [[] for _ in decoders]
    for signals in halves:
        inputs = features(signals, decoders[0].signals)
        for number, decoder in enumerate(decoders):
            found[number] += _half_spots(signals, inputs, decoder)
    for spots in found:
        spots.sort(key=lambda spot: (spot.half, spot.position_ms, spot.label))
    return found


def _half_spots(signals: EventSignals, inputs: Features, decoder: Decoder) -> list[Spot]:
    inputs = _standard(inputs, decoder.mean, decoder.scale)
    product = inputs @ decoder.weights[:-1] + decoder.weights[-1]
    logits = product.round(LOGIT_DECIMALS)
    least = decoder.settings.least_logit
    spots: list[Spot] = []
    for column, label in enumerate(decoder.classes):
        edge = [least - 1.0]
        padded = np.concatenate([edge, logits[:, column], edge])
        time_ms, logit = VoteCurve(-STEP_MS, STEP_MS, padded).peaks()
        likely = logit >= least
        time_ms, logit = time_ms[likely].clip(0, signals.length_ms), logit[likely]
        kept = keep_apart(time_ms, logit, np.full(len(time_ms), decoder.settings.window_ms))
        sure = (1 / (1 + np.exp(-logit[kept]))).round(_PROBABILITY_DECIMALS)
        spots.extend(
            Spot(signals.half, int(time_ms[i]), label, team, float(confidence))
            for i, team, confidence in zip(kept, _teams(signals, time_ms[kept]), sure, strict=True)
        )
    return spots


def _targets(signals: EventSignals, labels: Sequence[Label], task: Task, width_ms: int) -> Floats:
    """The target of each second and class: 1 at a label, falling to 0 around it."""
    seconds = np.arange(signals.length_ms // STEP_MS + 1) * STEP_MS
    targets = np.zeros((len(seconds), len(task.classes)))
    for label in labels:
        column = targets[:, task.class_index(label.label)]
        near = np.exp(-(((seconds - label.position_ms) / width_ms) ** 2) / 2)
        np.maximum(column, near, out=column)
    return targets


def _standard(inputs: Features, mean: Floats, scale: Floats) -> Features:
    return np.asarray((inputs - mean) / scale, dtype=np.float32)


def _teams(signals: EventSignals, time_ms: Ints) -> list[str | None]:
    """The team that most of the signals around each moment name."""
    times, sides = signals.teams
    order = np.argsort(times, kind="stable")
    times, total = times[order], np.concatenate([[0.0], np.cumsum(sides[order])])
    high = np.searchsorted(times, time_ms + _TEAM_REACH_MS, side="right")
    lead = total[high] - total[np.searchsorted(times, time_ms - _TEAM_REACH_MS)]
    return [team_of_sign(one, signals.pair) for one in lead.tolist()]
