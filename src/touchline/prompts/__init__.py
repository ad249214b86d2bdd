"""What a window is asked: versioned templates, and the messages they make."""

from touchline.prompts.context import MatchContext, Side
from touchline.prompts.nouns import Image, Messages, Text, Tracks
from touchline.prompts.templates import Template, load_template, messages, template_names
from touchline.prompts.tracks import LEAKAGE_PRONE, tracks_for, tracks_used

__all__ = [
    "LEAKAGE_PRONE",
    "Image",
    "MatchContext",
    "Messages",
    "Side",
    "Template",
    "Text",
    "Tracks",
    "load_template",
    "messages",
    "template_names",
    "tracks_for",
    "tracks_used",
]
