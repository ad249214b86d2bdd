"""Writes `sampling.md`: a budget of windows spent evenly, by motion, by shots and by sound.

    python docs/studies/sampling.py MATCHES

MATCHES is the folder of the rendered matches. The first look at them takes about a minute of one
core; what is measured is kept in the cache.
"""

import sys
from collections.abc import Sequence
from pathlib import Path

from touchline.games import SOCCERNET_V2, Game, read_games
from touchline.report.grids import Grid
from touchline.video import AdaptiveSettings, FrameSpec, Proposer, cut_windows

HERE = Path(__file__).resolve().parent
DENSE = FrameSpec(fps=5, window=3, stride=2)
SHARES = (0.05, 0.1, 0.2, 0.4)
CHOSEN_ON = 5
WAYS = (Proposer.UNIFORM, Proposer.MOTION, Proposer.SHOTS, Proposer.SOUND)

HEADING = """\
# Where a budget of windows goes

Ten rendered matches, windows of 3 s every 2 s with 5 frames a second. A budget is a share of the
windows; a window costs its frames, however it was chosen. An event is covered if its true time
lies in a chosen window: whether a model would see it is not asked here, so no model takes part.

```
python docs/studies/sampling.py ../shared/matches
```

What motion is (change of brightness plus speed of the whole picture, averaged over a second) was
chosen on the first five matches by date; shots and sound have nothing that was chosen for this.
The figures are of the other five.

**These are not real matches.** Their sound was laid on at the true times of the events, so what
sound gains here shows that the parts work together and says nothing of a broadcast. They have no
replays and no edited camera cuts: a "shot cut" is the jump of the engine's camera to a restart.
Play is denser than in real football, so even windows cover more events than they would there.
"""


def main(matches: Path) -> None:
    """Chooses, counts and writes the page."""
    games = read_games(matches, SOCCERNET_V2)
    held_out, chosen_on = games[CHOSEN_ON:], games[:CHOSEN_ON]
    body = "\n".join(
        [
            HEADING,
            table(f"Events covered per 1,000 frames, {len(held_out)} matches held out", held_out),
            table("The same on the matches that motion was chosen on", chosen_on),
        ]
    )
    (HERE / "sampling.md").write_text(body + "\n", encoding="utf-8")


def table(title: str, games: Sequence[Game]) -> str:
    """One row a way of choosing, one column a budget: events per 1,000 frames, and their share."""
    rows = []
    for way in WAYS:
        counts = [covered(games, AdaptiveSettings(way, share=share)) for share in SHARES]
        shown = [f"{1000 * hit / frames:.1f} ({hit / of:.0%})" for hit, of, frames in counts]
        rows.append((str(way), *shown))
    heads = tuple(f"{share:.0%} of the windows" for share in SHARES)
    return Grid(title, ("chosen by", *heads), tuple(rows)).markdown()


def covered(games: Sequence[Game], adaptive: AdaptiveSettings) -> tuple[int, int, int]:
    """Events in a chosen window, all events, and frames shown."""
    hit = total = frames = 0
    for game in games:
        for half in game.halves:
            chosen = cut_windows(half, DENSE.model_copy(update={"adaptive": adaptive}))
            frames += sum(len(window.frame_times_ms) for window in chosen)
            times = [one.position_ms for one in game.labels or () if one.half == half.number]
            total += len(times)
            hit += sum(any(one.start_ms <= time < one.end_ms for one in chosen) for time in times)
    return hit, total, frames


if __name__ == "__main__":
    main(Path(sys.argv[1]))
