"""Reading events from a file, a folder or a zip, in whatever format they are."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from fnmatch import fnmatchcase
from functools import partial
from pathlib import Path, PurePosixPath

from touchline.bounded_reading import read_bounded
from touchline.errors import UserError, reason_of
from touchline.games import open_game_files
from touchline.spots.formats.event import VideoEvents
from touchline.spots.formats.event_format import Format
from touchline.spots.formats.names import find_video, game_of_file
from touchline.spots.formats.read_rules import ReadRules
from touchline.spots.formats.registry import FORMATS
from touchline.spots.formats.source_file import SourceFile
from touchline.text import inert

ALL_FILES = "*"
_ZIP = b"PK\x03\x04"


def read_events(
    source: Path, rules: ReadRules, form: str | None = None, pattern: str = ALL_FILES
) -> tuple[str, list[VideoEvents]]:
    """The events of all games below a path.

    Args:
        source: a file, or a folder or zip of files.
        rules: how events are read.
        form: name of the format; None finds it out from what the files hold.
        pattern: of the names of the files to read in a folder or zip, such as "Labels-v2.json".

    Returns:
        The name of the format, and the events by video, in the order of the files.

    Raises:
        UserError: there is no such file, it is of no known format or of several, or it is broken.
    """
    wanted = None if form is None else _readable(form)
    videos: list[VideoEvents] = []
    named: dict[tuple[str, str], str] = {}
    for file in _source_files(source, pattern):
        try:
            found = recognise_format(file) if wanted is None else _if_named(wanted, file, source)
            if found is None or found.read is None:
                rules.remarks["a file of no known format is left out"] += 1
                continue
            prescribed = PurePosixPath(file.name).name if found.file_name else ""
            named.setdefault((found.name, prescribed), file.name)
            _refuse_several(source, named)
            videos += [_with_game(one, file) for one in found.read(file, rules)]
        except UserError as error:
            if file.name == str(source) or len(named) > 1 or not rules.problems.lenient:
                raise
            rules.problems.add("unreadable file", str(error).rstrip("."))
    if not named:
        known = ", ".join(one.name for one in FORMATS.all() if one.read is not None)
        raise UserError(f"{source} is of none of the formats that can be read: {known}.")
    return next(iter(named))[0], _with_videos(_joined(videos, source), source)


def _if_named(form: Format, file: SourceFile, source: Path) -> Format | None:
    """The format that was asked for; of a folder or a zip only where a file's name fits it."""
    fits = file.name == str(source) or file.name.removesuffix(".gz").endswith(form.suffix)
    return form if fits else None


def _refuse_several(source: Path, named: Mapping[tuple[str, str], str]) -> None:
    """Refuses files of several formats, or several files of one game."""
    if len(named) > 1:
        (first, one), (second, other) = list(named.items())[:2]
        raise UserError(
            f"{source} holds files of several kinds, such as {one} ({first[0]}) and {other} "
            f"({second[0]}): choose some with --files, such as --files 'Labels-v2.json'."
        )


def recognise_format(file: SourceFile) -> Format | None:
    """The format of a file, by what it holds, or None.

    Raises:
        UserError: it begins like JSON or XML, and is neither.
    """
    return next(
        (one for one in FORMATS.all() if one.read and one.recognise and one.recognise(file)), None
    )


def format_of_file(file: Path) -> str | None:
    """The name of the format of a file, by what it holds, or None."""
    found = recognise_format(SourceFile(str(file), _content(file)))
    return None if found is None else found.name


def _readable(name: str) -> Format:
    found = FORMATS.get(name)
    if found.read is None:
        raise UserError(f"format '{name}' is only written, not read.")
    return found


def _with_game(video: VideoEvents, file: SourceFile) -> VideoEvents:
    """The video with a game, called after its file where neither content nor folder name one."""
    game = video.game or _stem(file)
    guess = video.game_is_guess
    if guess is None:
        guess = not file.folder and game in (file.game, _stem(file)) and "/" not in game
    return replace(video, game=game, game_is_guess=guess)


def _stem(file: SourceFile) -> str:
    return PurePosixPath(file.name).stem or "game"


def _source_files(source: Path, pattern: str) -> Iterator[SourceFile]:
    if not source.exists():
        raise UserError(f"{source} does not exist: give a file, or a folder or zip of files.")
    if source.is_file() and not _is_zip(source):
        content = _content(source)
        game, half = game_of_file(source.name, source.absolute().parent.name)
        yield SourceFile(str(source), content, game, half)
        return
    suffixes = {one.suffix for one in FORMATS.all() if one.read} | {".gz"}
    for path, read in _contents(source):
        place = PurePosixPath(path)
        if place.suffix.lower() in suffixes and fnmatchcase(place.name, pattern):
            game, half = game_of_file(path, _called(source) if place.name == path else "")
            folder = place.parent.as_posix()
            where = "" if folder == "." else inert(folder)
            yield SourceFile(f"{source}: {path}", read(), game, half, where)


def _called(source: Path) -> str:
    """What a folder or a zip is called."""
    whole = source.absolute()
    return inert(whole.name if source.is_dir() else whole.stem)


def _contents(source: Path) -> Iterator[tuple[str, Callable[[], bytes]]]:
    """The paths in a folder or a zip, sorted, and how each is read."""
    if source.is_dir():
        found = sorted(one for one in source.rglob("*") if one.is_file())
        for file in found:
            yield file.relative_to(source).as_posix(), partial(_content, file)
        return
    with open_game_files(source) as tree:
        for path in sorted(tree.names()):
            place = PurePosixPath(path)
            yield path, partial(tree.read, place.parent.as_posix(), place.name)


def _content(file: Path) -> bytes:
    try:
        return read_bounded(file)
    except OSError as error:
        raise UserError(f"{file} cannot be read: {reason_of(error)}.") from error


def _is_zip(source: Path) -> bool:
    with source.open("rb") as file:
        return file.read(len(_ZIP)) == _ZIP


def _joined(videos: Sequence[VideoEvents], source: Path) -> list[VideoEvents]:
    """The videos, if no two are the same half of a game."""
    seen: set[tuple[str, int]] = set()
    for video in videos:
        if (video.game, video.half) in seen:
            raise UserError(
                f"{source} holds half {video.half} of game '{video.game}' several times: choose "
                "files with --files."
            )
        seen.add((video.game, video.half))
    return list(videos)


def _with_videos(videos: Sequence[VideoEvents], source: Path) -> list[VideoEvents]:
    """The videos with their files, where those lie in the same folder."""
    if not source.is_dir():
        return list(videos)
    alone = len({one.game for one in videos}) == 1
    return [
        one if one.video else replace(one, video=_video_file(one, source, alone)) for one in videos
    ]


def _video_file(video: VideoEvents, source: Path, alone: bool) -> str:
    """The path of the half's video below the source, which may be the folder of one game alone."""
    found = find_video(source / video.game, video.half)
    if found is None and alone:
        found = find_video(source, video.half)
    return "" if found is None else found.relative_to(source).as_posix()
