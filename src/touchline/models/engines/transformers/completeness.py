"""Whether a model got all its weights: what a checkpoint lacks would be random numbers."""

import logging
from collections.abc import Iterable, Mapping
from typing import Any

from touchline.errors import UserError
from touchline.text import counted

_LOG = logging.getLogger("touchline")

_MOST_NAMED = 4


def check_weights(name: str, model: Any, info: Mapping[str, Any]) -> None:
    """Refuses a model of which a tensor is not in the checkpoint, or has another shape there.

    Tensors that share their memory with one that was loaded, such as the output layer of a model
    with tied embeddings, are not missed.

    Args:
        name: of the card.
        model: as it was loaded.
        info: what transformers says of the loading (`output_loading_info`).

    Raises:
        UserError: with the names of the tensors.
    """
    missing = _not_shared(model, {str(key) for key in info.get("missing_keys") or ()})
    shapes = [str(one[0]) for one in info.get("mismatched_keys") or ()]
    unexpected = sorted(map(str, info.get("unexpected_keys") or ()))
    if missing:
        others = f"; it has {_named(unexpected)} instead" if unexpected else ""
        raise UserError(
            f"model '{name}': its checkpoint lacks {counted(len(missing), 'tensor')} of "
            f"{type(model).__name__}, which would be random numbers: {_named(missing)}{others}; "
            "use the checkpoint of this class, or correct 'checkpoint' or 'revision' in the card."
        )
    if shapes:
        raise UserError(
            f"model '{name}': tensors of its checkpoint have other shapes than its config says: "
            f"{_named(shapes)}; download config and weights of the same revision."
        )
    if unexpected:
        _LOG.warning(
            "%s: %s of its checkpoint not used by %s: %s",
            name,
            counted(len(unexpected), "tensor"),
            type(model).__name__,
            _named(unexpected),
        )


def check_adapter(name: str, adapter: str, info: Any) -> None:
    """Refuses an adapter of which a tensor is not in its file, or has another shape there.

    Args:
        name: of the card.
        adapter: its folder.
        info: what transformers says of the loading.

    Raises:
        UserError: with the names of the tensors.
    """
    missing = sorted(map(str, info.missing_keys))
    shapes = sorted(str(one[0]) for one in info.mismatched_keys)
    unexpected = sorted(map(str, info.unexpected_keys))
    if missing or shapes or unexpected:
        problems = (
            (missing, "it lacks {}, which would be random numbers"),
            (shapes, "{} have other shapes than the model"),
            (unexpected, "{} have no place in the model"),
        )
        said = "; ".join(text.format(_named(names)) for names, text in problems if names)
        raise UserError(
            f"model '{name}': the adapter {adapter} does not fit its model: {said}; use the "
            "revision of the checkpoint that the adapter belongs to."
        )


def _not_shared(model: Any, missing: set[str]) -> list[str]:
    """Those missing parameters whose memory is not that of a parameter that was loaded."""
    if not missing:
        return []
    held = {
        name: parameter.data_ptr()
        for name, parameter in model.named_parameters(remove_duplicate=False)
        if parameter.device.type != "meta"
    }
    loaded = {place for name, place in held.items() if name not in missing}
    return sorted(name for name in missing if held.get(name) not in loaded)


def _named(names: Iterable[str]) -> str:
    found = list(names)
    more = len(found) - _MOST_NAMED
    return ", ".join(found[:_MOST_NAMED]) + (f" and {more} more" if more > 0 else "")
