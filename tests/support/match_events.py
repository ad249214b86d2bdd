"""Events of two games, and a name that would harm whoever obeys it."""

from datetime import UTC, datetime

from touchline.spots import MatchEvent, VideoEvents

HOSTILE = '=cmd|"</label>&x; --> [CHAPTER]\n#;\\ ]]>\x00\u202e漢 99% (home)'
"""Ends elements, begins formulas, cues, chapters and entities, turns the direction of text."""


def spot(position_ms, label, team="home", confidence=0.5, half=1, **facts):
    return MatchEvent(half, position_ms, label, team, confidence, **facts)


SPOTS = [
    VideoEvents(
        "league/2025/a - b",
        1,
        (
            spot(0, "Kick-off", None, 1.0),
            spot(200, "Foul", "away", 0.25),
            spot(3_725_401, "Goal", "home", 0.91),
            spot(3_725_401, "Yellow card", "away", 0.07),
        ),
        video="league/2025/a - b/1_224p.mkv",
        duration_ms=3_900_000,
        starts_at=datetime(2026, 1, 1, 12, 0, 0, 500_000, UTC),
        fps=25,
    ),
    VideoEvents(
        "league/2025/a - b",
        2,
        (spot(61_001, "Corner", "home", 0.125, half=2),),
        video="league/2025/a - b/2_224p.mkv",
        duration_ms=3_000_000,
        fps=25,
    ),
    VideoEvents(
        "league/2025/c - d",
        1,
        (spot(999_999, "Yellow->red card", "home", 0.75),),
        video="league/2025/c - d/1_224p.mkv",
        fps=25,
    ),
]

LABELS = [
    VideoEvents(
        video.game,
        video.half,
        tuple(
            event._replace(confidence=None, visible=event.team != "away") for event in video.events
        ),
        video.video,
        video.duration_ms,
        video.starts_at,
        video.fps,
    )
    for video in SPOTS
]


def what(events):
    """What every format keeps of events."""
    return [(event.half, event.position_ms, event.label) for event in events]
