"""The log-probability of a label: the sum over the tokens that it was generated from."""

import math
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from itertools import accumulate

Tokens = Sequence[tuple[str, float]]
"""Text and natural-log probability of each generated token, in order."""


def label_logprobs(
    text: str, tokens: Tokens, labels: Sequence[str], start: int = 0
) -> list[float | None]:
    """The log-probability of each label of a reply: the sum over the tokens that cover it.

    Args:
        text: the raw reply.
        tokens: the tokens that it was generated from; they may add white space around the text.
        labels: as the model wrote them, in the order of the reply.
        start: index in the text where the answer begins, after an echo or reasoning.

    Returns:
        One for each label; None where the tokens do not add up to the text, where the label is
        not in it as written, or where an engine gave no finite number.

    >>> label_logprobs("Foul.", [("Fo", -0.5), ("ul", -0.25), (".", -2.0)], ["Foul"])
    [-0.75]
    """
    lead = "".join(part for part, _ in tokens).find(text) if text else -1
    if lead < 0:
        return [None] * len(labels)
    ends = list(accumulate(len(part) for part, _ in tokens))
    found: list[float | None] = []
    for label in labels:
        at = _find_label(text, label, start)
        if at is None:
            found.append(None)
            continue
        start = at + len(label)
        covering = slice(bisect_right(ends, lead + at), bisect_left(ends, lead + start) + 1)
        total = math.fsum(likely for part, likely in tokens[covering] if part)
        found.append(total if math.isfinite(total) else None)
    return found


def _find_label(text: str, label: str, start: int) -> int | None:
    """Where a label occurs next: as a whole value in quotes, else anywhere."""
    if not label:
        return None
    for quote in ('"', "'"):
        if (at := text.find(f"{quote}{label}{quote}", start)) >= 0:
            return at + 1
    at = text.find(label, start)
    return at if at >= 0 else None
