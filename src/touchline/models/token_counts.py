"""How many tokens a question takes, before it is asked."""

from touchline.models.card_types.common import CardBase
from touchline.models.frame_subsampling import shown_frames
from touchline.prompts import Messages

LETTERS_A_TOKEN = 4
"""Of English text: OpenAI's rule of thumb (https://help.openai.com/en/articles/4936856)."""
MOST_A_FRAME = 2000
"""Tokens that no image of a broadcast costs: GPT-4o takes 1,105 for 1280 × 720 at high detail, and
the formulas of all cards stay below for one picture that is not cut into more."""
_MARGIN = 1.5
"""How far text may lie above the rule of thumb: numbers and punctuation take more tokens."""


def count_text_tokens(messages: Messages) -> int:
    """Tokens of a prompt's text by the rule of thumb, system prompt included."""
    letters = len(messages.text) + len(messages.system or "")
    return -(-letters // LETTERS_A_TOKEN)


def count_image_tokens(card: CardBase, size: tuple[int, int], frames: int) -> int | None:
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


def most_prompt_tokens(card: CardBase, size: tuple[int, int], messages: Messages) -> int:
    """Tokens that a prompt will hardly pass: a budget is guarded with them."""
    frames = len(shown_frames(messages))
    images = count_image_tokens(card, size, frames)
    if images is None:
        images = frames * MOST_A_FRAME
    return images + int(count_text_tokens(messages) * _MARGIN) + 1
