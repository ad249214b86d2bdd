"""Whether the prompt that a server counted is the one that it was sent.

A server may drop images, or the end of a long prompt, and answer all the same: Ollama cuts a prompt
to half of its context, which is 4,096 tokens by default, with status 200. Such an answer is about
other frames than the record says. The card knows what frames cost, and the endpoint says how many
tokens it read; far fewer mean that the model was not shown what was sent.
"""

from collections.abc import Callable

from touchline.models.card_types.base import Card
from touchline.models.frame_subsampling import frames_shown
from touchline.models.image_tokens.base import Formula
from touchline.models.types import Failure, FailureReason, Reply
from touchline.prompts import Messages

_SHARE = 0.9
"""A prompt is cut short below this share of the fewest tokens that its frames can have.

`Formula.least` is a lower bound already: without tiles, separators and markers, and rounded down.
The text counts for nothing, since a tokenizer may have learnt a whole prompt as a few tokens. Tests
check the formulas against transformers' processors, where they are exact; the last tenth is for an
image processor of a server's own that crops or rounds otherwise."""


def audit_prompt(
    card: Card,
    messages: Messages,
    frame_size: Callable[[], tuple[int, int]],
    answer: Reply | Failure,
) -> Reply | Failure:
    """The answer, or in its place a failure where the model cannot have been shown all frames.

    An answer passes where nothing can be said: the card has no formula for frames as they are
    sent, the endpoint counts no tokens, or the engine lowered more than the number of frames.

    Args:
        card: the model.
        messages: what it was asked, before the engine left out frames.
        frame_size: gives width and height of a frame in pixels; called only if needed.
        answer: of the engine.
    """
    formula = card.sent_formula()
    if isinstance(answer, Failure) or formula is None or not answer.prompt_tokens:
        return answer
    frames = frames_shown(messages, answer.lowered)
    if not frames:
        return answer
    size = card.sent_size(*frame_size())
    least = formula.least_prompt_tokens(*size, frames)
    # Some endpoints count what was in their cache apart; for the others this is more than was read.
    read = answer.prompt_tokens + (answer.cached_tokens or 0)
    if read >= _SHARE * least:
        return answer
    room = _room(formula, size, frames, read)
    return Failure(
        key=answer.key,
        reason=FailureReason.CUT,
        message=(
            f"the endpoint read a prompt with room for at most {room} of the {frames} frames: "
            "raise its context, or show fewer or smaller frames; if it does not count images, or "
            "at other prices, correct the card's image_tokens or write null"
        ),
        seconds=answer.seconds,
        prompt_tokens=answer.prompt_tokens,
        completion_tokens=answer.completion_tokens,
        cost_usd=answer.cost_usd,
    )


def _room(formula: Formula, size: tuple[int, int], frames: int, tokens: int) -> int:
    """How many of the frames have room in so many tokens, at most; always fewer than all."""
    fewer = range(frames - 1, 0, -1)
    return next((n for n in fewer if formula.least_prompt_tokens(*size, n) <= tokens), 0)
