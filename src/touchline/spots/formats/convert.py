"""Events from one format to another, and into a folder of games; what is lost is said."""

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from touchline.errors import UserError
from touchline.games import Task
from touchline.spots.formats.event import MatchEvent, VideoEvents, in_order
from touchline.spots.formats.event_format import FormatSettings
from touchline.spots.formats.names import find_clip, find_video
from touchline.spots.formats.read_events import ALL_FILES, read_events
from touchline.spots.formats.read_rules import ReadRules
from touchline.spots.formats.write_events import lost_facts, writable_format, write_events
from touchline.video import frame_rate, probe_video

_LABELS = "soccernet"
_OTHER_ROOT = "import into another ROOT"


@dataclass(frozen=True, slots=True)
class ReadChoice:
    """Which events are read.

    Attributes:
        source: a file, or a folder or zip of files.
        form: name of the format; None finds it out.
        pattern: of the names of files in a folder or zip.
        game: id of the game, where the source is one video or one game; None takes the path's.
        half: number of the half, where the source is one video; None takes the path's.
        half_starts_ms: where each half begins, if the source has a whole game on one clock; events
            are then given the half that they are in, and its clock.
    """

    source: Path
    form: str | None = None
    pattern: str = ALL_FILES
    game: str | None = None
    half: int | None = None
    half_starts_ms: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Conversion:
    """What was converted.

    Attributes:
        form: name of the format that was read.
        videos: how many.
        events: how many.
        files: those that were written.
        sentences: what was assumed, left out and lost.
    """

    form: str
    videos: int
    events: int
    files: list[Path]
    sentences: list[str]


def convert(
    choice: ReadChoice, rules: ReadRules, to: str, out: Path, settings: FormatSettings
) -> Conversion:
    """Reads events in one format and writes them in another.

    Args:
        choice: which events.
        rules: how they are read.
        to: name of the format that is written.
        out: a file, or a folder where there is one for each game or video.
        settings: how they are written.

    Raises:
        UserError: something cannot be read or written.
    """
    target = writable_format(to)
    form, videos = read_chosen(choice, rules)
    if target.counts_frames and settings.fps is None:
        videos = [_with_frame_rate(video, choice.source) for video in videos]
    files = write_events(videos, target, out, settings, "name another OUT")
    return _conversion(form, videos, files, rules, lost_facts(videos, target))


def import_events(choice: ReadChoice, rules: ReadRules, task: Task, root: Path) -> Conversion:
    """Reads labels or spots in any format, and writes them into a folder in SoccerNet's layout.

    Where the video of a half is in the folder, no event may be beyond its end.

    Args:
        choice: which events.
        rules: how they are read.
        task: names the file of labels.
        root: the folder of league/season/game.

    Raises:
        UserError: something cannot be read or written, an event is no class of the task, or
            nothing but the name of a file says which game it is.
    """
    target = writable_format(_LABELS)
    form, videos = read_chosen(choice, replace(rules, task=task))
    if task.periods:
        _refuse_guesses(videos, choice)
    videos = [_inside(video, root, rules) for video in videos]
    settings = FormatSettings(label_file=task.label_file)
    clips = [one for one in videos if task.periods == 0 and _clip_labels(one, root)]
    games = [one for one in videos if one not in clips]
    files = write_events(games, target, root, settings, _OTHER_ROOT) if games else []
    for clip in clips:
        place = _clip_labels(clip, root) or root
        files += write_events([clip], target, place, settings, _OTHER_ROOT)
    return _conversion(form, videos, files, rules, lost_facts(videos, target))


def read_chosen(choice: ReadChoice, rules: ReadRules) -> tuple[str, list[VideoEvents]]:
    """The name of the format, and the events by half.

    Raises:
        UserError: something cannot be read, or is not as chosen.
    """
    form, videos = read_events(choice.source, rules, choice.form, choice.pattern)
    if choice.game is not None:
        if len({video.game for video in videos}) > 1:
            raise UserError(f"{choice.source} holds several games: omit --game.")
        videos = [replace(video, game=choice.game) for video in videos]
    if choice.half is not None:
        if len(videos) > 1:
            raise UserError(f"{choice.source} holds several halves: omit --half.")
        videos = [_in_half(video, choice.half) for video in videos]
    if choice.half_starts_ms:
        videos = [half for video in videos for half in _halves_of(video, choice, rules)]
    return form, videos


def _refuse_guesses(videos: Sequence[VideoEvents], choice: ReadChoice) -> None:
    """Refuses games of halves that are only called after files: runs would not find them."""
    guesses = [video.game for video in videos if video.game_is_guess]
    if not guesses or choice.game is not None:
        return
    several = len({video.game for video in videos}) > 1
    remedy = (
        "put each file into a folder LEAGUE/SEASON/GAME"
        if several
        else "name it with --game LEAGUE/SEASON/GAME"
    )
    raise UserError(
        f"{choice.source} does not say which game '{guesses[0]}' is, which is only the name of a "
        f"file or folder: {remedy}."
    )


def _halves_of(video: VideoEvents, choice: ReadChoice, rules: ReadRules) -> list[VideoEvents]:
    """The halves of a game whose events have one clock."""
    starts_ms = choice.half_starts_ms
    if list(starts_ms) != sorted(set(starts_ms)):
        raise UserError("the halves of --half-starts have to begin one after another.")
    if video.half != 1:
        raise UserError(f"{choice.source} tells halves apart itself: omit --half-starts.")
    halves: list[list[MatchEvent]] = [[] for _ in starts_ms]
    for event in video.events:
        place = bisect_right(starts_ms, event.position_ms) - 1
        if place < 0:
            rules.problems.add(
                "event before the first half",
                f"{choice.source}: {event.label!r} at {event.position_ms} ms is before the first "
                f"half, which begins at {starts_ms[0]} ms",
            )
            continue
        position_ms = event.position_ms - starts_ms[place]
        halves[place].append(event._replace(half=place + 1, position_ms=position_ms))
    # The video is one of the whole game, so neither its path nor its length is that of a half.
    return [
        VideoEvents(
            video.game, number, in_order(events), fps=video.fps, game_is_guess=video.game_is_guess
        )
        for number, events in enumerate(halves, start=1)
    ]


def _with_frame_rate(video: VideoEvents, source: Path) -> VideoEvents:
    """The video with its frame rate, where it lies in the folder that was read."""
    file = source / video.video
    if video.fps is not None or not video.video or not file.is_file():
        return video
    return replace(video, fps=frame_rate(file))


def _in_half(video: VideoEvents, half: int) -> VideoEvents:
    moved = replace(video, half=half)
    return moved.with_events(event._replace(half=half) for event in video.events)


def _clip_labels(video: VideoEvents, root: Path) -> Path | None:
    """Where the labels of a clip are that has no folder of its own: beside it, by its name."""
    clip = find_clip(root, video.game)
    return None if clip is None else clip.with_suffix(".json")


def _inside(video: VideoEvents, root: Path, rules: ReadRules) -> VideoEvents:
    """The events that are in the video of the half, if it is there."""
    file = find_video(root / video.game, video.half) or find_clip(root, video.game)
    if file is None:
        return video
    length_ms = probe_video(file).claimed_ms
    inside = [event for event in video.events if event.position_ms <= length_ms]
    for event in video.events:
        if event.position_ms > length_ms:
            rules.problems.add(
                "event beyond the end",
                f"{event.label!r} at {event.position_ms} ms of {video.key} is beyond the end of "
                f"{file.name} ({length_ms} ms)",
            )
    return video.with_events(inside)


def _conversion(
    form: str,
    videos: Sequence[VideoEvents],
    files: list[Path],
    rules: ReadRules,
    lost: list[str],
) -> Conversion:
    remarks = [f"{count:,} × {remark}" for remark, count in rules.remarks.items()]
    events = sum(len(video.events) for video in videos)
    sentences = [*rules.problems.sentences(), *(f"{one}." for one in [*remarks, *lost])]
    return Conversion(form, len(videos), events, files, sentences)
