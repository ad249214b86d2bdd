"""Writing events in a format: one file, or one for each game or video of a folder."""

from collections.abc import Sequence
from itertools import groupby
from pathlib import Path

from touchline.errors import UserError
from touchline.files import whole_file
from touchline.games import check_game_id
from touchline.spots.formats.event import VideoEvents, by_half, event_of_spot
from touchline.spots.formats.event_format import Format, FormatSettings
from touchline.spots.formats.registry import FORMATS
from touchline.spots.types import Spot


def check_format(path: Path) -> None:
    """Makes sure that spots can be written in the format that a file's name asks for.

    Raises:
        UserError: no format has this suffix.
    """
    _format_of(path)


def export_spots(
    spots: Sequence[Spot], path: Path, settings: FormatSettings | None = None
) -> list[Path]:
    """Writes the spots of one match, in the format that the file's name asks for.

    Args:
        spots: in any order.
        path: ends in the suffix of a format, such as .json, .csv or .srt.
        settings: how they are written where the format leaves a choice; None takes the defaults.

    Returns:
        The file; where the format holds one video and there are spots of several halves, one for
        each, such as events_1.srt and events_2.srt.

    Raises:
        UserError: no format has this suffix.
    """
    form = _format_of(path)
    halves = _halves(spots, path)
    files = {path: halves}
    if form.holds == "video" and len(halves) > 1:
        files = {path.with_stem(f"{path.stem}_{one.half}"): [one] for one in halves}
    for file, part in files.items():
        content = _content(form, part, settings or FormatSettings())
        with whole_file(file) as handle:
            handle.write(content)
    return list(files)


def lost_in_file(spots: Sequence[Spot], path: Path) -> list[str]:
    """What `export_spots` does not keep of spots, as `lost_facts` says it.

    Raises:
        UserError: no format has this suffix.
    """
    return lost_facts(_halves(spots, path), _format_of(path))


def _halves(spots: Sequence[Spot], path: Path) -> list[VideoEvents]:
    """The halves of a match, called after its file; a table has no id of a game that has none."""
    name = "" if _format_of(path).holds == "data set" else path.stem
    return by_half(name, map(event_of_spot, spots))


def writable_suffixes() -> list[str]:
    """What the name of a file of events may end in, the commonest first."""
    return list(dict.fromkeys(one.suffix for one in FORMATS.all() if one.write is not None))


def writable_format(name: str) -> Format:
    """The format of a name, if it can be written.

    Raises:
        UserError: there is none, or it is only read.
    """
    found = FORMATS.get(name)
    if found.write is None:
        raise UserError(f"format '{name}' is only read, not written.")
    return found


def write_events(
    videos: Sequence[VideoEvents],
    form: Format,
    out: Path,
    settings: FormatSettings,
    instead: str = "choose another place",
) -> list[Path]:
    """Writes the events of videos.

    Args:
        videos: of any number of games.
        form: the format.
        out: a file, where the format holds all of them in one; else a folder, into which come
            `<game>/<half><suffix>` or the file that the format prescribes for a game.
        settings: what the format leaves open.
        instead: what a user can do besides deleting a file that exists already.

    Returns:
        The files. None of them existed before.

    Raises:
        UserError: a file exists already, an id cannot be a folder, or an event has no place in
            the format.
    """
    files = _files(videos, form, out, settings)
    for path in files:
        if path.exists():
            raise UserError(f"{path} exists already: delete it, or {instead}.")
    # All of them are made before the first is written: an event without a place stops them all.
    contents = {path: _content(form, part, settings) for path, part in files.items()}
    for path, content in contents.items():
        with whole_file(path) as file:
            file.write(content)
    return list(files)


def _files(
    videos: Sequence[VideoEvents], form: Format, out: Path, settings: FormatSettings
) -> dict[Path, list[VideoEvents]]:
    """The videos in each file."""
    one_file = out.suffix != "" and not out.is_dir()
    if form.holds == "data set":
        return {out if one_file else out / f"{form.name}{form.suffix}": list(videos)}
    if form.holds == "video":
        if one_file and len(videos) == 1:
            return {out: list(videos)}
        _refuse_file(out, one_file, "half")
        return {_folder(out, one) / f"{one.half}{form.suffix}": [one] for one in videos}
    games = {game: list(part) for game, part in groupby(videos, key=lambda one: one.game)}
    if len(games) < len({one.game for one in videos}):
        games = {game: [one for one in videos if one.game == game] for game in games}
    if one_file and len(games) == 1:
        return {out: list(videos)}
    _refuse_file(out, one_file, "game")
    return {
        _folder(out, part[0]) / _game_file(form, part, settings): part for part in games.values()
    }


def _refuse_file(out: Path, one_file: bool, what: str) -> None:
    if one_file:
        raise UserError(f"{out} names one file, and there is one for each {what}: give a folder.")


def _game_file(form: Format, videos: Sequence[VideoEvents], settings: FormatSettings) -> str:
    return form.name + form.suffix if form.file_name is None else form.file_name(videos, settings)


def _folder(out: Path, video: VideoEvents) -> Path:
    try:
        return out / check_game_id(video.game)
    except ValueError as error:
        raise UserError(f"game '{video.game[:100]}' cannot be a folder: {error}.") from error


def lost_facts(videos: Sequence[VideoEvents], form: Format) -> list[str]:
    """What a format does not keep of events, one sentence for each fact.

    Args:
        videos: the events.
        form: the format that they are written in.
    """
    said = {
        "team": lambda event: event.team is not None,
        "confidence": lambda event: event.confidence is not None,
        "visibility": lambda event: not event.visible,
        "player": lambda event: bool(event.player),
    }
    events = [event for video in videos for event in video.events]
    found = [
        f"{form.name} does not keep the {fact}, which {sum(map(has, events)):,} events have"
        for fact, has in said.items()
        if fact not in form.keeps and any(map(has, events))
    ]
    begun = sum(video.starts_at is not None for video in videos)
    if begun and "start in UTC" not in form.keeps:
        found.append(f"{form.name} does not keep when a video begins, which {begun:,} videos say")
    if form.precision and events:
        found.append(f"{form.name} holds times in {form.precision}, to which they were rounded")
    return found


def _content(form: Format, videos: Sequence[VideoEvents], settings: FormatSettings) -> bytes:
    assert form.write is not None  # only such come here
    content = form.write(videos, settings)
    return content.encode() if isinstance(content, str) else content


def _format_of(path: Path) -> Format:
    """The first format of a suffix; the soonest tried are those of the registry's beginning."""
    found = [one for one in FORMATS.all() if one.write is not None]
    for one in found:
        if one.suffix == path.suffix:
            return one
    raise UserError(f"output {path} must end in one of {', '.join(writable_suffixes())}.")
