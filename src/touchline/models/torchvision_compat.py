"""Makes a torchvision that was built for another torch work as far as models need it.

Processors of transformers use torchvision's image transforms, which are written in Python. But
importing a torchvision with CUDA beside a torch without CUDA fails: its compiled operators do not
load, and it then refers to operators that do not exist ("operator torchvision::nms does not
exist"). Declaring those two is enough, since nothing calls them. The one compiled function that is
called, decoding a JPEG file, is replaced by Pillow's.
"""

import io
from functools import cache
from importlib import metadata
from pathlib import Path
from typing import Any

_MISSING = ("torchvision::nms", "torchvision::qnms")
_SCHEMA = "(Tensor dets, Tensor scores, float iou_threshold) -> Tensor"


@cache
def register_torchvision_operators() -> None:
    """Declares what an installed torchvision lacks, so that it can be imported.

    Call it before transformers loads a class. Where torch and torchvision match, or torchvision
    is not installed, it does nothing.
    """
    import torch

    if torch.version.cuda is None and "+cu" in _version():
        for operator in _MISSING:
            torch.library.define(operator, _SCHEMA)
        import torchvision.io

        torchvision.io.decode_image = _decode_image


def _version() -> str:
    """The line of torchvision's own file that names its build; its metadata does not."""
    try:
        file = metadata.distribution("torchvision").locate_file("torchvision/version.py")
    except metadata.PackageNotFoundError:
        return ""
    lines = Path(str(file)).read_text(encoding="utf-8").splitlines()
    return next((line for line in lines if line.startswith("__version__")), "")


def _decode_image(source: Any, **_: Any) -> Any:
    """An RGB image, uint8, shape (3, height, width), from a path or the bytes of a file."""
    from PIL import Image, ImageOps
    from torchvision.transforms.functional import pil_to_tensor

    file = source if isinstance(source, str) else io.BytesIO(bytes(source.tolist()))
    with Image.open(file) as picture:
        return pil_to_tensor(ImageOps.exif_transpose(picture).convert("RGB"))
