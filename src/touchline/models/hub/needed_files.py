"""Which files of a hub repository are needed to load it with transformers."""

from collections.abc import Sequence

from touchline.models.hub.pickles import PICKLED

_OTHER_FORMATS = (
    "original/*",
    "onnx/*",
    "openvino/*",
    "coreml/*",
    "*.gguf",
    "*.onnx",
    "*.h5",
    "*.msgpack",
    "*.tflite",
    "*.ot",
)
"""The same weights in formats of other programs."""

_CONSOLIDATED = "consolidated*"
"""Weights in Mistral's own format."""
_SHARDS = ("model.safetensors*", "model-*.safetensors")
"""The same weights for transformers."""


def unneeded_files(names: Sequence[str], *, consolidated: bool = False) -> list[str]:
    """Patterns of the files that need not be downloaded.

    Pickled weights are skipped where the same weights exist as safetensors: together they are
    twice the size, and a pickle can run code.

    Args:
        names: of all files in the repository.
        consolidated: whether the server reads Mistral's own format (`--load-format mistral`).

    >>> unneeded_files(["config.json", "model.safetensors", "pytorch_model.bin"])[-5:]
    ['*.bin', '*.pt', '*.pth', '*.ckpt', '*.pkl']
    """
    safe = any(
        name.endswith(".safetensors") and not name.startswith(("original/", "consolidated"))
        for name in names
    )
    if consolidated and any(name.startswith("consolidated") for name in names):
        return [*_OTHER_FORMATS, *_SHARDS, *PICKLED]
    return [*_OTHER_FORMATS, _CONSOLIDATED, *(PICKLED if safe else ())]
