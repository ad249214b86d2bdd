"""From what a model wrote to what it claims. A failure is never an empty answer."""

from touchline.replies.nouns import Detection, Outcome, Reading, TimeSource
from touchline.replies.policy import ReadPolicy
from touchline.replies.reader import failed, read_reply

__all__ = [
    "Detection",
    "Outcome",
    "ReadPolicy",
    "Reading",
    "TimeSource",
    "failed",
    "read_reply",
]
