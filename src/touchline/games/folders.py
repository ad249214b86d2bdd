"""Finding games: a folder in SoccerNet's layout, or any single video file."""

import fnmatch
import re
from collections.abc import Iterable, Sequence
from pathlib import Path

from touchline.errors import UserError
from touchline.games.labels import LABELS_FILE, read_labels
from touchline.games.splits import split_games
from touchline.games.task import Task
from touchline.games.types import Game, Half

_VIDEO_NAME = re.compile(r"^(?P<half>[12])(?:_(?P<lines>\d+)p)?\.(?:mkv|mp4)$")
_BOTH_HALVES = (1, 2)


def read_games(
    root: Path,
    task: Task,
    games: Sequence[str] | None = None,
    halves: Iterable[int] = _BOTH_HALVES,
    split: str | None = None,
) -> list[Game]:
    """All games with a video below a folder in SoccerNet's layout, in the order of their ids.

    The layout is `league/season/game/{1,2}_224p.mkv` (or `_720p`, `.mp4`, or no size)
    with `Labels-v2.json` beside the videos. Where a half has several videos, the one with the
    fewest lines is taken: it decodes fastest and models look at small frames.

    Args:
        root: the folder.
        task: gives the classes of the labels.
        games: patterns of ids, such as "england_epl/*" or "*Chelsea*"; None takes all games.
        halves: halves that must exist.
        split: one of SoccerNet's splits, or a text file with one game id per line; only its
            games are taken, and all must exist.

    Raises:
        UserError: the folder does not exist or holds no game, a pattern or split matches nothing, a
            half is missing, or labels cannot be read.
    """
    if not root.is_dir():
        raise UserError(f"data root {root} is not a folder.")
    folders = {
        folder.relative_to(root).as_posix(): folder
        for folder in sorted({file.parent for file in root.glob("*/*/*/*") if _is_half(file)})
    }
    if not folders:
        raise UserError(
            f"no game below {root}: expected league/season/game/1_224p.mkv (or _720p.mkv, .mp4)."
        )
    ids = _ids_in_split(list(folders), split, root, task) if split else list(folders)
    ids = _matching_ids(ids, games, root) if games else ids
    return [_game(game_id, folders[game_id], task, tuple(halves)) for game_id in ids]


def read_video(path: Path) -> Game:
    """A single video file as a game of one half, without labels.

    Raises:
        UserError: there is no such file.
    """
    if not path.is_file():
        raise UserError(f"video {path} does not exist.")
    return Game(id=path.stem, halves=(Half(path.stem, 1, path),), labels=None)


def _is_half(file: Path) -> bool:
    return _VIDEO_NAME.match(file.name) is not None


def _game(game_id: str, folder: Path, task: Task, halves: tuple[int, ...]) -> Game:
    labels_file = folder / LABELS_FILE
    labels = read_labels(labels_file, task) if labels_file.is_file() else None
    return Game(
        id=game_id,
        halves=tuple(Half(game_id, number, _video(folder, number)) for number in halves),
        labels=labels,
    )


def _video(folder: Path, half: int) -> Path:
    found: list[tuple[int, str, Path]] = []
    for file in folder.iterdir():
        match = _VIDEO_NAME.match(file.name)
        if match and int(match["half"]) == half:
            found.append((int(match["lines"] or 0), file.name, file))
    if not found:
        raise UserError(
            f"half {half} of game '{folder.name}' is missing: expected {half}_224p.mkv (or "
            f"_720p.mkv, .mp4) in {folder}; omit it with 'halves: [{3 - half}]'."
        )
    return min(found)[2]


def _matching_ids(ids: list[str], patterns: Sequence[str], root: Path) -> list[str]:
    kept: set[str] = set()
    for pattern in patterns:
        matched = [game_id for game_id in ids if fnmatch.fnmatch(game_id, pattern)]
        if not matched:
            raise UserError(
                f"games pattern '{pattern}' matches none of {len(ids)} games below {root}."
            )
        kept.update(matched)
    return sorted(kept)


def _ids_in_split(ids: list[str], split: str, root: Path, task: Task) -> list[str]:
    listed = split_games(split, task)
    missing = [game_id for game_id in listed if game_id not in set(ids)]
    if missing:
        raise UserError(
            f"{len(missing)} of {len(listed)} games of split {split} are not below {root}; "
            f"the first is '{missing[0]}'."
        )
    return listed
