"""The games of a split: SoccerNet's lists by name, or the user's list in a text file."""

from pathlib import Path

from touchline.bounded_reading import read_bounded
from touchline.errors import UserError, reason_of
from touchline.games.game_files import game_id_of
from touchline.games.task import Task
from touchline.text import nearest_word

SOCCERNET_SPLITS = ("train", "valid", "test", "challenge")


_LIST_OF = {"Labels-ball.json": "spotting-ball"}
"""What the package SoccerNet calls its list of the games that have a file of labels."""

_BOMS = {b"\xff\xfe": "utf-16", b"\xfe\xff": "utf-16"}


def split_games(split: str, task: Task | None = None) -> list[str]:
    """Ids of the games of a split, in the split's order.

    Args:
        split: one of SoccerNet's splits, which need the package SoccerNet, or the path of a
            text file with one game id ("league/season/game") per line.
        task: whose games; SoccerNet has lists of its own for ball actions. None is action spotting.

    Raises:
        UserError: it is neither a split nor a file, names no game, or the package is not installed.
    """
    if split in SOCCERNET_SPLITS:
        return _soccernet(split, "spotting" if task is None else _list_of(task))
    try:
        content = read_bounded(Path(split))
        lines = content.decode(_BOMS.get(content[:2], "utf-8-sig")).splitlines()
    except (OSError, UnicodeError) as error:
        raise UserError(
            f"split '{split}' is neither one of {', '.join(SOCCERNET_SPLITS)} nor a file with "
            f"one game per line ({reason_of(error)}){nearest_word(split, SOCCERNET_SPLITS, 0.5)}."
        ) from error
    games = [game_id_of(line.strip()) for line in lines if line.strip()]
    if not games:
        raise UserError(f"split '{split}' names no game: write one league/season/game per line.")
    return list(dict.fromkeys(games))


def _list_of(task: Task) -> str:
    return _LIST_OF.get(task.label_file, "spotting")


def _soccernet(split: str, which: str) -> list[str]:
    try:
        from SoccerNet.utils import getListGames
    except ImportError as error:
        raise UserError(
            f"split '{split}' needs the package SoccerNet: pip install --no-deps SoccerNet, "
            "or give a text file with one game per line."
        ) from error
    return [str(game).strip("/") for game in getListGames(split, task=which)]
