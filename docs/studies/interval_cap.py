"""Prints how often intervals hold, and how wide they are, by what of the bias is added to them.

    python docs/studies/interval_cap.py [FOLDER] [POPULATION ...]

The populations and the figures to be held are those of `intervals.py`; each takes some minutes on
one core. The table is that of `interval_cap.md`.
"""

import argparse
import math
from collections import defaultdict
from pathlib import Path

import numpy as np
from intervals import HERE, MAPS, POPULATIONS, _drawn, _truth

from touchline.report.grids import Grid
from touchline.scores import Games, LeaveOneOut, count_by_game, leave_one_out
from touchline.scores.uncertainty.games_left_out import standard_error
from touchline.scores.uncertainty.jackknife import RARE_GAMES, _bias, _share_variance
from touchline.scores.uncertainty.pooled_figures import pooled_figures
from touchline.scores.uncertainty.student import t_quantile

REPEATS = {5: 150, 10: 120, 20: 80, 40: 50, 60: 40}
WAYS = ("all", "capped", "none", "plain")
SEED = 5


def main() -> None:
    """Simulates and prints."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "folder", nargs="?", type=Path, default=HERE.parents[2] / "shared/soccernet"
    )
    parser.add_argument("populations", nargs="*", default=["NetVLAD", "good spotter"])
    options = parser.parse_args()
    rows = []
    for name in options.populations:
        for key, cells in simulate(POPULATIONS[name](options.folder)).items():
            rows.append((f"{name}, {key}", *cells))
    columns = ("population, figure, bias", *(f"{n} games ({r})" for n, r in REPEATS.items()))
    print(Grid("Bias in the interval", columns, tuple(rows)).markdown())


def simulate(games: Games) -> dict[str, list[str]]:
    """By metric and way: for each size the share in % that hold, and the mean width in points."""
    counts = count_by_game(games, metrics=MAPS)
    size = len(counts.games)
    population = pooled_figures(counts, np.ones((1, size)))
    generator = np.random.default_rng(SEED)
    cells: dict[str, list[str]] = defaultdict(list)
    for n, repeats in REPEATS.items():
        held: dict[str, list[bool]] = defaultdict(list)
        width: dict[str, list[float]] = defaultdict(list)
        for _ in range(repeats):
            found = leave_one_out(_drawn(counts, generator.integers(0, size, n)))
            truth = _truth(population, found)
            for metric in MAPS:
                for way, reach in reaches(found, metric).items():
                    held[f"{metric}, {way}"].append(
                        abs(found.figures[metric] - truth[metric]) <= reach
                    )
                    width[f"{metric}, {way}"].append(200 * reach)
        for key, values in held.items():
            cells[key].append(f"{100 * np.mean(values):.0f} ({np.mean(width[key]):.1f})")
    return cells


def reaches(found: LeaveOneOut, metric: str) -> dict[str, float]:
    """Half the width of the interval of an average-mAP, by way."""
    values, without = found.class_figures[metric], found.class_without[metric]
    known = ~np.isnan(values)
    rare = known & (found.games_with_truth < RARE_GAMES)
    common = known & ~rare
    total = without[:, common].sum(axis=1) / len(values)
    spread = float(standard_error(total)) ** 2
    bias = _bias(float(values[common].sum()) / len(values), total) ** 2
    own = np.nan_to_num(standard_error(without[:, rare]) ** 2)
    shares = _share_variance(values[rare], found.games_with_truth[rare])
    seldom = float(np.maximum(own, shares).sum()) / len(values) ** 2
    variances = (
        spread + bias + seldom,
        spread + min(bias, spread) + seldom,
        spread + seldom,
        float(standard_error(found.without[metric])) ** 2,
    )
    quantile = t_quantile(0.975, len(found.games) - 1)
    return {way: quantile * math.sqrt(one) for way, one in zip(WAYS, variances, strict=True)}


if __name__ == "__main__":
    main()
