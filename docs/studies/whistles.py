"""How well whistles are found in the rendered matches: precision and recall at 0.3 s.

    python docs/studies/whistles.py MATCHES

MATCHES is the folder of the rendered matches, with a whistles.json beside the halves of each.
The thresholds were chosen on the first five in the order of their dates; the other five are held
out. The sound of these matches was laid on at the true times, so this checks the pipeline (the
decoding, the clock, the detector), not how well the method does in a stadium.
"""

import json
import sys
from pathlib import Path

import numpy as np

from touchline.video.sound.sound_events import find_sound_events

TOLERANCE_MS = 300
CHOSEN_ON = 5


def main(matches: Path) -> None:
    """Prints one line a match and the sums."""
    games = sorted(file.parent for file in matches.rglob("whistles.json"))
    found = [judge(game) for game in games]
    print(f"{'match':58}{'blown':>7}{'found':>7}{'false':>7}{'missed':>7}")
    for game, (hits, false, missed, _) in zip(games, found, strict=True):
        print(f"{game.name:58}{hits + missed:7}{hits:7}{false:7}{missed:7}")
    for name, part in (
        ("chosen on", found[:CHOSEN_ON]),
        ("held out", found[CHOSEN_ON:]),
        ("all", found),
    ):
        hits, false, missed = (sum(one[i] for one in part) for i in range(3))
        errors = np.concatenate([one[3] for one in part])
        print(
            f"{name}: {hits + missed} blown, precision {hits / (hits + false):.3f}, "
            f"recall {hits / (hits + missed):.3f}, median lateness {np.median(errors):.0f} ms, "
            f"95 % within {np.percentile(np.abs(errors), 95):.0f} ms"
        )


def judge(game: Path) -> tuple[int, int, int, list[int]]:
    """Hits, false alarms, misses, and how late each hit is in ms; each truth is found once."""
    truth = json.loads((game / "whistles.json").read_text(encoding="utf-8"))
    hits = false = missed = 0
    errors = []
    for half in (1, 2):
        left = sorted(one["position_ms"] for one in truth if one["half"] == half)
        for whistle in find_sound_events(game / f"{half}_224p.mkv").whistles:
            nearest = min(left, key=lambda time: abs(time - whistle.time_ms), default=None)
            if nearest is None or abs(nearest - whistle.time_ms) > TOLERANCE_MS:
                false += 1
                continue
            left.remove(nearest)
            hits += 1
            errors.append(whistle.time_ms - nearest)
        missed += len(left)
    return hits, false, missed, errors


if __name__ == "__main__":
    main(Path(sys.argv[1]))
