"""What a match is: games, halves, labels, and the 17 classes that can be spotted."""

from touchline.games.classes import ALIASES, CLASSES, canonical_class
from touchline.games.folders import read_games, read_video
from touchline.games.labels import parse_labels, read_labels
from touchline.games.nouns import Game, Half, Label

__all__ = [
    "ALIASES",
    "CLASSES",
    "Game",
    "Half",
    "Label",
    "canonical_class",
    "parse_labels",
    "read_games",
    "read_labels",
    "read_video",
]
