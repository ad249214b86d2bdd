"""Finding games: a folder in SoccerNet's layout, single clips, or any single video file."""

import re
from collections.abc import Iterable, Sequence
from pathlib import Path

from touchline.errors import UserError
from touchline.games.game_files import HERE, filter_games, games_called
from touchline.games.labels import read_labels
from touchline.games.splits import split_games
from touchline.games.task import Task
from touchline.games.types import Game, Half, check_game_id

_VIDEO_NAME = re.compile(r"^(?P<half>[1-9])(?:_(?P<lines>\d+)p)?\.(?:mkv|mp4)$")
_WHOLE_NAME = re.compile(r"^(?P<lines>\d+)p\.(?:mkv|mp4)$")
_SUFFIXES = (".mkv", ".mp4")
_BOTH_HALVES = (1, 2)
_LEVELS = {1: "a league", 2: "a season", 3: "a game"}
"""How far below the data root a folder of that kind lies."""

_ADDRESS = re.compile(r"[a-z]{2,}:/+\w", re.IGNORECASE)
"""An address after `Path` has made one slash of two."""


def read_games(
    root: Path,
    task: Task,
    games: Sequence[str] | None = None,
    halves: Iterable[int] | None = None,
    split: str | None = None,
) -> list[Game]:
    """All games with a video below a folder in SoccerNet's layout, in the order of their ids.

    The layout is `league/season/game/{1,2}_224p.mkv` (or `_720p`, `.mp4`, or no size)
    with the task's file of labels, such as `Labels-v2.json`, beside the videos. Where a half has
    several videos, the one with the fewest lines is taken: it decodes fastest and models look at
    small frames.

    A game of a task without periods has one video: `224p.mp4` with the task's file of labels beside
    it, in a folder of the game; or a clip of any other name, such as `corner_07.mp4` with its
    labels in `corner_07.json`. These may be at any depth.

    Args:
        root: the folder.
        task: gives the classes of the labels, their file, and the number of periods.
        games: patterns of ids, such as "england_epl/*" or "*Chelsea*"; None takes all games.
        halves: halves that must exist; None takes all of the task.
        split: one of SoccerNet's splits, or a text file with one game id per line; only its
            games are taken, and all must exist.

    Raises:
        UserError: the folder does not exist or holds no game, a pattern or split matches nothing, a
            half is missing, or labels cannot be read.
    """
    if not root.is_dir():
        raise UserError(f"data root {root} is not a folder.")
    wanted = tuple(range(1, task.periods + 1) if halves is None else halves)
    found = _whole_videos(root) if task.periods == 0 else _folders(root, task)
    if not found:
        layout = (
            "league/season/game/1_224p.mkv (or _720p.mkv, .mp4)"
            if task.periods
            else "clips such as corner_07.mp4, or 224p.mp4 in a folder for each game"
        )
        raise UserError(f"no game below {root}: expected {layout}{_other_root(root, task)}.")
    ids = _ids_in_split(list(found), split, root, task) if split else list(found)
    ids = sorted(filter_games(ids, games, f" below {root}")) if games else ids
    if task.periods == 0:
        return [_clip(game_id, found[game_id], task) for game_id in ids]
    if beyond := [number for number in wanted if not 1 <= number <= task.periods]:
        raise UserError(f"half {beyond[0]} is not one of the {task.periods} of task '{task.name}'.")
    return [_game(game_id, found[game_id], task, wanted) for game_id in ids]


def _folders(root: Path, task: Task) -> dict[str, Path]:
    """The folder of each game, by its id."""
    folders = {
        file.parent
        for file in root.glob("*/*/*/*")
        if (name := _VIDEO_NAME.match(file.name)) and int(name["half"]) <= task.periods
    }
    return {folder.relative_to(root).as_posix(): folder for folder in sorted(folders)}


def find_game_videos(root: Path, games: Iterable[str], task: Task) -> dict[str, dict[int, Path]]:
    """The videos of some games, as far as they are there.

    Args:
        root: a folder of games in any depth, or that of one game.
        games: their ids; a folder of a game may be called by the end of its id.
        task: gives the number of periods.

    Returns:
        By game the videos of its halves; a game without any is left out.

    Raises:
        UserError: there is no such folder.
    """
    if not root.is_dir():
        raise UserError(f"{root} is not a folder of videos.")
    if task.periods == 0:
        places = {game: {1: video} for game, video in _whole_videos(root).items()}
    else:
        folders = {one.parent for one in root.rglob("*") if _VIDEO_NAME.match(one.name)}
        places = {
            HERE if folder == root else folder.relative_to(root).as_posix(): {
                half: _video(folder, half, task) for half in _halves_in(folder, task)
            }
            for folder in sorted(folders)
        }
    named = ((game, games_called(game, list(places))) for game in games)
    return {game: places[found[0]] for game, found in named if found}


def _halves_in(folder: Path, task: Task) -> list[int]:
    """Numbers of the halves that have a video in a folder."""
    names = (_VIDEO_NAME.match(file.name) for file in folder.iterdir())
    numbers = {int(name["half"]) for name in names if name}
    return sorted(number for number in numbers if number <= task.periods)


def half_in_name(video: Path) -> int | None:
    """The half that the name of a video says, such as 2 of "2_224p.mkv"; None if it says none."""
    name = _VIDEO_NAME.match(video.name)
    return int(name["half"]) if name else None


def _whole_videos(root: Path) -> dict[str, Path]:
    """The video of each game that has a single one, by the game's id: a folder, or a clip."""
    found: dict[str, Path] = {}
    lines: dict[str, int] = {}
    for file in sorted(one for one in root.rglob("*") if one.suffix in _SUFFIXES):
        name = _WHOLE_NAME.match(file.name)
        place = file.parent if name and file.parent != root else file.with_suffix("")
        game, size = place.relative_to(root).as_posix(), int(name["lines"]) if name else 0
        if game not in found or size < lines[game]:
            found[game], lines[game] = file, size
    return dict(sorted(found.items()))


def _clip(game_id: str, video: Path, task: Task) -> Game:
    file = video.parent / task.label_file
    if not _WHOLE_NAME.match(video.name):
        file = video.with_suffix(".json")
    labels = read_labels(file, task) if file.is_file() else None
    return Game(game_id, (Half(game_id, 1, video),), labels)


def read_video(path: Path) -> Game:
    """A single video file as a game of one half, without labels.

    Raises:
        UserError: there is no such file.
    """
    return read_videos([path])


def read_videos(paths: Sequence[Path]) -> Game:
    """One or two video files as the halves of a game, without labels.

    Args:
        paths: the first half, and the second if there is one.

    Returns:
        The game; its id is the name of the video, or of the folder that both halves are in.

    Raises:
        UserError: a file does not exist, is not a file, or cannot be a part of an id; or there are
            more than two.
    """
    if len(paths) > len(_BOTH_HALVES):
        raise UserError(
            f"{len(paths)} videos are more than the two halves of a match: spot each match alone."
        )
    for path in paths:
        _check_video(path)
    folders = {path.absolute().parent for path in paths}
    is_match = len(paths) > 1 and len(folders) == 1
    name = next(iter(folders)).name if is_match else paths[0].stem
    try:
        check_game_id(name)
    except ValueError as error:
        raise UserError(
            f"video {paths[0]} has a name that is not UTF-8 or not printable: rename it."
        ) from error
    halves = tuple(Half(name, number, path) for number, path in enumerate(paths, start=1))
    return Game(id=name, halves=halves, labels=None)


def _check_video(path: Path) -> None:
    if _ADDRESS.match(str(path)):
        scheme, _, rest = str(path).partition(
            ":"
        )  # a path has one slash where it was typed with two
        raise UserError(
            f"{scheme}://{rest.lstrip('/')} is an address, not a file: download the video first."
        )
    if path.is_dir():
        raise UserError(f"video {path} is a folder: give a video file in it.")
    if not path.is_file():
        raise UserError(f"video {path} does not exist.")


def _other_root(root: Path, task: Task) -> str:
    """Which folder would be the data root, where the given one is below it or above it."""
    if not task.periods:
        return ""
    for levels, above in enumerate(root.resolve().parents[:3], start=1):
        if any(_VIDEO_NAME.match(file.name) for file in root.glob("/".join("*" * (4 - levels)))):
            return f"; it is {_LEVELS[levels]}: use {above}, the folder of all leagues"
    for file in root.glob("*/*/*/*/*"):
        if _VIDEO_NAME.match(file.name):
            return f"; use {root / file.relative_to(root).parts[0]}, which has some"
    return ""


def _game(game_id: str, folder: Path, task: Task, halves: tuple[int, ...]) -> Game:
    try:
        check_game_id(game_id)
    except ValueError as error:
        raise UserError(
            f"the folder {folder} has a name that is not UTF-8 or not printable: rename it."
        ) from error
    labels_file = folder / task.label_file
    labels = read_labels(labels_file, task) if labels_file.is_file() else None
    return Game(
        id=game_id,
        halves=tuple(Half(game_id, number, _video(folder, number, task)) for number in halves),
        labels=labels,
    )


def _video(folder: Path, half: int, task: Task) -> Path:
    found: list[tuple[int, str, Path]] = []
    for file in folder.iterdir():
        match = _VIDEO_NAME.match(file.name)
        if match and int(match["half"]) == half:
            found.append((int(match["lines"] or 0), file.name, file))
    if not found:
        others = [number for number in range(1, task.periods + 1) if number != half]
        raise UserError(
            f"half {half} of game '{folder.name}' is missing: expected {half}_224p.mkv (or "
            f"_720p.mkv, .mp4) in {folder}; omit it with 'halves: {others}'."
        )
    return min(found)[2]


def _ids_in_split(ids: list[str], split: str, root: Path, task: Task) -> list[str]:
    listed = split_games(split, task)
    missing = [game_id for game_id in listed if game_id not in set(ids)]
    if missing:
        raise UserError(
            f"{len(missing)} of {len(listed)} games of split {split} are not below {root}; "
            f"the first is '{missing[0]}'."
        )
    return listed
