"""Files of games in SoccerNet's layout, `league/season/game/<file>`, in a folder or a zip."""

import zipfile
import zlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from fnmatch import fnmatchcase
from pathlib import Path, PurePosixPath
from typing import Protocol

from touchline.bounded_reading import read_bounded
from touchline.errors import UserError, reason_of

_MOST_IN_ZIP = 32_000_000
"""Of one file, unpacked: the spots of a half are thousands at most, of some hundred bytes each."""


class GameFiles(Protocol):
    """The files of many games, whether they are in a folder or in a zip."""

    def games(self, file_name: str) -> list[str]:
        """Ids of the games that have a file of this name, sorted."""
        ...

    def read(self, game: str, file_name: str) -> bytes:
        """A game's file.

        Raises:
            KeyError: the game has no such file.
        """
        ...


class _Folder:
    def __init__(self, path: Path) -> None:
        self._path = path

    def games(self, file_name: str) -> list[str]:
        found = self._path.rglob(file_name)
        return sorted(file.parent.relative_to(self._path).as_posix() for file in found)

    def read(self, game: str, file_name: str) -> bytes:
        try:
            return read_bounded(self._path / game / file_name)
        except OSError as error:
            raise KeyError(game) from error


class _Zip:
    def __init__(self, archive: zipfile.ZipFile) -> None:
        self._archive = archive

    def games(self, file_name: str) -> list[str]:
        paths = map(PurePosixPath, self._archive.namelist())
        return sorted(path.parent.as_posix() for path in paths if path.name == file_name)

    def read(self, game: str, file_name: str) -> bytes:
        """Raises UserError for a file that is damaged, encrypted or far larger than it says."""
        name = (PurePosixPath(game) / file_name).as_posix()
        try:
            with self._archive.open(name) as file:
                content = file.read(_MOST_IN_ZIP + 1)
        except (zipfile.BadZipFile, zlib.error, EOFError, RuntimeError, OverflowError) as error:
            raise UserError(f"'{name}' in the zip file cannot be read: {error}.") from error
        if len(content) > _MOST_IN_ZIP:
            raise UserError(f"'{name}' in the zip file has more than {_MOST_IN_ZIP:,} bytes.")
        return content


@contextmanager
def open_game_files(path: Path) -> Iterator[GameFiles]:
    """Opens a folder or a zip file of games.

    Raises:
        UserError: the path does not exist, is neither, or the zip is damaged.
    """
    if path.is_dir():
        yield _Folder(path)
    elif not path.exists():
        raise UserError(f"{path} does not exist: give a folder or a zip of league/season/game.")
    else:
        try:
            with zipfile.ZipFile(path) as archive:
                yield _Zip(archive)
        except (zipfile.BadZipFile, OSError) as error:
            raise UserError(
                f"{path} is neither a folder nor a complete zip file: {reason_of(error)}."
            ) from error


def filter_games(games: Sequence[str], patterns: Sequence[str]) -> list[str]:
    """The games whose id matches one of the patterns (`*` and `?`, or a part of the id).

    Raises:
        UserError: a pattern matches no game.
    """
    for pattern in patterns:
        if not any(_matches(game, pattern) for game in games):
            raise UserError(f"pattern '{pattern}' matches none of the {len(games)} games.")
    return [game for game in games if any(_matches(game, pattern) for pattern in patterns)]


def _matches(game: str, pattern: str) -> bool:
    return fnmatchcase(game, pattern) or pattern in game
