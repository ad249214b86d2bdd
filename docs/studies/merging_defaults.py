"""Prints what `docs/merging.md` says of the defaults of merging: the choice with a game left out.

    python docs/studies/merging_defaults.py [FOLDER]

FOLDER is that of `merging.py`. Takes about ten seconds on one core.
"""

import sys
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
from merging import HERE, SIGMAS_S, STORMS, _merged, _readings, _truth

from touchline.games import SOCCERNET_V2
from touchline.replies import ReadPolicy
from touchline.replies.retrospective_files.reader import read_retrospective
from touchline.runs.merging.tune import figure_of
from touchline.spots import MergeSettings

Way = tuple[float, float]
"""Sigma in seconds, and storm."""

WAYS = [(float(sigma), storm) for sigma in SIGMAS_S for storm in STORMS]
Figure = Callable[[Way, Sequence[str]], float]


def main() -> None:
    """Chooses with every game left out, and says how much damping gains beside chance."""
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else HERE.parents[2] / "shared" / "qwen"
    halves = read_retrospective(folder)
    truth, readings = _truth(folder, halves), _readings(halves, ReadPolicy())
    merged = {
        (sigma, storm): _merged(readings, MergeSettings(sigma=sigma, storm=storm))
        for sigma, storm in WAYS
    }

    def figure(way: Way, games: Sequence[str]) -> float:
        """Mean of loose and tight average-mAP, in points."""
        judged = {game: (truth[game], merged[way][game]) for game in games}
        return 100 * figure_of(judged, SOCCERNET_V2).mean

    games = sorted(truth)
    for left_out in [None, *games]:
        others = [game for game in games if game != left_out]
        best = max(WAYS, key=lambda way: figure(way, others))
        undamped = max((way for way in WAYS if way[1] == 0), key=lambda way: figure(way, others))
        gain, error = _gain(figure, best, undamped, others)
        print(
            f"sigma {best[0]:g} s, storm {best[1]:<4g}  gains {gain:.2f} +- {error:.2f} over sigma "
            f"{undamped[0]:g} s without damping; left out: {left_out or 'none'}"
        )


def _gain(figure: Figure, best: Way, other: Way, games: Sequence[str]) -> tuple[float, float]:
    """By how much a way is better than another, and the jackknife standard error of that."""
    without = [[game for game in games if game != one] for one in games]
    each = np.array([figure(best, rest) - figure(other, rest) for rest in without])
    spread = float(((each - each.mean()) ** 2).sum())
    error = np.sqrt((len(games) - 1) / len(games) * spread)
    return figure(best, games) - figure(other, games), float(error)


if __name__ == "__main__":
    main()
