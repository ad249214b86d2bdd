"""What an endpoint's count of prompt tokens says about the frames that it was sent.

The same short question is asked with different numbers of frames. The text is always the same, so
differences between the counts are the frames' own, and compare with the card's formula exactly.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import partial

from touchline.models import Card

_PRICE = 0.1
"""How far an endpoint's tokens of a frame may be from the formula's, as a share: markers around
images differ between servers by a token or two, and their sizes by one row or column."""

_REST = 0.3
"""How far a count may be from an explanation that fits all counts together, in frames."""

_SCALES = (0.75, 2 / 3, 0.5, 0.4, 1 / 3, 0.25, 0.125)
"""How servers make frames smaller, as shares of width and height."""


class Tokens(StrEnum):
    """What the counts say."""

    AGREE = "agree"
    UNKNOWN = "unknown"
    DROPPED = "dropped"
    SMALLER = "smaller"
    DOUBLED = "doubled"
    IGNORED = "ignored"
    DISAGREE = "disagree"


@dataclass(frozen=True, slots=True)
class TokenFinding:
    """What the counts of an endpoint say about frames.

    Attributes:
        says: in a word.
        sentence: the same with its figures.
        kept: how many frames reach the model where some are dropped.
    """

    says: Tokens
    sentence: str
    kept: int | None = None


def compare_tokens(card: Card, size: tuple[int, int], counted: Mapping[int, int]) -> TokenFinding:
    """Which explanation fits all counts best; that they agree goes before all others.

    Args:
        card: the model, with its formula.
        size: width and height of a frame in pixels, before it is sent.
        counted: prompt tokens by the number of frames, one frame among them.
    """
    formula = card.sent_formula()
    if formula is None:
        return TokenFinding(Tokens.UNKNOWN, "the card has no formula for frames that are sent")
    if len(counted) < 2 or min(counted) != 1:
        return TokenFinding(Tokens.UNKNOWN, "the endpoint does not count tokens")
    sent = card.sent_size(*size)
    rise = {n: tokens - counted[1] for n, tokens in counted.items() if n > 1}
    most = max(rise)

    def cost(frames: int, scale: float = 1.0) -> int:
        width, height = (max(1, round(side * scale)) for side in sent)
        return formula.prompt_tokens(width, height, frames)

    unit = max(1, cost(2) - cost(1), cost(most) // most)
    fitting = []
    for finding, expected in _explanations(cost, sent, most):
        rest = _rest(rise, {n: expected(n) - expected(1) for n in rise})
        if rest <= _REST * unit + 1:
            fitting.append((finding.says is not Tokens.AGREE, rest, finding))
    if fitting:
        best = min(fitting, key=lambda one: one[:2])[2]
        return _all_but_one(best, counted[1] >= cost(1) * (1 - _PRICE), most)
    return TokenFinding(
        Tokens.DISAGREE,
        f"{most} frames cost {rise[most]:,} tokens more than one, and the card says "
        f"{cost(most) - cost(1):,}",
    )


def _explanations(
    cost: Callable[..., int], sent: tuple[int, int], most: int
) -> Iterator[tuple[TokenFinding, Callable[[int], int]]]:
    """What could explain counts, with the cost of n frames under it."""
    agree = TokenFinding(Tokens.AGREE, f"the endpoint reads the tokens of all {most} frames")
    yield agree, cost
    ignored = TokenFinding(Tokens.IGNORED, "more frames cost no more tokens than one")
    yield ignored, lambda _: 0
    for kept in range(most - 1, 1, -1):
        sentence = f"{most} frames cost as many tokens as {kept}"
        yield TokenFinding(Tokens.DROPPED, sentence, kept), partial(_at_most, cost, kept)
    doubled = TokenFinding(Tokens.DOUBLED, "every frame costs the tokens of two")
    yield doubled, lambda n: 2 * cost(n)
    for scale in _SCALES:
        width, height = (round(side * scale) for side in sent)
        sentence = f"a frame of {sent[0]}×{sent[1]} costs as many tokens as one of {width}×{height}"
        yield TokenFinding(Tokens.SMALLER, sentence), partial(cost, scale=scale)


def _at_most(cost: Callable[[int], int], kept: int, frames: int) -> int:
    return cost(min(frames, kept))


def _all_but_one(finding: TokenFinding, one_fits: bool, most: int) -> TokenFinding:
    """Where more frames cost nothing, the count of one frame says whether that one is there."""
    if finding.says is not Tokens.IGNORED or not one_fits:
        return finding
    return TokenFinding(Tokens.DROPPED, f"{most} frames cost as many tokens as one", 1)


def _rest(rise: Mapping[int, int], wanted: Mapping[int, int]) -> float:
    """How far counts are from what is wanted, at one price for all near the formula's."""
    squares = sum(one**2 for one in wanted.values())
    price = sum(rise[n] * wanted[n] for n in rise) / squares if squares else 1.0
    if not 1 - _PRICE <= price <= 1 + _PRICE:
        return float("inf")
    return max(abs(rise[n] - price * wanted[n]) for n in rise)
