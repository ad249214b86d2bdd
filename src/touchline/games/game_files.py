"""Files of games in SoccerNet's layout, `league/season/game/<file>`, in a folder or a zip.

Archives come from other systems, and people pack one folder more or less than asked: names are
compared in one form (see `game_id_of`), and a game is found where only its last folders agree.
"""

import lzma
import os
import unicodedata
import zipfile
import zlib
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Protocol

from touchline.bounded_reading import read_bounded
from touchline.errors import UserError, reason_of

_MOST_IN_ZIP = 32_000_000
"""Of one file, unpacked: the spots of a half are thousands at most, of some hundred bytes each."""

_DEEPEST = 8
"""Folders below the one that is given; a link may lead to a whole disk."""

_MOST_FOLDERS = 100_000

_OTHER_FILES = 20
"""How many files of a folder besides JSON are looked at, to say what the folder holds."""

_ID_PARTS = 3
"""League, season and game."""

HERE = "."
"""The id of the game whose files are in no folder of their own."""

_NOT_DATA = "__MACOSX"
"""What macOS adds to a zip: a shadow of every file, without its content."""

_IS_UTF8 = 0x800
"""The flag of a zip's entry whose name is declared to be UTF-8; macOS does not set it."""


class UnreadableFileError(Exception):
    """A file that is there and cannot be read; the message is the reason."""


class GameFiles(Protocol):
    """The files of many games, whether they are in a folder or in a zip."""

    def games(self, file_name: str) -> list[str]:
        """Ids of the games that have a file of this name, sorted."""
        ...

    def read(self, game: str, file_name: str) -> bytes:
        """A game's file.

        Raises:
            KeyError: the game has no such file.
            UnreadableFileError: it is there, and cannot be read.
            UserError: several could be meant.
        """
        ...

    def find(self, game: str, file_name: str) -> str | None:
        """The id under which `games` lists a game that is called otherwise elsewhere, or None."""
        ...

    def others(self, file_name: str) -> list[str]:
        """Ids of folders beside the games that hold files, but none of this name; sorted."""
        ...

    def names(self) -> Iterator[str]:
        """Paths of all files below, with forward slashes."""
        ...


class _Listing:
    """The files of a folder or a zip, by the ids of their games."""

    def __init__(self, source: Path, paths: Iterable[str], any_name: bool = False) -> None:
        self._source = source
        self._any_name = any_name
        self._paths = [path for path in paths if _NOT_DATA not in _id_of(path).split("/")]
        self._by_name: dict[str, dict[str, list[str]]] = {}

    def games(self, file_name: str) -> list[str]:
        return sorted(self._files(file_name))

    def find(self, game: str, file_name: str) -> str | None:
        return next(iter(self._candidates(game, file_name)), None)

    def others(self, file_name: str) -> list[str]:
        games = set(self._whole_ids(file_name))
        beside = {game.rpartition("/")[0] for game in games if "/" in game}
        folders = {_id_of(path).rpartition("/")[0] for path in self._paths} - games
        return sorted(folder for folder in folders if folder.rpartition("/")[0] in beside)

    def names(self) -> Iterator[str]:
        return iter(self._paths)

    def path(self, game: str, file_name: str) -> str:
        """The path of a game's file, as the folder or zip has it.

        Raises:
            KeyError: the game has no such file.
            UserError: there are several.
        """
        files = self._files(file_name)
        found = [path for one in self._candidates(game, file_name) for path in files[one]]
        if not found:
            raise KeyError(game)
        if len(found) > 1:
            raise UserError(
                f"{self._source} has {file_name} of '{game}' more than once: '{found[0]}' and "
                f"'{found[1]}'; give the folder that holds one of them."
            )
        return found[0]

    def _candidates(self, game: str, file_name: str) -> list[str]:
        return games_called(game, self._files(file_name))

    def _files(self, file_name: str) -> Mapping[str, list[str]]:
        """The paths of a name's files, by game: one, unless the source has it several times."""
        if file_name not in self._by_name:
            whole = self._whole_ids(file_name)
            extra = _common_folders(list(whole))
            self._by_name[file_name] = {
                "/".join(game.split("/")[extra:]): paths for game, paths in whole.items()
            }
        return self._by_name[file_name]

    def _whole_ids(self, file_name: str) -> dict[str, list[str]]:
        found: dict[str, list[str]] = {}
        for path in self._paths:
            folder, _, name = _id_of(path).rpartition("/")
            if name == file_name or self._any_name:
                found.setdefault(folder or HERE, []).append(path)
        return found


class _Folder(_Listing):
    """All files below a folder, or only one of them, which then is what is asked for."""

    def __init__(self, path: Path, only: str | None = None) -> None:
        super().__init__(path, _files_below(path) if only is None else [only], only is not None)

    def read(self, game: str, file_name: str) -> bytes:
        try:
            return read_bounded(self._source / self.path(game, file_name))
        except OSError as error:
            raise UnreadableFileError(reason_of(error)) from error


class _Zip(_Listing):
    def __init__(self, path: Path, archive: zipfile.ZipFile) -> None:
        self._archive = archive
        self._entries: dict[str, list[zipfile.ZipInfo]] = {}
        for entry in archive.infolist():
            if not entry.is_dir():
                self._entries.setdefault(_name_in_zip(entry), []).append(entry)
        super().__init__(path, [name for name, all_ in self._entries.items() for _ in all_])

    def read(self, game: str, file_name: str) -> bytes:
        """Raises UserError for a file that is damaged, encrypted or far larger than it says."""
        name = self.path(game, file_name)
        try:
            with self._archive.open(self._entries[name][0]) as file:
                content = file.read(_MOST_IN_ZIP + 1)
        except (
            zipfile.BadZipFile,
            zlib.error,
            EOFError,
            lzma.LZMAError,
            RuntimeError,
            OverflowError,
            OSError,  # of bz2, for data that are no bzip2
        ) as error:
            raise UserError(f"'{name}' in the zip file cannot be read: {error}.") from error
        if len(content) > _MOST_IN_ZIP:
            raise UserError(f"'{name}' in the zip file has more than {_MOST_IN_ZIP:,} bytes.")
        return content


@contextmanager
def open_game_files(path: Path) -> Iterator[GameFiles]:
    """Opens a folder or a zip file of games, or the JSON file of one.

    Raises:
        UserError: the path does not exist, is something else, or the zip is damaged.
    """
    if path.is_dir():
        yield _Folder(path)
    elif not path.exists():
        raise UserError(f"{path} does not exist: give a folder or a zip of league/season/game.")
    elif path.suffix.lower() == ".json":
        yield _Folder(path.parent, path.name)
    else:
        try:
            archive = zipfile.ZipFile(path)
        except (zipfile.BadZipFile, OSError) as error:
            raise UserError(
                f"{path} is neither a folder nor a complete zip file: {reason_of(error)}."
            ) from error
        with archive:
            yield _Zip(path, archive)


def game_id_of(text: str) -> str:
    r"""The id of a game in the one form that ids are compared in.

    Args:
        text: an id, from a list of games, the name of a folder or an entry of a zip.

    Returns:
        Forward slashes, composed characters (NFC; macOS writes decomposed ones), and no slash at
        an end.

    >>> game_id_of("league\\2014-2015\\A\u0301vila/")
    'league/2014-2015/Ávila'
    """
    return unicodedata.normalize("NFC", text).replace("\\", "/").strip("/")


def games_called(game: str, ids: Collection[str]) -> list[str]:
    """The ids that may stand for a game: its own, else those that only differ in folders above.

    Args:
        game: its id.
        ids: of games, as a folder, a zip or another file has them.

    >>> games_called("league/season/a - b", ["season/a - b", "season/c - d"])
    ['season/a - b']
    """
    wanted = game_id_of(game)
    if wanted in ids:
        return [wanted]
    if HERE in (wanted, *ids) and len(ids) == 1:
        return list(ids)
    last = wanted.rpartition("/")[2]
    return [
        found
        for found in ids
        if found.rpartition("/")[2] == last
        and (found.endswith(f"/{wanted}") or wanted.endswith(f"/{found}"))
    ]


def refuse_one_for_many(source: Path, present: Sequence[str], games: Collection[str]) -> None:
    """Refuses the file of one game where several are asked for.

    Args:
        source: the file, for the message.
        present: the games that it has.
        games: ids of those that are asked for.

    Raises:
        UserError: it is one file in no folder of a game, for several games.
    """
    if list(present) == [HERE] and len(games) > 1:
        raise UserError(
            f"{source} has the file of one game, and {len(games):,} are asked for: choose its game "
            "with --games, or give a folder of league/season/game."
        )


def filter_games(games: Sequence[str], patterns: Sequence[str], where: str = "") -> list[str]:
    """The games whose id matches one of the patterns, in their order.

    Args:
        games: ids.
        patterns: with `*` and `?` for any letters; one that matches no whole id is a part of ids.
        where: the games are, for the error, such as " below data".

    Raises:
        UserError: a pattern matches no game.
    """
    kept: set[str] = set()
    for pattern in patterns:
        matched = _matching(games, unicodedata.normalize("NFC", pattern))
        if not matched:
            raise UserError(
                f"pattern '{pattern}' matches none of the {len(games):,} games{where}: capital "
                "letters count, and * stands for any letters."
            )
        kept.update(matched)
    return [game for game in games if game in kept]


def _matching(games: Sequence[str], pattern: str) -> list[str]:
    whole = [game for game in games if fnmatchcase(game, pattern)]
    return whole or [game for game in games if pattern in game]


def _id_of(path: str) -> str:
    return "/".join(part for part in game_id_of(path).split("/") if part != ".")


def _common_folders(games: Sequence[str]) -> int:
    """How many folders all ids begin with beyond those of a league, a season and a game."""
    ids = [game.split("/") for game in games]
    most = min((len(parts) for parts in ids), default=0) - _ID_PARTS
    common = 0
    while common < most and len({parts[common] for parts in ids}) == 1:
        common += 1
    return common


def _files_below(folder: Path) -> Iterator[str]:
    """Paths of the files below a folder, relative to it; folders that are links are entered.

    Of a folder of thousands of pictures, only some are given.

    Raises:
        UserError: a folder cannot be read, or there are far too many.
    """

    def refuse(error: OSError) -> None:
        raise UserError(
            f"{error.filename} cannot be read: {reason_of(error)}; check its permissions."
        ) from error

    above: dict[str, frozenset[tuple[int, int]]] = {}
    entered = 0
    for place, folders, files in os.walk(
        str(folder).rstrip(os.sep) or os.sep, followlinks=True, onerror=refuse
    ):
        entered += 1
        if entered > _MOST_FOLDERS:
            raise UserError(
                f"{folder} has more than {_MOST_FOLDERS:,} folders: give the folder of the "
                "leagues alone."
            )
        below = os.path.relpath(place, folder)
        depth = 0 if below == os.curdir else below.count(os.sep) + 1
        # A link that leads upwards would be followed for ever.
        status = Path(place).stat()
        chain = above.pop(place, frozenset())
        if (status.st_dev, status.st_ino) in chain or depth >= _DEEPEST:
            folders[:] = []
            continue
        folders.sort()
        chain |= {(status.st_dev, status.st_ino)}
        above.update((f"{place}{os.sep}{name}", chain) for name in folders)
        others = 0
        for name in sorted(files):
            others += not name.endswith(".json")
            if name.endswith(".json") or others <= _OTHER_FILES:
                yield name if depth == 0 else f"{below}{os.sep}{name}"


def _name_in_zip(entry: zipfile.ZipInfo) -> str:
    """The name of an entry; one that is UTF-8 without saying so is read as UTF-8."""
    if entry.flag_bits & _IS_UTF8:
        return entry.filename
    try:
        return entry.filename.encode("cp437").decode("utf-8")
    except UnicodeError:
        return entry.filename
