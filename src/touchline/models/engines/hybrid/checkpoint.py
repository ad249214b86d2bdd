"""Checkpoints of hybrid spotters: `config.json` and `model.safetensors`, nothing that could run."""

import json
from pathlib import Path

import torch
from pydantic import ValidationError
from safetensors import SafetensorError
from safetensors.torch import load, save
from torch import Tensor

from touchline.bounded_reading import read_bounded, read_bounded_text
from touchline.errors import UserError, reason_of
from touchline.files import whole_file, write_atomically
from touchline.models.engines.hybrid.config import HybridConfig
from touchline.models.engines.hybrid.hybrid_card import CHECKPOINT_FILES
from touchline.models.engines.hybrid.spotter_network import HybridNetwork
from touchline.validation import one_sentence

_CONFIG, _WEIGHTS = CHECKPOINT_FILES
_DTYPES = (torch.float16, torch.bfloat16, torch.float32)
_MOST_CONFIG_BYTES = 100_000
_MOST_WEIGHTS_BYTES = 500_000_000


def save_hybrid_checkpoint(network: HybridNetwork, config: HybridConfig, folder: Path) -> None:
    """Writes a checkpoint with 16-bit weights.

    Raises:
        UserError: the folder cannot be written to.
    """
    weights = {
        name: value.to(torch.float16).contiguous() for name, value in network.state_dict().items()
    }
    with whole_file(folder / _WEIGHTS) as file:
        file.write(save(weights, metadata={"format": "pt"}))
    write_atomically(folder / _CONFIG, config.model_dump_json(indent=1) + "\n")


def load_spotter(name: str, folder: Path) -> tuple[HybridConfig, HybridNetwork]:
    """The network of a checkpoint, ready to be asked.

    Nothing is made in the size that the configuration claims before the file of the weights was
    seen to have it.

    Args:
        name: of the card, for errors.
        folder: of the checkpoint.

    Raises:
        UserError: a file is missing, is not what it should be, or the two do not fit together.
    """
    config = _read_config(name, folder / _CONFIG)
    weights = _read_weights(name, folder / _WEIGHTS)
    with torch.device("meta"):
        network = HybridNetwork(config)
    expected = {key: tuple(value.shape) for key, value in network.state_dict().items()}
    _check_shapes(name, folder, expected, weights)
    network.load_state_dict({key: value.float() for key, value in weights.items()}, assign=True)
    return config, network.eval()


def _read_config(name: str, path: Path) -> HybridConfig:
    try:
        values = json.loads(read_bounded_text(path, _MOST_CONFIG_BYTES))
        return HybridConfig.model_validate(values)
    except OSError as error:
        raise UserError(_unreadable(name, path, reason_of(error))) from error
    except ValidationError as error:
        raise UserError(f"model '{name}': {path}: {one_sentence(error)}") from error
    except (ValueError, RecursionError) as error:
        raise UserError(_unreadable(name, path, "it is not JSON")) from error


def _read_weights(name: str, path: Path) -> dict[str, Tensor]:
    try:
        return load(read_bounded(path, _MOST_WEIGHTS_BYTES))
    except OSError as error:
        raise UserError(_unreadable(name, path, reason_of(error))) from error
    except (SafetensorError, ValueError, KeyError) as error:
        raise UserError(_unreadable(name, path, "it is not a whole safetensors file")) from error


def _unreadable(name: str, path: Path, reason: str) -> str:
    return (
        f"model '{name}': {path} cannot be read ({reason}): correct 'checkpoint' in the card, or "
        "train it again with touchline train hybrid."
    )


def _check_shapes(
    name: str, folder: Path, expected: dict[str, tuple[int, ...]], weights: dict[str, Tensor]
) -> None:
    found = {key: tuple(value.shape) for key, value in weights.items()}
    wrong = sorted(
        key for key in expected.keys() | found.keys() if expected.get(key) != found.get(key)
    )
    if wrong:
        problem = f"tensor '{wrong[0][:80]}' is not of the shape that config.json says"
    elif odd := sorted(key for key, value in weights.items() if value.dtype not in _DTYPES):
        problem = f"tensor '{odd[0][:80]}' does not hold floating-point numbers of 16 or 32 bits"
    elif bad := sorted(key for key, value in weights.items() if not value.isfinite().all()):
        problem = f"tensor '{bad[0]}' holds values that are not finite numbers"
    else:
        return
    raise UserError(
        f"model '{name}': the weights in {folder} cannot be used, since {problem}: use both "
        "files of one training."
    )
