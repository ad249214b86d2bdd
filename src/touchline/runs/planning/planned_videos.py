"""What a plan says of each video, so that a run that goes on need not walk through it again."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from touchline.errors import UserError
from touchline.games import Game
from touchline.video import has_sound, probe_video, require_audio


@dataclass(frozen=True, slots=True)
class PlannedVideo:
    """A video as it was when the run was planned.

    Attributes:
        fingerprint: identity of its content.
        duration_ms: where its last frame ends.
        claimed_ms: how long it says it is.
        size_bytes: of the file.
        modified_ns: when the file was last changed, as the file system says.
        has_sound: whether it has a sound track.
    """

    fingerprint: str
    duration_ms: int
    claimed_ms: int
    size_bytes: int
    modified_ns: int
    has_sound: bool


Videos = Mapping[Path, PlannedVideo]


def probe_videos(games: Iterable[Game], known: Videos) -> dict[Path, PlannedVideo]:
    """What there is to say of all videos of some games.

    Args:
        games: the games.
        known: videos of an earlier plan; those whose files are unchanged are not read.

    Raises:
        UserError: a video is not there or cannot be read.
    """
    return {
        half.video: _looked_at(half.video, known.get(half.video))
        for game in games
        for half in game.halves
    }


def why_not_heard(videos: Videos) -> str | None:
    """Why not all of some videos can be listened to, as a sentence; None where they can."""
    try:
        require_audio()
    except UserError as error:
        return str(error)
    silent = next((path for path, video in videos.items() if not video.has_sound), None)
    return None if silent is None else f"video {silent} has no sound."


def _looked_at(video: Path, known: PlannedVideo | None) -> PlannedVideo:
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
    )
