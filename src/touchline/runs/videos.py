"""What a plan says of each video, so that a run that goes on need not walk through it again."""

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from touchline.games import Game
from touchline.video import probe


@dataclass(frozen=True, slots=True)
class PlannedVideo:
    """A video as it was when the run was planned.

    Attributes:
        fingerprint: identity of its content.
        duration_ms: where its last frame ends.
        claimed_ms: how long it says it is.
        size_bytes: of the file.
        modified_ns: when the file was last changed, as the file system says.
    """

    fingerprint: str
    duration_ms: int
    claimed_ms: int
    size_bytes: int
    modified_ns: int

    def facts(self) -> dict[str, Any]:
        """The same as plain values."""
        return asdict(self)


Videos = Mapping[Path, PlannedVideo]


def look_at_videos(games: Iterable[Game], known: Videos) -> dict[Path, PlannedVideo]:
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


def videos_of(plan: Mapping[str, Any]) -> dict[Path, PlannedVideo]:
    """The videos of a `plan.json`; those of an old plan, which says too little, are left out."""
    return {
        Path(half["video"]): PlannedVideo(
            half["fingerprint"],
            half["duration_ms"],
            half["claimed_ms"],
            half["size_bytes"],
            half["modified_ns"],
        )
        for game in plan["games"]
        for half in game["halves"]
        if "modified_ns" in half
    }


def _looked_at(video: Path, known: PlannedVideo | None) -> PlannedVideo:
    if known is not None and video.is_file():
        stat = video.stat()
        if (stat.st_size, stat.st_mtime_ns) == (known.size_bytes, known.modified_ns):
            return known
    facts = probe(video)
    stat = video.stat()
    return PlannedVideo(
        facts.fingerprint, facts.duration_ms, facts.claimed_ms, stat.st_size, stat.st_mtime_ns
    )
