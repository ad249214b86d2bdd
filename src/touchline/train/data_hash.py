"""What identifies the games of a training, for its record."""

import hashlib
import json

from touchline.games import Game


def data_sha256(game: Game) -> str:
    """A hash of what a game is learned from: the bytes of its videos, and its labels as read.

    Returns:
        64 hexadecimal digits.
    """
    facts = [json.dumps(label) for label in game.labels or ()]
    for half in game.halves:
        with half.video.open("rb") as video:
            facts.append(f"{half.number} {hashlib.file_digest(video, 'sha256').hexdigest()}")
    return hashlib.sha256("\n".join(facts).encode()).hexdigest()
