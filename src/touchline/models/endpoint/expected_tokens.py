"""How many tokens a request will probably use, before any answer has reported its own."""

from touchline.models.frame_subsampling import shown_frames
from touchline.models.types import Request

_TOKENS_PER_IMAGE = 258
"""An estimate until the first answer reports more; Gemini's figure for one tile."""

_LETTERS_PER_TOKEN = 4


def expected_tokens(request: Request) -> int:
    """The expected tokens of a request, in and out; a quota of tokens counts them at first."""
    letters = len(request.messages.text) + len(request.messages.system or "")
    images = len(shown_frames(request.messages)) * _TOKENS_PER_IMAGE
    return images + letters // _LETTERS_PER_TOKEN + (request.generation.most_tokens or 0)
