"""Training: the built-in demo model, made from rendered matches."""

import lazy_loader

from touchline.models import register_torchvision_operators

register_torchvision_operators()  # the modules of this package import classes of transformers

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
