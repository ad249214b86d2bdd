"""From what single windows claim to what is believed of a whole half."""

from touchline.spots.merge import METHOD_NAMES, merge
from touchline.spots.methods import METHODS
from touchline.spots.nouns import Spot
from touchline.spots.settings import MergeSettings

__all__ = ["METHODS", "METHOD_NAMES", "MergeSettings", "Spot", "merge"]
