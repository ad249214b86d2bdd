"""Decoders fitted in folds over games: each game is decoded by one that never saw it."""

from collections.abc import Collection, Mapping, Sequence

import numpy as np

from touchline.games import Label, Task
from touchline.progress import Notify, ignore_progress
from touchline.scores import LEAST_GAMES, fold_of_game
from touchline.spots import (
    NO_LOOK,
    Decoder,
    EventSignals,
    Spot,
    decode,
    decode_with_each,
    decoder_for,
    fit_decoders,
    without_both,
)

GameSignals = Mapping[str, Sequence[EventSignals]]
GameLabels = Mapping[str, Sequence[Label]]
HeldOut = tuple[dict[str, list[Spot]], tuple[Decoder, ...]]
"""The spots of each game, and the decoders: that of all games, then those of the folds."""

Refitted = Mapping[tuple[str, ...], Mapping[str, list[Spot]]]
"""By games that are left out of judging and of all fits, the spots of each other game."""


def folds(games: Sequence[str]) -> list[list[str]]:
    """The games divided into folds, none empty."""
    fold = fold_of_game(len(games))
    return [
        [games[i] for i in np.flatnonzero(fold == number).tolist()]
        for number in np.unique(fold).tolist()
    ]


def decode_held_out(
    signals: GameSignals, truth: GameLabels, task: Task, notify: Notify = ignore_progress
) -> HeldOut:
    """Decodes each game with a decoder fitted on the games of the other folds.

    Args:
        signals: of each game.
        truth: labels of the same games.
        task: what is spotted.
        notify: called with what is being done.

    Raises:
        UserError: there is nothing to fit on, or a fit does not converge.
    """
    parts = folds(sorted(signals))
    labelled = {game: (halves, truth[game]) for game, halves in signals.items()}
    every, *of_folds = fit_decoders(labelled, task, [(), *parts], notify=notify)
    decoded = {
        game: decode(signals[game], decoder_for(game, [decoder]))
        for part, decoder in zip(parts, of_folds, strict=True)
        for game in part
    }
    return decoded, (every, *of_folds)


def decode_refitted(
    signals: GameSignals,
    truth: GameLabels,
    decoders: Sequence[Decoder],
    min_confidence: float = 0.0,
) -> Refitted:
    """What `decode_held_out` would give of the other games if those of a fold were not there.

    Nothing is fitted: see `without_both`.

    Args:
        signals: of each game.
        truth: labels of the same games.
        decoders: that of all these games, and those that each leave a fold out; in any order.
        min_confidence: spots below it are left out.

    Returns:
        By the games that are left out, the spots of each other game; empty for too few folds, where
        the decoders are of other games or folds overlap, and where two folds have all the labels.
    """
    every = max(decoders, key=lambda decoder: len(decoder.games))
    of_folds = [one for one in decoders if one is not every]
    parts = [tuple(sorted(set(every.games) - set(one.games))) for one in of_folds]
    labelled = [any(truth[game] for game in part if game in truth) for part in parts]
    if (
        len(parts) < LEAST_GAMES
        or sorted(game for part in parts for game in part) != sorted(signals)
        or sum(labelled) < LEAST_GAMES
    ):
        return {}

    def classes_without(games: Collection[str]) -> set[str]:
        kept = (truth[game] for game in every.games if game in truth and game not in games)
        return {label.label for labels in kept for label in labels}

    found: dict[tuple[str, ...], dict[str, list[Spot]]] = {part: {} for part in parts}
    for part, own in zip(parts, of_folds, strict=True):
        others = [one for one in parts if one != part]
        both = [
            without_both(every, own, one, classes_without({*part, *other}))
            for other, one in zip(parts, of_folds, strict=True)
            if one is not own
        ]
        for game in part:
            for other, spots in zip(others, decode_with_each(signals[game], both), strict=True):
                found[other][game] = [one for one in spots if one.confidence >= min_confidence]
    return found


def decode_without_look(
    signals: GameSignals, truth: GameLabels, task: Task, notify: Notify = ignore_progress
) -> dict[str, HeldOut]:
    """The same with claims that are not where they belong, in fitting and in decoding.

    Returns:
        What `decode_held_out` returns, by what was done to the claims (see `NO_LOOK`).
    """
    found: dict[str, HeldOut] = {}
    for name, blind in NO_LOOK.items():
        notify(f"the decoder's null: {name}")
        blinded = {game: [blind(one) for one in halves] for game, halves in signals.items()}
        found[name] = decode_held_out(blinded, truth, task, notify)
    return found
