"""How many tokens an image costs: one formula a way of looking, its numbers on the model's card."""

from touchline.models.image_tokens.base import Formula, ImageCost
from touchline.models.image_tokens.fixed import Fixed

ImageTokens = Fixed

__all__ = ["Formula", "ImageCost", "ImageTokens"]
