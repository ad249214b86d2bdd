"""From a card to a processor and a model in memory."""

import logging
from copy import deepcopy
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
import transformers

from touchline.errors import UserError
from touchline.models.card_types.transformers import TransformersCard
from touchline.models.consent import runs_remote_code
from touchline.models.engines.transformers.adapters import load_adapter, refuse_adapter_alone
from touchline.models.engines.transformers.attention import (
    attention_order,
    installed_kinds,
    weakest_capability,
)
from touchline.models.engines.transformers.completeness import check_weights
from touchline.models.engines.transformers.dense.image_features import attach_pooling
from touchline.models.engines.transformers.generate_arguments import own_generation_config
from touchline.models.engines.transformers.precision import weight_arguments
from touchline.models.engines.transformers.processors import load_processor
from touchline.models.hub.pickles import refuse_pickles
from touchline.models.hub.snapshots import local_checkpoint, served_by_checkpoint
from touchline.models.hub.whole_files import check_whole_files
from touchline.models.torchvision_compat import register_torchvision_operators
from touchline.models.types import NOBODY, ServedBy
from touchline.models.unexpected_errors import CodeEndedError, no_exit
from touchline.text import shorten

_LOG = logging.getLogger("touchline")


@dataclass(frozen=True, slots=True)
class LoadedModel:
    """A model in memory, ready to be asked.

    Attributes:
        processor: makes a model's inputs from text and images.
        tokenizer: a copy of the processor's own, to decode answers while another thread makes
            inputs: a fast tokenizer cannot be used by two threads at once.
        model: the model.
        device: where its inputs go.
        attention: how attention is computed, as transformers calls it.
        context_tokens: the longest prompt and answer together, or None where it is not known.
        served: the checkpoint, its commit and the hash of its index, for the replies.
    """

    processor: Any
    tokenizer: Any
    model: Any
    device: torch.device
    attention: str
    context_tokens: int | None
    served: ServedBy = NOBODY


def load_checkpoint(card: TransformersCard) -> LoadedModel:
    """Processor and model of a card, ready to be asked.

    Raises:
        UserError: the checkpoint is not on this machine or does not load, a library is missing,
            or the user has not allowed the checkpoint's own code.
    """
    register_torchvision_operators()
    transformers.utils.logging.set_verbosity_error()
    transformers.utils.logging.disable_progress_bar()
    # The peak of an earlier model of this process is not this one's.
    for number in range(torch.cuda.device_count()):
        torch.cuda.reset_peak_memory_stats(number)
    path = local_checkpoint(card)
    check_whole_files(card.name, path)
    refuse_adapter_alone(card, path)
    remote_code = runs_remote_code(card)
    refuse_pickles(card.name, path, allowed=remote_code)
    capability = weakest_capability()
    arguments = {
        "trust_remote_code": remote_code,
        **weight_arguments(card, capability),
        **_device_map(card),
    }
    kinds = attention_order(card, capability, installed_kinds())
    try:
        with no_exit():
            processor = load_processor(card, path, remote_code)
            model, info = _first_that_loads(path, kinds, arguments)
            attach_pooling(card, model, path)
            load_adapter(card, model, path)
    except UserError:
        raise
    except torch.OutOfMemoryError as error:
        raise UserError(
            f"model '{card.name}': its weights in {card.precision} do not fit on this machine's "
            f"GPUs: choose a lower precision, or see touchline models fit {card.name}."
        ) from error
    except Exception as error:  # a checkpoint's own code may raise anything
        raise UserError(
            f"model '{card.name}': folder {path} cannot be loaded: {_reason(error)}."
        ) from error
    check_weights(card.name, model, info)
    model.generation_config = own_generation_config(card, model.generation_config)
    attention = str(model.config._attn_implementation)
    device = _device(model)
    _LOG.info("%s: %s on %s, %s attention", card.name, card.precision, device, attention)
    text = model.config.get_text_config()
    return LoadedModel(
        processor=processor,
        tokenizer=deepcopy(processor.tokenizer),
        model=model.eval(),
        device=device,
        attention=attention,
        context_tokens=card.context_tokens or getattr(text, "max_position_embeddings", None),
        served=served_by_checkpoint(card, path),
    )


_CLEAR = (OSError, ValueError, CodeEndedError)
"""Errors whose words say enough."""


def _reason(error: Exception) -> str:
    """What an error says, with its kind where it says too little."""
    said = shorten(error).rstrip(".")
    return said if isinstance(error, _CLEAR) else f"{type(error).__name__}: {said}"


def _device_map(card: TransformersCard) -> dict[str, Any]:
    """Where weights are placed; they are never moved afterwards, since quantized ones cannot be."""
    if not (torch.cuda.is_available() or card.max_memory or card.offload_folder):
        return {}
    memory = {int(d) if d.isdigit() else d: most for d, most in card.max_memory.items()}
    return {
        "device_map": "auto",
        "max_memory": memory or None,
        "offload_folder": card.offload_folder,
    }


def _first_that_loads(path: Path, kinds: list[Any], arguments: dict[str, Any]) -> Any:
    """The model with the first kind of attention that its class supports, and how it was loaded.

    Raises:
        ValueError, ImportError: none of them; that of the last.
    """
    for kind in kinds[:-1]:
        try:
            return _model(path, {**arguments, "attn_implementation": kind})
        except (ValueError, ImportError) as error:
            _LOG.debug("no %s attention: %s", kind, error)
    return _model(path, {**arguments, "attn_implementation": kinds[-1]})


def _model(path: Path, arguments: dict[str, Any]) -> Any:
    """A model through the first auto class of transformers that supports its configuration.

    Returns:
        The model, and what transformers says of its loading.
    """
    config = transformers.AutoConfig.from_pretrained(
        path, trust_remote_code=arguments["trust_remote_code"]
    )
    if thinker := getattr(config, "thinker_config", None):
        # The part of an omni model that writes text; its other parts would speak the answer.
        config = thinker
        arguments = {**arguments, "config": thinker, "key_mapping": {r"^thinker\.": ""}}
    for auto_class in (
        transformers.AutoModelForImageTextToText,
        transformers.AutoModelForMultimodalLM,
        transformers.AutoModelForCausalLM,
    ):
        own_code = auto_class.__name__ in getattr(config, "auto_map", {})
        if type(config) in auto_class._model_mapping or own_code:
            # Tensors of other shapes are let through here, so that they can be named.
            return auto_class.from_pretrained(
                path, output_loading_info=True, ignore_mismatched_sizes=True, **arguments
            )
    raise ValueError(f"transformers has no class that generates text for a '{config.model_type}'")


def _device(model: Any) -> torch.device:
    """The device of inputs; the first weights may be in a file and have no device."""
    if model.device.type != "meta":
        return torch.device(model.device)
    return torch.device("cuda:0" if torch.cuda.is_available() else "cpu")
