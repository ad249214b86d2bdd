"""Training: the built-in demo model, made from rendered matches."""

from touchline.models.torchvision_operators import mend_torchvision

mend_torchvision()  # the modules of this room import classes of transformers

from touchline.train.demo import train_demo  # noqa: E402

__all__ = ["train_demo"]
