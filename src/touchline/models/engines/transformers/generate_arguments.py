"""What transformers' `generate` is called with, and what it may take from the checkpoint."""

from collections.abc import Sequence
from typing import Any

import transformers

from touchline.errors import UserError
from touchline.models.card_types.transformers import TransformersCard
from touchline.models.generation import Generation

_SPECIAL_TOKENS = ("bos_token_id", "eos_token_id", "pad_token_id", "decoder_start_token_id")
"""Part of the checkpoint's vocabulary, not of how it is asked."""


def own_generation_config(card: TransformersCard, checkpoint: Any) -> Any:
    """The generation config of a checkpoint without any setting that the card does not ask for.

    `generate` takes every setting that it is not given from this config, so num_beams, stop_strings
    or max_time of a checkpoint would change its answers unseen.

    Args:
        card: the model; `checkpoint_settings` names what is kept.
        checkpoint: its own `GenerationConfig`.

    Raises:
        UserError: the checkpoint does not have a setting that the card names.
    """
    kept = {}
    for name in (*_SPECIAL_TOKENS, *card.checkpoint_settings):
        value = getattr(checkpoint, name, None)
        if value is None and name not in _SPECIAL_TOKENS:
            raise UserError(
                f"model '{card.name}': its checkpoint has no setting {name}: remove it from "
                "'checkpoint_settings' of the card."
            )
        kept[name] = value
    return transformers.GenerationConfig(**kept)


def generate_arguments(
    settings: Generation, stops: Sequence[str], tokenizer: Any
) -> dict[str, Any]:
    """The arguments of `generate` for some settings.

    Always the most likely token: where answers are sampled, `SeededSampler` adds the randomness,
    and there top_p, top_k and min_p are applied.

    Args:
        settings: as declared.
        stops: texts that end an answer.
        tokenizer: of the checkpoint, which `generate` needs to recognize them.
    """
    given: dict[str, Any] = {
        "max_new_tokens": settings.most_tokens,
        "min_new_tokens": settings.min_tokens,
        "repetition_penalty": settings.repetition_penalty,
        "num_beams": settings.num_beams,
        "no_repeat_ngram_size": settings.no_repeat_ngram_size,
    }
    arguments = {name: value for name, value in given.items() if value is not None}
    if stops:
        arguments |= {"stop_strings": list(stops), "tokenizer": tokenizer}
    return {**arguments, "do_sample": False}


def stop_texts(settings: Generation, checkpoint: Any) -> tuple[str, ...]:
    """The texts that end an answer: the card's, else those taken from the checkpoint.

    Args:
        settings: as declared.
        checkpoint: the config that `own_generation_config` made.
    """
    if settings.stop is not None:
        return settings.stop
    found = checkpoint.stop_strings or ()
    return (found,) if isinstance(found, str) else tuple(found)


def beams(settings: Generation, checkpoint: Any) -> int:
    """How many beams are searched: the card's, else those taken from the checkpoint."""
    return settings.num_beams or checkpoint.num_beams or 1
