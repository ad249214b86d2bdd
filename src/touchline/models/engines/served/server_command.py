"""The server that is started for a card: program, arguments and environment."""

import json
import shutil
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from importlib.util import find_spec
from pathlib import Path

from touchline.errors import UserError, reason_of
from touchline.models.card_types.local import ADAPTER_FILES
from touchline.models.card_types.served import ServedCard
from touchline.models.card_types.video_forms import IMAGES
from touchline.models.consent import runs_remote_code
from touchline.models.engines.openai.vllm_version import trust_arguments
from touchline.models.hub.checkpoint_locks import locked_revision
from touchline.models.hub.pickles import refuse_pickles
from touchline.models.hub.snapshots import local_checkpoint
from touchline.registry import install_command

HOST = "127.0.0.1"
"""Servers listen on loopback only."""


@dataclass(frozen=True, slots=True)
class Command:
    """How to start one server.

    Attributes:
        arguments: program and arguments, never a shell line.
        environment: variables in addition to those of this process.
        served_name: the server's name for the model.
    """

    arguments: tuple[str, ...]
    environment: dict[str, str] = field(default_factory=dict)
    served_name: str = ""


def server_command(card: ServedCard, port: int, device: str | None = None) -> Command:
    """The command that serves a card's checkpoint on a port of loopback.

    Args:
        card: the model.
        port: a free port.
        device: the one GPU that the server may see, or None for all that this process sees.

    Raises:
        UserError: the program does not exist, it does not support the precision, the user has
            not allowed the checkpoint's own code, or the weights are pickles.
    """
    _refuse_pickles(card)
    arguments, served_name = _ENGINES[card.engine](card, port)
    return Command((*arguments, *card.server_args), _environment(card, device), served_name)


def _vllm(card: ServedCard, port: int) -> tuple[tuple[str, ...], str]:
    """Options as of vLLM 0.32; prefix caching is on unless `server_args` turn it off.

    Without `--generation-config vllm` it applies the checkpoint's own sampling settings. An adapter
    is asked under the card's name, and its base has another one there, so that a request can only
    be answered with the adapter.
    """
    images = {"image": card.max_images} if card.max_images is not None else None
    program = _program(card, "vllm", "pip install vllm in an environment of its own")
    timed = () if card.frames_as == IMAGES else trust_arguments(program, card.name)
    arguments = (
        program,
        "serve",
        card.checkpoint_path(),
        *("--host", HOST, "--port", str(port)),
        *("--served-model-name", f"{card.name}{_BASE}" if card.adapter else card.name),
        *_precision(card),
        *("--generation-config", "vllm"),
        *(("--revision", revision) if (revision := _revision(card)) else ()),
        *(("--trust-remote-code",) if runs_remote_code(card) else ()),
        *(("--limit-mm-per-prompt", json.dumps(images)) if images else ()),
        *_weights(card),
        *timed,
        *_adapter(card),
    )
    return arguments, card.name


def _sglang(card: ServedCard, port: int) -> tuple[tuple[str, ...], str]:
    """Options as of SGLang 0.5; its radix cache of prefixes is on by default.

    Without `--sampling-defaults openai` it applies the checkpoint's own sampling settings.
    """
    arguments = (
        *(_program(card, sys.executable, ""), "-m", "sglang.launch_server"),
        *("--model-path", card.checkpoint_path()),
        *("--host", HOST, "--port", str(port)),
        *("--served-model-name", card.name, *_precision(card)),
        *("--sampling-defaults", "openai"),
        *(("--revision", revision) if (revision := _revision(card)) else ()),
        *(("--trust-remote-code",) if runs_remote_code(card) else ()),
        *_weights(card),
    )
    return arguments, card.name


def _transformers(card: ServedCard, port: int) -> tuple[tuple[str, ...], str]:
    """`transformers serve` of this environment; its name for the model is the path."""
    path = card.checkpoint_path()
    program = _program(card, sys.executable, "")
    if program == sys.executable and not all(map(find_spec, _SERVING)):
        raise UserError(
            f"model '{card.name}' is served by transformers, whose server is not installed: "
            f"{install_command('serve')}."
        )
    arguments = (
        *(
            program,
            "-m",
            "touchline.models.engines.served.transformers_serve",
        ),
        *(
            "serve",
            f"{path}@{revision}" if (revision := _revision(card)) else path,
        ),
        *("--host", HOST, "--port", str(port), *_precision(card)),
        *(("--trust-remote-code",) if runs_remote_code(card) else ()),
    )
    return arguments, path


_BASE = "-base"

_LORA_RANKS = (1, 8, 16, 32, 64, 128, 256, 320, 512)
"""What vLLM takes as `--max-lora-rank` (`MaxLoRARanks` in vllm/config/lora.py, 0.22)."""

_LOAD_FORMAT = "--load-format"

_SERVING = ("fastapi", "uvicorn", "transformers")
"""What transformers' own server imports."""

_BITSANDBYTES = {"int8": "bnb-8bit", "nf4": "bnb-4bit"}
"""Names of transformers' own server."""

_ENGINES: dict[str, Callable[[ServedCard, int], tuple[tuple[str, ...], str]]] = {
    "vllm": _vllm,
    "sglang": _sglang,
    "transformers-serve": _transformers,
}


def _precision(card: ServedCard) -> tuple[str, ...]:
    """Options for the precision; vLLM and SGLang read quantization from the checkpoint."""
    if card.precision in ("float32", "bfloat16", "float16"):
        return ("--dtype", card.precision)
    if card.engine == "transformers-serve" and card.precision in _BITSANDBYTES:
        return ("--quantization", _BITSANDBYTES[card.precision])
    if card.engine != "transformers-serve" and card.precision in ("awq", "int4"):
        return ("--dtype", "auto")
    raise UserError(
        f"model '{card.name}': {card.engine} does not serve precision {card.precision}; "
        "choose another precision or engine."
    )


def _weights(card: ServedCard) -> tuple[str, ...]:
    """Options that keep a server from pickled weights, which it falls back to without a word."""
    given = (one.partition("=")[0] for one in card.server_args)
    if runs_remote_code(card) or _LOAD_FORMAT in given or card.checkpoint.endswith(".gguf"):
        return ()
    return (_LOAD_FORMAT, "safetensors")


def _adapter(card: ServedCard) -> tuple[str, ...]:
    """Options that serve a card's adapter under the card's name.

    Raises:
        UserError: the adapter is not there whole, or no adapter that vLLM serves.
    """
    if card.adapter is None:
        return ()
    folder = card.adapter_folder() or local_checkpoint(card) / card.adapter
    rank = _lora_rank(card.name, folder)
    return (
        "--enable-lora",
        *("--max-lora-rank", str(rank)),
        *("--lora-modules", f"{card.name}={folder}"),
    )


def _lora_rank(name: str, folder: Path) -> int:
    """The smallest rank that vLLM can be started with for an adapter."""
    lacking = [one for one in ADAPTER_FILES if not (folder / one).is_file()]
    if lacking:
        raise UserError(
            f"model '{name}': the adapter in {folder} lacks {' and '.join(lacking)}: correct "
            "'adapter' in the card."
        )
    file = folder / ADAPTER_FILES[0]
    try:
        config = json.loads(file.read_text(encoding="utf-8"))
        rank = int(config["r"])
        whole = config.get("modules_to_save")
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise UserError(f"model '{name}': {file} cannot be read: {reason_of(error)}.") from error
    if whole:
        raise UserError(
            f"model '{name}': vLLM serves no adapter with whole modules ({', '.join(whole)}): use "
            "engine: transformers."
        )
    fitting = [one for one in _LORA_RANKS if one >= rank]
    if not fitting:
        raise UserError(
            f"model '{name}': the adapter in {folder} has rank {rank}, and vLLM serves at most "
            f"{_LORA_RANKS[-1]}: merge it into its base (train lora --merge)."
        )
    return fitting[0]


def _refuse_pickles(card: ServedCard) -> None:
    """Refuses weights on this machine that are pickles; of others, `_weights` takes care.

    Raises:
        UserError: see there.
    """
    allowed = runs_remote_code(card)
    if find_spec("huggingface_hub") is None and not Path(card.checkpoint_path()).is_dir():
        return
    try:
        folder = local_checkpoint(card)
    except UserError:  # not here yet: the server says what it cannot load
        return
    refuse_pickles(card.name, folder, allowed=allowed)


def _program(card: ServedCard, default: str, fix: str) -> str:
    found = shutil.which(card.program or default)
    if found is None:
        raise UserError(
            f"model '{card.name}' is served by {card.engine}, but the program "
            f"'{card.program or default}' was not found: "
            + (f"{fix}, and set 'program' in the card to it." if fix else "correct 'program'.")
        )
    return found


def _environment(card: ServedCard, device: str | None) -> dict[str, str]:
    """Weights in a local folder need no hub, so a machine without network does not wait for it."""
    local = {"HF_HUB_OFFLINE": "1"} if Path(card.checkpoint_path()).is_dir() else {}
    shown = {"CUDA_VISIBLE_DEVICES": device} if device is not None else {}
    return {**local, **shown, **card.server_env}


def _revision(card: ServedCard) -> str | None:
    """The commit that was pulled, else the card's revision."""
    return locked_revision(card.checkpoint_path(), card.revision)
