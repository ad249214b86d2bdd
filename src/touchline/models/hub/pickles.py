"""Weights that are pickles, which can run code, and how they are told from others."""

from pathlib import Path

from touchline.errors import UserError

PICKLED = ("*.bin", "*.pt", "*.pth", "*.ckpt", "*.pkl")
_SAFE = ("*.safetensors", "*.gguf")
_MOST_NAMED = 3


def refuse_pickles(model: str, folder: Path, *, allowed: bool) -> None:
    """Refuses a folder whose weights are pickles, unless its code is allowed to run anyway.

    Pickles beside the same weights as safetensors are never read.

    Args:
        model: the name of its card.
        folder: of the checkpoint.
        allowed: whether the user lets the checkpoint's own code run.

    Raises:
        UserError: with the names of the files.
    """
    if allowed or any(file for pattern in _SAFE for file in folder.glob(pattern)):
        return
    found = sorted(file.name for pattern in PICKLED for file in folder.glob(pattern))
    if found:
        names = ", ".join(found[:_MOST_NAMED])
        raise UserError(
            f"model '{model}': the weights in {folder} are pickles ({names}), which can run code: "
            "convert them to safetensors, or write 'remote_code: true' in the card and allow it "
            f"with --trust-remote-code {model}."
        )
