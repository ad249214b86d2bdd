"""Decoders fitted in folds over games: each game is decoded by one that never saw it."""

from collections.abc import Mapping, Sequence

import numpy as np

from touchline.games import Label, Task
from touchline.progress import Notify, ignore_progress
from touchline.scores import fold_of_game
from touchline.spots import (
    NO_LOOK,
    Decoder,
    EventSignals,
    Spot,
    decode,
    decoder_for,
    fit_decoder,
)

GameSignals = Mapping[str, Sequence[EventSignals]]
GameLabels = Mapping[str, Sequence[Label]]
HeldOut = tuple[dict[str, list[Spot]], tuple[Decoder, ...]]
"""The spots of each game, and the decoders, one for each fold."""


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
    decoded: dict[str, list[Spot]] = {}
    decoders = []
    parts = folds(sorted(signals))
    for number, part in enumerate(parts, 1):
        notify(f"fitting decoder {number} of {len(parts)}")
        decoders.append(
            fit_decoder(
                {game: (signals[game], truth[game]) for game in signals if game not in part}, task
            )
        )
        for game in part:
            decoded[game] = decode(signals[game], decoder_for(game, decoders[-1:]))
    return decoded, tuple(decoders)


def decode_without_look(
    signals: GameSignals, truth: GameLabels, task: Task, notify: Notify = ignore_progress
) -> dict[str, HeldOut]:
    """The same with claims that are not where they belong, in fitting and in decoding.

    Returns:
        The spots of each game and the decoder of all games before those of the folds, by what was
        done to the claims (see `NO_LOOK`).
    """
    found: dict[str, HeldOut] = {}
    for name, blind in NO_LOOK.items():
        notify(f"the decoder's null: {name}")
        blinded = {game: [blind(one) for one in halves] for game, halves in signals.items()}
        spots, of_folds = decode_held_out(blinded, truth, task, notify)
        every = fit_decoder({game: (blinded[game], truth[game]) for game in blinded}, task)
        found[name] = spots, (every, *of_folds)
    return found
