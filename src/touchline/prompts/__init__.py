"""What a window is asked: versioned templates, and the messages they make."""

from touchline.prompts.context import MatchContext, Side
from touchline.prompts.nouns import Image, Messages, Text
from touchline.prompts.templates import Template, load_template, messages, template_names

__all__ = [
    "Image",
    "MatchContext",
    "Messages",
    "Side",
    "Template",
    "Text",
    "load_template",
    "messages",
    "template_names",
]
