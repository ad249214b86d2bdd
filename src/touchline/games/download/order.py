"""What is to be downloaded: which games of SoccerNet, and which files of each."""

import fnmatch
import re
from collections.abc import Sequence
from dataclasses import dataclass

from touchline.errors import UserError
from touchline.games.labels import LABELS_FILE
from touchline.games.splits import SOCCERNET_SPLITS, split_games

_BATCH = re.compile(r"(\d+)/(\d+)")


@dataclass(frozen=True, slots=True)
class Order:
    """Games and the files to download of each.

    Attributes:
        games: pairs of split and game id, in the order of SoccerNet's own lists.
        labels: names of label files.
        videos: names of video files; empty for labels only.
    """

    games: tuple[tuple[str, str], ...]
    labels: tuple[str, ...]
    videos: tuple[str, ...]


def make_order(
    splits: Sequence[str],
    patterns: Sequence[str] = (),
    batch: str | None = None,
    lines: int | None = 224,
) -> Order:
    """An order for the games that fulfil all conditions.

    Args:
        splits: SoccerNet's splits.
        patterns: of game ids, such as "england_epl/*"; empty takes all games.
        batch: "2/5" takes the second of five equal parts.
        lines: height of the videos, 224 or 720; None for labels only.

    Raises:
        UserError: an unknown split, a malformed batch, or no game is left.

    >>> make_order(["test"], batch="1/50").games[0][0]
    'test'
    """
    unknown = next((split for split in splits if split not in SOCCERNET_SPLITS), None)
    if unknown:
        raise UserError(f"unknown split '{unknown}': choose {', '.join(SOCCERNET_SPLITS)}.")
    games = [(split, game) for split in splits for game in split_games(split)]
    if patterns:
        games = [pair for pair in games if any(fnmatch.fnmatch(pair[1], one) for one in patterns)]
    if batch:
        games = _part(games, batch)
    if not games:
        raise UserError(f"no game of {', '.join(splits)} matches {', '.join(patterns) or batch}.")
    videos = () if lines is None else (f"1_{lines}p.mkv", f"2_{lines}p.mkv")
    return Order(tuple(games), (LABELS_FILE,), videos)


def _part(games: list[tuple[str, str]], batch: str) -> list[tuple[str, str]]:
    match = _BATCH.fullmatch(batch)
    number, total = (int(match[1]), int(match[2])) if match else (0, 0)
    if not 1 <= number <= total:
        raise UserError(f"batch '{batch}' cannot be read: write 2/5 for the second of five parts.")
    return games[(number - 1) * len(games) // total : number * len(games) // total]
