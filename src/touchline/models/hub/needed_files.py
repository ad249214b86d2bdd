"""Which files of a hub repository are needed to load it with transformers."""

from collections.abc import Sequence

_OTHER_FORMATS = (
    "original/*",
    "consolidated*",
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

_PICKLED = ("*.bin", "*.pt", "*.pth")


def unneeded_files(names: Sequence[str]) -> list[str]:
    """Patterns of the files that need not be downloaded.

    Pickled weights are skipped where the same weights exist as safetensors: together they are
    twice the size, and a pickle can run code.

    Args:
        names: of all files in the repository.

    >>> unneeded_files(["config.json", "model.safetensors", "pytorch_model.bin"])[-3:]
    ['*.bin', '*.pt', '*.pth']
    """
    safe = any(
        name.endswith(".safetensors") and not name.startswith(("original/", "consolidated"))
        for name in names
    )
    return [*_OTHER_FORMATS, *(_PICKLED if safe else ())]
