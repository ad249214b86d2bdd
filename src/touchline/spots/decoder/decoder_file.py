"""Decoders as a JSON file: the one fitted on all games, and those that each leave out a fold."""

import json
from collections.abc import Sequence
from dataclasses import asdict
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np

from touchline.errors import UserError
from touchline.spots.decoder.decoder import Decoder, DecoderSettings
from touchline.spots.decoder.features import BASIS

_KIND = "touchline decoders"


def write_decoders(path: Path, decoders: Sequence[Decoder]) -> None:
    """Writes decoders, each with the games it was fitted on."""
    values = {
        "kind": _KIND,
        "classes": decoders[0].classes,
        "basis": BASIS,
        "decoders": [_to_json(decoder) for decoder in decoders],
    }
    path.write_text(json.dumps(values), encoding="utf-8")


@lru_cache(maxsize=4)
def read_decoders(path: str) -> tuple[Decoder, ...]:
    """Reads the decoders of a file.

    Raises:
        UserError: there is no such file, or it is not a file of decoders of this version.
    """
    try:
        values: dict[str, Any] = json.loads(Path(path).read_text(encoding="utf-8"))
        basis = tuple((sigma, tuple(lags)) for sigma, lags in values["basis"])
        if values["kind"] != _KIND or basis != BASIS:
            raise ValueError("it was written by another version")
        return tuple(_from_json(one, tuple(values["classes"])) for one in values["decoders"])
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise UserError(
            f"{path} is not a file of decoders ({error}); write one with touchline tune RUN "
            "--decoder."
        ) from error


def decoder_for(game: str, decoders: Sequence[Decoder]) -> Decoder:
    """The decoder of most games among those that were not fitted on this game.

    Raises:
        UserError: all of them were fitted on this game.
    """
    unseen = [decoder for decoder in decoders if game not in decoder.games]
    if not unseen:
        raise UserError(
            f"the decoder was fitted on {game}, so it cannot be scored on it; use one that was "
            "fitted on other games (touchline tune writes one for each fold)."
        )
    return max(unseen, key=lambda decoder: len(decoder.games))


def _to_json(decoder: Decoder) -> dict[str, Any]:
    return {
        "games": decoder.games,
        "signals": decoder.signals,
        "settings": asdict(decoder.settings),
        "mean": decoder.mean.tolist(),
        "scale": decoder.scale.tolist(),
        "weights": decoder.weights.tolist(),
    }


def _from_json(values: dict[str, Any], classes: tuple[str, ...]) -> Decoder:
    return Decoder(
        games=tuple(values["games"]),
        classes=classes,
        signals=tuple(values["signals"]),
        mean=np.array(values["mean"]),
        scale=np.array(values["scale"]),
        weights=np.array(values["weights"]).reshape(len(values["mean"]) + 1, len(classes)),
        settings=DecoderSettings(**values["settings"]),
    )
