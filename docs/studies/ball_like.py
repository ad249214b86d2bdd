"""Writes `ball_like.md`: a model that the demo's training command makes for another task.

    python docs/studies/ball_like.py prepare MATCHES FOLDER
    touchline train demo --matches FOLDER/games --out FOLDER/model \\
        --task docs/studies/ball_like.yaml --set ...
    python docs/studies/ball_like.py evaluate FOLDER

MATCHES is the folder of the rendered matches. `prepare` needs seconds; how long the other two take
is on the page.
"""

import json
import sys
from collections import Counter
from pathlib import Path

HERE = Path(__file__).resolve().parent
TASK_FILE = HERE / "ball_like.yaml"

CLASSES = {
    "Shots on target": "SHOT",
    "Shots off target": "SHOT",
    "Ball out of play": "OUT",
    "Direct free-kick": "FREE KICK",
    "Indirect free-kick": "FREE KICK",
    "Goal kick": "GOAL KICK",
    "Kick-off": "KICK OFF",
    "Goal": "GOAL",
}
"""What the engine calls an event, and its class here. Fixed before anything was trained."""

LEFT_OUT = {
    "Foul": "no action with the ball",
    "Offside": "no action with the ball",
    "Yellow card": "no action with the ball",
    "Yellow->red card": "no action with the ball",
    "Half end": "no action with the ball",
    "Penalty": "fewer than 20 of them in the matches to train on",
    "Throw-in": "fewer than 20 of them in the matches to train on",
    "Corner": "fewer than 20 of them in the matches to train on",
}


def prepare(matches: Path, folder: Path) -> Counter[str]:
    """Makes FOLDER/games: each match's videos, as links, beside labels of the task.

    Returns:
        How many events of each of the engine's classes there are.

    Raises:
        KeyError: a match has a class of events that is in neither list above.
    """
    known = CLASSES | LEFT_OUT
    counts: Counter[str] = Counter()
    for file in sorted(matches.glob("*/*/*/events_full.json")):
        game = folder / "games" / file.parent.relative_to(matches)
        game.mkdir(parents=True, exist_ok=True)
        annotations = []
        for event in json.loads(file.read_text(encoding="utf-8"))["events"]:
            known[event["label"]]
            counts[event["label"]] += 1
            if event["label"] in CLASSES:
                kept = ("gameTime", "position", "team", "visibility")
                named = {"label": CLASSES[event["label"]]}
                annotations.append({key: event[key] for key in kept} | named)
        labels = json.dumps({"annotations": annotations}, indent=1)
        (game / "Labels-ball-like.json").write_text(labels + "\n", encoding="utf-8")
        for video in file.parent.glob("*.mkv"):
            link = game / video.name
            if not link.exists():
                link.symlink_to(video.resolve())
    return counts


if __name__ == "__main__":
    step, *arguments = sys.argv[1:]
    if step == "prepare":
        print(prepare(Path(arguments[0]), Path(arguments[1])))
