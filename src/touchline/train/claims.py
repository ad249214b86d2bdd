"""From the classifier's curves over a half to the claims that the model is taught to make."""

import numpy as np
from numpy.typing import NDArray

from touchline.games import CLASSES
from touchline.train.answers import LOWEST_CLAIM, Claim

_APART_MS = 2500
"""Two events of one class are never claimed closer than this."""


def peaks(
    times_ms: NDArray[np.int64], classes: NDArray[np.float32], teams: NDArray[np.float32]
) -> list[Claim]:
    """The peaks of each class's curve, highest first within a class.

    Args:
        times_ms: time of each frame, shape (frames,).
        classes: probability of each class at each frame, shape (frames, 17).
        teams: probability that the event is the home team's, shape (frames, 17).
    """
    claims: list[Claim] = []
    for column, label in enumerate(CLASSES):
        left = classes[:, column].copy()
        while len(left) and (top := int(left.argmax())) >= 0 and left[top] >= LOWEST_CLAIM:
            team = "home" if teams[top, column] >= 0.5 else "away"
            claims.append(Claim(label, team, int(times_ms[top]), float(left[top])))
            left[np.abs(times_ms - times_ms[top]) < _APART_MS] = 0
    return claims
