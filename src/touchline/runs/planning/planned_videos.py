"""What a plan says about each video, so that a resumed run need not read the video again."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import combinations
from pathlib import Path

from touchline.errors import UserError
from touchline.games import Game, Label, score_in_name
from touchline.text import counted
from touchline.video import has_sound, probe_video, require_audio


@dataclass(frozen=True, slots=True)
class PlannedVideo:
    """A video as it was when the run was planned.

    Attributes:
        fingerprint: identity of its content.
        duration_ms: where its last frame ends.
        claimed_ms: the length that the file claims.
        size_bytes: of the file.
        modified_ns: when the file was last changed, by the file system.
        has_sound: whether it has a sound track.
        pixel_aspect: width over height of one pixel.
    """

    fingerprint: str
    duration_ms: int
    claimed_ms: int
    size_bytes: int
    modified_ns: int
    has_sound: bool
    pixel_aspect: Fraction


_END_SLACK_MS = 1000
"""Of labels, whose clocks are rounded."""
_MANY_LABELS = 5
"""In one half; then another half without any is odd."""

Videos = Mapping[Path, PlannedVideo]


def probe_videos(games: Iterable[Game], known: Videos) -> dict[Path, PlannedVideo]:
    """Probes the videos of some games.

    Args:
        games: the games.
        known: videos of an earlier plan; those whose files are unchanged are not read.

    Raises:
        UserError: a video does not exist or cannot be read.
    """
    return {
        half.video: _probe(half.video, known.get(half.video))
        for game in games
        for half in game.halves
    }


def why_no_sound(videos: Videos) -> str | None:
    """A sentence about why not all videos have sound that can be read; None if all have."""
    try:
        require_audio()
    except UserError as error:
        return str(error)
    silent = next((path for path, video in videos.items() if not video.has_sound), None)
    return None if silent is None else f"video {silent} has no sound track."


def label_warnings(games: Iterable[Game], videos: Videos) -> list[str]:
    """Where labels do not seem to be of the videos beside them, a sentence each.

    Args:
        games: those of a plan.
        videos: what is known of their videos.
    """
    found, games = [], list(games)
    for game in games:
        counts = {half.number: 0 for half in game.halves}
        for half in game.halves:
            ms = [label.position_ms for label in game.labels or () if label.half == half.number]
            counts[half.number] = len(ms)
            length_ms = videos[half.video].claimed_ms
            behind = sum(position > length_ms + _END_SLACK_MS for position in ms)
            if behind:
                fits = _better_video(game, games, videos)
                hint = (
                    f"they fit the videos of '{fits}' better"
                    if fits
                    else "check that labels and video are of the same half"
                )
                verb = "lies" if behind == 1 else "lie"
                found.append(
                    f"{counted(behind, 'label')} of half {half.number} of '{game.id}' {verb} "
                    f"behind the end of {half.video.name} ({clock(length_ms)}), the last at "
                    f"{clock(max(ms))}: {hint}."
                )
        bare = [number for number, count in counts.items() if not count]
        if bare and max(counts.values(), default=0) >= _MANY_LABELS:
            found.append(
                f"half {bare[0]} of '{game.id}' has no label, and another half has "
                f"{max(counts.values())}: its spots all count as false."
            )
    return found + _swapped(list(games))


def _swapped(games: Sequence[Game]) -> list[str]:
    """Pairs of games whose goals in the labels are each the score in the other's name.

    Of the 100 games of SoccerNet's test split the goals of 91 are those of the name, and no two
    of the 100 look swapped.
    """
    scores = {game.id: score_in_name(game.id) for game in games}
    goals = {game.id: _goals(game.labels or ()) for game in games}
    return [
        f"the labels of '{one.id}' have the goals of '{other.id}' ({_score(goals[one.id])}), and "
        f"those of '{other.id}' have its ({_score(goals[other.id])}): they may have been swapped."
        for one, other in combinations(games, 2)
        if scores[one.id] != scores[other.id]
        and (goals[one.id], goals[other.id]) == (scores[other.id], scores[one.id])
    ]


def _goals(labels: Iterable[Label]) -> tuple[int, int]:
    teams = Counter(label.team for label in labels if label.label == "Goal")
    return teams["home"], teams["away"]


def _score(goals: tuple[int, int]) -> str:
    return f"{goals[0]} - {goals[1]}"


def _better_video(game: Game, games: Iterable[Game], videos: Videos) -> str:
    """The game whose videos hold all labels of another with the least time after them, or ""."""
    last_ms = {
        half.number: max(
            (label.position_ms for label in game.labels or () if label.half == half.number),
            default=0,
        )
        for half in game.halves
    }
    left_ms: dict[str, int] = {}
    for other in games:
        lengths = {half.number: videos[half.video].claimed_ms for half in other.halves}
        after = [lengths.get(number, -1) + _END_SLACK_MS - ms for number, ms in last_ms.items()]
        if other.id != game.id and min(after) >= 0:
            left_ms[other.id] = sum(after)
    return min(left_ms, key=lambda one: left_ms[one], default="")


def clock(time_ms: int) -> str:
    """A time as minutes and seconds.

    >>> clock(125_000)
    '2:05'
    """
    return f"{time_ms // 60_000}:{time_ms // 1000 % 60:02d}"


def _probe(video: Path, known: PlannedVideo | None) -> PlannedVideo:
    if known is not None and video.is_file():
        stat = video.stat()
        if (stat.st_size, stat.st_mtime_ns) == (known.size_bytes, known.modified_ns):
            return known
    facts = probe_video(video)
    stat = video.stat()
    return PlannedVideo(
        facts.fingerprint,
        facts.duration_ms,
        facts.claimed_ms,
        stat.st_size,
        stat.st_mtime_ns,
        has_sound(video),
        facts.pixel_aspect,
    )
