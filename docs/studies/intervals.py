"""Writes `intervals.md`: how often 95 % intervals over games hold the figure they should.

    python docs/studies/intervals.py [FOLDER] [--results DIR] [--only POPULATION]

FOLDER holds `labels_test.zip` and `predictions/`; by default `../shared/soccernet`. Each population
takes about a minute on one core and leaves a file in DIR (by default a temporary folder); the
page is written once all are there, so that they can be made side by side with --only.
"""

import argparse
import json
import tempfile
from collections import defaultdict
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np

from touchline.games import SOCCERNET_V2, Label, ProblemLog
from touchline.report.grids import Grid
from touchline.scores import (
    CLASS_METRICS,
    GameCounts,
    Games,
    Interval,
    LeaveOneOut,
    class_intervals,
    count_by_game,
    intervals,
    leave_one_out,
)
from touchline.scores.defaults import LEAST_GAMES
from touchline.scores.uncertainty.jackknife import interval_around
from touchline.scores.uncertainty.pooled_figures import PooledFigures, pooled_figures
from touchline.spots import Spot
from touchline.spots.labels_and_spots import read_pairs

HERE = Path(__file__).resolve().parent
REPEATS = {3: 240, 5: 240, 8: 240, 10: 240, 20: 160, 50: 100, 100: 60}
BOOTSTRAP = {8: 80, 20: 60}
DRAWS = 200
MAPS = ("loose", "tight")
BANDS = ((3, "3 to 4"), (5, "5 to 9"), (10, "10 to 19"), (20, "20 or more"))
EVENTS_A_GAME = (0.4, 8, 4, 5, 5, 10, 5, 15, 30, 18, 12, 10, 2, 5, 4, 0.2, 0.15)
HALF_MS = 2_700_000

HEADING = """\
# Intervals over games

How often a nominal 95 % interval holds the figure of its population. A population is a set of games
with spots: the 100 test games of SoccerNet-v2 with the official baseline (NetVLAD), a good spotter
and an over-detector, and two made-up leagues of 300 games, in one of which games differ much in how
many events are found and in one little. From a population, n games are drawn with replacement, and
intervals are computed as touchline computes them; the figure to be held is that of the whole
population, for the classes that occur in the drawn games. The share is of the number of draws in
the heading of each column, so with 240 draws it is known to ± 3 points, with 60 to ± 6.

```
python docs/studies/intervals.py ../shared/soccernet
```

What was chosen:

- **Precision, recall and F1**: the figure ± t(n - 1) × its jackknife standard error.
- **Average-mAP**: likewise, with two additions. The square of the jackknife's estimate of bias is
  added to the variance, because the pooled average precision of few games is biased; at most as
  much as the variance itself, because with many games the estimate is noise, and doubled the width
  on 50 games without holding more ([the bias in the interval](interval_cap.md)). A class that
  fewer than 5 games have is rare: its variance is
  its own jackknife's or, where larger, that of a share of its games. Without these (second table)
  a set of many unsure spots is held in 72 to 92 %, because what a penalty or a red card does to
  the mean does not show in two or three games.
- **A class**: its jackknife variance or, where larger, that of a share of its truths, and the
  square of its bias. A class that fewer than 3 games have has no interval.
- **1 and 2 games** have no interval. At 3 games the intervals hold and are so wide that they say
  little, which is what 3 games are worth.

The percentile bootstrap, which was used before, draws games again and computes the pooled figure of
each draw; a draw holds fewer different games than there are, so its bias is added a second time.
"""

Tally = dict[str, list[bool]]


def main() -> None:
    """Simulates what is missing, and writes the page once everything is there."""
    parser = argparse.ArgumentParser(description=__doc__)
    shared = HERE.parents[2] / "shared" / "soccernet"
    parser.add_argument("folder", nargs="?", type=Path, default=shared)
    parser.add_argument("--results", type=Path)
    parser.add_argument("--only", choices=list(POPULATIONS))
    options = parser.parse_args()
    results = options.results or Path(tempfile.mkdtemp())
    results.mkdir(exist_ok=True)
    for name in [options.only] if options.only else POPULATIONS:
        file = results / f"{name}.json"
        if not file.is_file():
            file.write_text(json.dumps(simulate(POPULATIONS[name](options.folder))))
    files = {name: results / f"{name}.json" for name in POPULATIONS}
    if all(file.is_file() for file in files.values()):
        found = {name: json.loads(file.read_text()) for name, file in files.items()}
        text = "\n".join([HEADING, *(grid.markdown() for grid in grids(found))])
        (HERE / "intervals.md").write_text(text, encoding="utf-8")


def simulate(games: Games) -> dict[str, float]:
    """Shares of intervals that hold their figure, by what they are of."""
    counts = count_by_game(games, metrics=MAPS)
    size = len(counts.games)
    population = pooled_figures(counts, np.ones((1, size)))
    generator = np.random.default_rng(0)
    held: dict[str, list[float]] = defaultdict(list)
    for n, repeats in REPEATS.items():
        for repeat in range(repeats):
            drawn = _drawn(counts, generator.integers(0, size, n))
            found = leave_one_out(drawn)
            truth = _truth(population, found)
            for name, interval in intervals(found).items():
                held[f"all,{name},{n}"].append(_holds(interval, truth[name]))
                held[f"width,{name},{n}"].append(_width(interval))
                plain = interval_around(found.figures[name], found.without[name])
                held[f"plain,{name},{n}"].append(_holds(plain, truth[name]))
            _hold_classes(held, found, population)
            if repeat < BOOTSTRAP.get(n, 0):
                for name, interval in _percentile(drawn, generator).items():
                    held[f"bootstrap,{name},{n}"].append(_holds(interval, truth[name]))
    return {key: float(np.mean(values)) for key, values in held.items()}


def _drawn(counts: GameCounts, index: "np.ndarray[tuple[int], np.dtype[np.int64]]") -> GameCounts:
    """The counts of these games; one that is drawn twice counts as two."""
    return replace(
        counts,
        games=tuple(map(str, range(len(index)))),
        truths=counts.truths[index],
        claims=counts.claims[index],
        true=counts.true[index],
        rates=counts.rates[index],
    )


def _truth(population: PooledFigures, found: LeaveOneOut) -> dict[str, float]:
    """The population's figures, for the classes that occur in the drawn games."""
    known = found.truths > 0
    truth = {name: float(values[0]) for name, values in population.overall.items()}
    return truth | {
        name: float(np.where(known, population.per_class[name][0], 0.0).sum()) / len(known)
        for name in MAPS
    }


def _hold_classes(
    held: dict[str, list[float]], found: LeaveOneOut, population: PooledFigures
) -> None:
    for metric in CLASS_METRICS:
        truth = population.per_class[metric][0]
        for i, interval in enumerate(class_intervals(found, metric)):
            band = [name for least, name in BANDS if found.games_with_truth[i] >= least]
            if interval is not None and interval.ends and band:
                held[f"class,{metric},{band[-1]}"].append(_holds(interval, truth[i]))


def _percentile(counts: GameCounts, generator: np.random.Generator) -> dict[str, Interval]:
    """The percentile bootstrap over games (Efron 1979)."""
    games = len(counts.games)
    weights = generator.multinomial(games, np.full(games, 1 / games), DRAWS)
    once = pooled_figures(counts, np.ones((1, games))).overall
    drawn = pooled_figures(counts, weights).overall
    return {
        name: Interval(float(once[name][0]), *np.percentile(drawn[name], [2.5, 97.5]).tolist())
        for name in MAPS
    }


def _holds(interval: Interval, truth: float) -> bool:
    if interval.ends is None:
        raise ValueError(f"no interval on {LEAST_GAMES} games or more")
    return interval.ends[0] - 1e-12 <= truth <= interval.ends[1] + 1e-12


def _width(interval: Interval) -> float:
    return 0.0 if interval.ends is None else interval.ends[1] - interval.ends[0]


def grids(found: dict[str, dict[str, float]]) -> list[Grid]:
    """The tables of the page."""
    sizes = [f"{n} games ({repeats})" for n, repeats in REPEATS.items()]
    metrics = (*MAPS, "precision", "recall", "f1")
    return [
        Grid(
            "Share of intervals that hold the population's figure",
            ("population, figure", *sizes),
            _rows(found, metrics, "all", list(REPEATS)),
            "in %; nominal 95",
        ),
        Grid(
            "The same without additions: ± t × jackknife standard error",
            ("population, figure", *sizes),
            _rows(found, MAPS, "plain", list(REPEATS)),
            "in %",
        ),
        Grid(
            f"The percentile bootstrap, {DRAWS} draws",
            ("population, figure", *(f"{n} games ({r})" for n, r in BOOTSTRAP.items())),
            _rows(found, MAPS, "bootstrap", list(BOOTSTRAP)),
            "in %",
        ),
        Grid(
            "Mean width of the intervals",
            ("population, figure", *sizes),
            _rows(found, metrics, "width", list(REPEATS)),
            "in points",
        ),
        Grid(
            "Share of intervals of a class that hold, by how many games have a truth of it",
            ("population, figure", *(name for _, name in BANDS)),
            _rows(found, CLASS_METRICS, "class", [name for _, name in BANDS]),
            "in %; over all draws of all sizes",
        ),
    ]


def _rows(
    found: dict[str, dict[str, float]],
    metrics: tuple[str, ...],
    kind: str,
    columns: "list[int] | list[str]",
) -> tuple[tuple[str, ...], ...]:
    return tuple(
        (
            f"{population}, {metric}",
            *(
                f"{100 * value:.1f}" if (value := of_one.get(f"{kind},{metric},{column}")) else "–"
                for column in columns
            ),
        )
        for population, of_one in found.items()
        for metric in metrics
    )


def _real(name: str) -> Callable[[Path], Games]:
    def read(folder: Path) -> Games:
        return read_pairs(
            folder / "labels_test.zip",
            folder / "predictions" / f"{name}.zip",
            problems=ProblemLog(lenient=True),
        ).games

    return read


def _league(seed: int, spread: float) -> Callable[[Path], Games]:
    """A league whose games differ by `spread` in the log-odds of finding an event."""

    def make(_: Path) -> Games:
        return league(seed, spread)

    return make


def league(seed: int, spread: float, games: int = 300) -> dict[str, tuple[list[Label], list[Spot]]]:
    """Games with events at random, of which some are found, and as many false spots again."""
    generator = np.random.default_rng(seed)
    made = {}
    for game in range(games):
        found = 1 / (1 + np.exp(-generator.normal(0, spread)))
        labels, spots = [], []
        for name, rate in zip(SOCCERNET_V2.classes, EVENTS_A_GAME, strict=True):
            for half in (1, 2):
                for time_ms in generator.uniform(0, HALF_MS, generator.poisson(rate / 2)):
                    labels.append(Label(half, int(time_ms), name))
                    if generator.uniform() < found:
                        at_ms = int(abs(time_ms + generator.normal(0, 2500)))
                        spots.append(Spot(half, at_ms, name, None, float(generator.beta(3, 2))))
                for time_ms in generator.uniform(0, HALF_MS, generator.poisson(rate)):
                    sure = float(generator.beta(2, 3))
                    spots.append(Spot(half, int(time_ms), name, None, sure))
        made[str(game)] = (labels, spots)
    return made


POPULATIONS: dict[str, Callable[[Path], Games]] = {
    "NetVLAD": _real("real_NETVLAD_v2_test"),
    "good spotter": _real("good_spotter"),
    "over-detector": _real("vlm_overdetector"),
    "uneven league": _league(1, 1.0),
    "even league": _league(2, 0.3),
}


if __name__ == "__main__":
    main()
