"""The games of a split: SoccerNet's lists by name, or the user's list in a text file."""

from pathlib import Path

from touchline.errors import UserError, reason_of

SOCCERNET_SPLITS = ("train", "valid", "test", "challenge")


def split_games(split: str) -> list[str]:
    """Ids of the games of a split, in the split's order.

    Args:
        split: one of SoccerNet's splits, which need the package SoccerNet, or the path of a
            text file with one game id ("league/season/game") per line.

    Raises:
        UserError: it is neither a split nor a file, or the package is not installed.
    """
    if split in SOCCERNET_SPLITS:
        return _soccernet(split)
    try:
        lines = Path(split).read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise UserError(
            f"split '{split}' is neither one of {', '.join(SOCCERNET_SPLITS)} nor a file with "
            f"one game per line ({reason_of(error)})."
        ) from error
    return [line.strip().strip("/") for line in lines if line.strip()]


def _soccernet(split: str) -> list[str]:
    try:
        from SoccerNet.utils import getListGames
    except ImportError as error:
        raise UserError(
            f"split '{split}' needs the package SoccerNet: pip install --no-deps SoccerNet, "
            "or give a text file with one game per line."
        ) from error
    return [str(game).strip("/") for game in getListGames(split)]
