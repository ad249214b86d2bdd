"""Makes code that moves everything to CUDA run on a CPU; used as a `sitecustomize.py`.

It also lets a torchvision be imported that was built for another torch, as that of PyPI beside a
CPU build of torch: two of its operators, which nothing here calls, are missing then.
"""

import torch


def stay(original):
    """`to` without its device."""

    def to(self, *arguments, **named):
        rest = [one for one in arguments if not is_device(one)]
        named.pop("device", None)
        return original(self, *rest, **named) if rest or named else self

    return to


def is_device(argument):
    """Whether an argument of `to` is a device, and not a dtype or another tensor."""
    return isinstance(argument, str | torch.device)


torch.Tensor.to = stay(torch.Tensor.to)
torch.nn.Module.to = stay(torch.nn.Module.to)
torch.Tensor.cuda = torch.nn.Module.cuda = lambda self, *_, **__: self
try:
    import torchvision  # noqa: F401
except RuntimeError:
    for operator in ("torchvision::nms", "torchvision::qnms"):
        torch.library.define(operator, "(Tensor dets, Tensor scores, float threshold) -> Tensor")
