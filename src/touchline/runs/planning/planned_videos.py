"""What a plan says about each video, so that a resumed run need not read the video again."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction
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
