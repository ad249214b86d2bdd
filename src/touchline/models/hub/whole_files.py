"""Whether the files of a checkpoint are whole, found out without loading them."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from touchline.errors import UserError

_POINTER = b"version https://git-lfs.github.com/spec/"
"""How a file begins that stands for another in Git LFS
(https://github.com/git-lfs/git-lfs/blob/main/docs/spec.md)."""

_LONGEST_POINTER = 1024
_LENGTH_BYTES = 8
_LONGEST_HEADER = 100_000_000
"""Bytes of the header of a safetensors file, at most (https://github.com/huggingface/safetensors)."""

_MOST_NAMED = 5


def check_whole_files(model: str, folder: Path) -> None:
    """Refuses a checkpoint with files that are missing, cut off, or pointers of Git LFS.

    Args:
        model: the name of its card.
        folder: of the checkpoint.

    Raises:
        UserError: with the names of the files.
    """
    files = [file for file in sorted(folder.rglob("*")) if file.is_file()]
    pointers = [file for file in files if _is_pointer(file)]
    if pointers:
        raise UserError(
            f"model '{model}': in {folder}, {_named(folder, pointers)} "
            f"{'is a pointer' if len(pointers) == 1 else 'are pointers'} of Git LFS instead of the "
            "file itself: run 'git lfs pull' in the folder it was cloned to."
        )
    weights = [file for file in files if file.suffix == ".safetensors"]
    cut = [why for file in weights if (why := _why_cut(file))]
    if cut:
        raise UserError(f"model '{model}': in {folder}, {', '.join(cut)}: download it again.")
    absent = sorted({*_of_indexes(files)} - {file.name for file in files})
    if absent:
        named = _named(folder, [folder / name for name in absent])
        raise UserError(
            f"model '{model}': {folder} lacks {named}, which its index of weights names: download "
            "it again."
        )


def _is_pointer(file: Path) -> bool:
    if file.stat().st_size > _LONGEST_POINTER:
        return False
    with file.open("rb") as opened:
        return opened.read(len(_POINTER)) == _POINTER


def _why_cut(file: Path) -> str | None:
    """What is wrong with a file of weights, as a clause; None where its tensors are all there."""
    size = file.stat().st_size
    with file.open("rb") as opened:
        length = int.from_bytes(opened.read(_LENGTH_BYTES), "little")
        if length > _LONGEST_HEADER or size < _LENGTH_BYTES:
            return f"{file.name} is not a safetensors file"
        header = opened.read(length)
    if len(header) < length:
        return f"{file.name} is cut off in its header"
    try:
        ends = [one["data_offsets"][1] for name, one in _tensors(json.loads(header))]
    except (ValueError, TypeError, KeyError, IndexError, RecursionError, AttributeError):
        return f"{file.name} is not a safetensors file"
    whole = _LENGTH_BYTES + length + max(ends, default=0)
    return f"{file.name} is cut off ({size:,} of {whole:,} bytes)" if size < whole else None


def _tensors(header: dict[str, Any]) -> Iterator[tuple[str, Any]]:
    return ((name, one) for name, one in header.items() if name != "__metadata__")


def _of_indexes(files: list[Path]) -> Iterator[str]:
    """The names of files of weights in the indexes of a checkpoint."""
    for file in files:
        if file.name == "model.safetensors.index.json":
            try:
                placed = json.loads(file.read_bytes())["weight_map"]
                yield from map(str, placed.values())
            except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
                continue  # transformers says what is wrong with it


def _named(folder: Path, files: list[Path]) -> str:
    names = [str(file.relative_to(folder)) for file in files[:_MOST_NAMED]]
    more = len(files) - len(names)
    return ", ".join(names) + (f" and {more} more" if more else "")
