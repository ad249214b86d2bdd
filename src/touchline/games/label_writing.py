"""The text of a game's file of labels."""

import json
from collections.abc import Iterable

from touchline.games.types import Label


def labels_text(game: str, labels: Iterable[Label]) -> str:
    """The content of a `Labels-v2.json`, or of a file of the same form.

    Args:
        game: id of the game.
        labels: its labels, in the order of the file.
    """
    facts = {"UrlLocal": game, "annotations": [_entry(label) for label in labels]}
    return json.dumps(facts, indent=1, ensure_ascii=False) + "\n"


def _entry(label: Label) -> dict[str, str]:
    minutes, seconds = divmod(label.position_ms // 1000, 60)
    return {
        "gameTime": f"{label.half} - {minutes:02d}:{seconds:02d}",
        "label": label.label,
        "position": str(label.position_ms),
        "team": label.team,
        "visibility": "visible" if label.visible else "not shown",
    }
