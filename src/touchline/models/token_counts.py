"""How many tokens a prompt has, before it is sent."""

from touchline.models.card_types.base import Card
from touchline.models.frame_subsampling import shown_frames
from touchline.prompts import Messages

CHARACTERS_PER_TOKEN = 4
"""Of English text: OpenAI's rule of thumb (https://help.openai.com/en/articles/4936856)."""
MOST_TOKENS_PER_FRAME = 2000
"""More tokens than a frame of a broadcast has: GPT-4o counts 1,105 for 1280 × 720 at high detail,
and the formulas of all cards stay below this for one image that is not cut into several."""
_MARGIN = 1.5
"""How far text may exceed the rule of thumb: numbers and punctuation need more tokens."""


def count_text_tokens(messages: Messages) -> int:
    """Tokens of a prompt's text by the rule of thumb, system prompt included."""
    characters = len(messages.text) + len(messages.system or "")
    return -(-characters // CHARACTERS_PER_TOKEN)


def count_image_tokens(card: Card, size: tuple[int, int], frames: int) -> int | None:
    """Tokens of a window's frames, or None where the card has no formula.

    Args:
        card: the model.
        size: width and height of a frame in pixels.
        frames: how many there are.
    """
    if frames == 0:
        return 0
    if card.image_tokens is None:
        return None
    return card.image_tokens.prompt_tokens(*size, frames)


def most_prompt_tokens(card: Card, size: tuple[int, int], messages: Messages) -> int:
    """More tokens than a prompt is likely to have; a spending limit reserves them."""
    frames = len(shown_frames(messages))
    images = count_image_tokens(card, size, frames)
    if images is None:
        images = frames * MOST_TOKENS_PER_FRAME
    return images + int(count_text_tokens(messages) * _MARGIN) + 1
