"""Decoders fitted in folds over games: each game is decoded by one that never saw it."""

from collections.abc import Mapping, Sequence

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
    decoder_for,
    fit_decoders,
)

MOST_REFITTED = 10
"""Games up to which each is left out of all fits for an interval: 45 fits, a minute or so."""

GameSignals = Mapping[str, Sequence[EventSignals]]
GameLabels = Mapping[str, Sequence[Label]]
HeldOut = tuple[dict[str, list[Spot]], tuple[Decoder, ...]]
"""The spots of each game, and the decoders: that of all games, then those of the folds."""


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
    signals: GameSignals, truth: GameLabels, task: Task, notify: Notify = ignore_progress
) -> dict[str, dict[str, list[Spot]]]:
    """What `decode_held_out` would give of the other games if a game was not there.

    That takes half a fit for each pair of games, so it is done for few games only.

    Returns:
        By game that is left out, the spots of each other game; empty for too few or too many games,
        and where the other games would have nothing to fit on.
    """
    if not LEAST_GAMES <= len(signals) <= MOST_REFITTED:
        return {}
    names = sorted(signals)
    parts = {game: frozenset(part) for part in folds(names) for game in part}
    pairs = sorted({part | {out} for part in parts.values() for out in names} - set(parts.values()),
                   key=sorted)  # fmt: skip
    if not all(any(truth[game] for game in names if game not in pair) for pair in pairs):
        return {}
    labelled = {game: (halves, truth[game]) for game, halves in signals.items()}
    fitted = dict(zip(pairs, fit_decoders(labelled, task, pairs, notify=notify), strict=True))
    return {
        out: {
            game: decode(signals[game], fitted[parts[game] | {out}])
            for game in names
            if game != out
        }
        for out in names
    }


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
