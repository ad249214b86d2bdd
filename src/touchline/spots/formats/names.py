"""Games and halves as the paths of videos name them."""

import re
from pathlib import Path, PurePosixPath
from urllib.parse import quote, unquote

from touchline.text import inert

_HALF_FILE = re.compile(r"(?P<half>[1-9])(?:_\d+p)?|\d+p")
_HALF_AT_END = re.compile(r"(?P<game>.+)_H(?P<half>[1-9])")
_ADDRESS = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://[^/]*/?")
_ONE_A_GAME = re.compile(r"Labels(-[\w-]+)?\.json|results_spotting\.json")
"""Files that are called the same for every game, so that only their folder tells games apart."""
_VIDEOS = (".mkv", ".mp4", ".mov", ".webm", ".avi", ".ts", ".m4v")
_LONGEST_SUFFIX = len(".ffmeta")
_LOCAL_FILES = "?d="
"""How Label Studio writes paths below the folder that it serves."""


def video_name(path: str) -> tuple[str, int]:
    """The game and the half that the path or the address of a video names.

    A file that is called after a half, as SoccerNet's are, or after a size alone, belongs to the
    game of its folder, and a name that ends in `_H1` or `_H2` to the game before it; any other is
    a game of one half.

    >>> video_name("league/season/game/2_224p.mkv"), video_name("game_18_H2")
    (('league/season/game', 2), ('game_18', 2))
    >>> video_name("file:///videos/../derby.mp4"), video_name("1.mkv")
    (('videos/derby', 1), ('', 1))
    """
    _, found, served = path.partition(_LOCAL_FILES)
    plain = (served if found else _ADDRESS.sub("", path)).replace("\\", "/")
    parts = [inert(part) for part in plain.split("/") if part not in ("", ".", "..")]
    place = PurePosixPath(*parts)
    name = (
        place.stem
        if place.suffix[1:].isalnum() and len(place.suffix) <= _LONGEST_SUFFIX
        else place.name
    )
    if half := _HALF_FILE.fullmatch(name):
        folder = place.parent.as_posix()
        return ("" if folder == "." else folder), int(half["half"] or 1)
    game = place.with_name(name).as_posix() if name else ""
    if half := _HALF_AT_END.fullmatch(game):
        return half["game"], int(half["half"])
    return game, 1


def game_of_file(path: str, folder: str) -> tuple[str, int]:
    """The game and the half that the path of a file of events names.

    Args:
        path: of the file.
        folder: what the folder is called that the file is in, for files that have the name of a
            half or one that they have in every game.

    >>> game_of_file("derby.csv", "season"), game_of_file("Labels-v2.json", "derby")
    (('derby', 1), ('derby', 1))
    """
    if _ONE_A_GAME.fullmatch(path):
        return folder, 1
    game, half = video_name(path)
    return game or folder, half


def media_url(video: str) -> str:
    """The address of a video as programs ask for it: an absolute path as a `file:` URL.

    >>> media_url("/m/a b.mkv"), media_url("m/1.mkv"), media_url("https://m/1.mkv")
    ('file:///m/a%20b.mkv', 'm/1.mkv', 'https://m/1.mkv')
    """
    return f"file://{quote(video)}" if video.startswith("/") else video


def media_path(url: str) -> str:
    """The path of a `file:` URL; any other address, and a path, as it is.

    >>> media_path("file:///m/a%20b.mkv"), media_path("m/1.mkv")
    ('/m/a b.mkv', 'm/1.mkv')
    """
    return unquote(url.removeprefix("file://")) if url.startswith("file:///") else url


def find_video(folder: Path, half: int) -> Path | None:
    """The video of a half in the folder of its game: of several sizes the first by name."""
    files = folder.iterdir() if folder.is_dir() else ()
    found = (
        file for file in files if file.suffix.lower() in _VIDEOS and _HALF_FILE.fullmatch(file.stem)
    )
    return min((file for file in found if video_name(file.name)[1] == half), default=None)


def find_clip(root: Path, game: str) -> Path | None:
    """The video of a game that is a clip without a folder of its own, or None.

    Args:
        root: the folder of all games.
        game: id of the game: the clip's path without its suffix.
    """
    parts = PurePosixPath(game).parts
    if not parts or ".." in parts or parts[0] == "/":
        return None
    clips = (root / f"{game}{suffix}" for suffix in _VIDEOS)
    return next((clip for clip in clips if clip.is_file()), None)
