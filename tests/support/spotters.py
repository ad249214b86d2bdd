"""Hybrid spotters that are as small as they can be."""

from touchline.models import HybridConfig


def tiny_config(**changed):
    """The sizes of a spotter of two classes, with some of them changed."""
    values = {
        "classes": ("Goal", "Foul"),
        "fps": 5,
        "height": 32,
        "width_pixels": 40,
        "channels": (4, 4, 4),
        "grid": (2, 4),
        "features": 8,
        "sound": False,
        "width": 8,
        "layers": 1,
        "dropout": 0.0,
        "reach": 0.5,
    }
    return HybridConfig.model_validate(values | changed)
