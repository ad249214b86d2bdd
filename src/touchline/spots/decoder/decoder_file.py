"""Decoders as a JSON file: the one fitted on all games, those that each leave out a fold, and the
nulls of all of them."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

import numpy as np

from touchline.errors import UserError, reason_of
from touchline.files import write_atomically
from touchline.spots.decoder.decoder import Decoder, DecoderSettings
from touchline.spots.decoder.features import BASIS
from touchline.spots.decoder.no_look import NO_LOOK

_KIND = "touchline decoders"


Decoders = Sequence[Decoder]


def write_decoders(
    path: Path,
    decoders: Decoders,
    nulls: Mapping[str, Decoders] = MappingProxyType({}),
    model: str = "",
) -> None:
    """Writes decoders, each with the games it was fitted on.

    Args:
        path: the file.
        decoders: in any order.
        nulls: their nulls, fitted on the same games, by what was done to the claims (`NO_LOOK`).
        model: name of the model whose claims they were fitted on; "" where that is not known.
    """
    values = {
        "kind": _KIND,
        "model": model,
        "classes": decoders[0].classes,
        "basis": BASIS,
        "decoders": [_to_json(decoder) for decoder in decoders],
        "nulls": {name: [_to_json(one) for one in fitted] for name, fitted in nulls.items()},
    }
    write_atomically(path, json.dumps(values))


def read_decoders(path: str) -> tuple[Decoder, ...]:
    """Reads the decoders of a file.

    Raises:
        UserError: there is no such file, or it is not a file of decoders of this version.
    """
    return _read(path)[0]


def read_null_decoders(path: str) -> Mapping[str, tuple[Decoder, ...]]:
    """The nulls of the decoders of a file, by what was done to the claims.

    A file that was written before decoders had nulls has none.

    Raises:
        UserError: as `read_decoders`.
    """
    return _read(path)[1]


def decoded_model(path: str) -> str:
    """The name of the model whose claims the decoders of a file were fitted on; "" if unknown.

    Raises:
        UserError: as `read_decoders`.
    """
    return _read(path)[2]


@lru_cache(maxsize=4)
def _read(path: str) -> tuple[tuple[Decoder, ...], Mapping[str, tuple[Decoder, ...]], str]:
    try:
        values: dict[str, Any] = json.loads(Path(path).read_text(encoding="utf-8"))
        basis = tuple((sigma, tuple(lags)) for sigma, lags in values["basis"])
        if values["kind"] != _KIND or basis != BASIS:
            raise ValueError("it was written by another version")
        classes = tuple(values["classes"])
        nulls = {
            name: tuple(_from_json(one, classes) for one in values.get("nulls", {}).get(name, ()))
            for name in NO_LOOK
        }
        return (
            tuple(_from_json(one, classes) for one in values["decoders"]),
            {name: fitted for name, fitted in nulls.items() if fitted},
            str(values.get("model", "")),
        )
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise UserError(
            f"{path} is not a file of decoders ({reason_of(error)}); write one with touchline "
            "tune RUN --decoder."
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
