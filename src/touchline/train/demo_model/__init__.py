"""The built-in demo model, made from rendered matches."""

from touchline.models import register_torchvision_operators

register_torchvision_operators()  # the modules of this package import classes of transformers
