"""Writes `fitted_intervals.md`: intervals of decoded games, with and without refitting.

    python docs/studies/fitted_intervals.py [--repeats N]

Takes about three minutes on one core.
"""

import argparse
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np

from touchline.games import SOCCERNET_V2, Label
from touchline.report.grids import Grid
from touchline.runs.merging.held_out import folds
from touchline.scores import Interval, LeaveOneOut, count_by_game, leave_one_out
from touchline.scores.uncertainty.jackknife import _around_mean_of_classes
from touchline.spots import EventSignals, Spot, decode, fit_decoders, signals_of_spots

HERE = Path(__file__).resolve().parent
TASK = replace(SOCCERNET_V2, classes=("Goal", "Foul", "Corner"))
EVENTS_A_HALF = (1.5, 5.0, 2.5)
HALF_MS = 900_000
SIZES = (4, 8)
FRESH = 60
MAPS = ("loose", "tight")

HEADING = """\
# Intervals of what was fitted on the games that it is judged on

A row of stacking, or of a decoder of `touchline tune`, is decoded game by game by what was fitted
on the other games. Its figure varies with the games that are judged *and* with the games that were
fitted on, which are the same ones. Here leagues are made up (three classes, halves of 15 minutes, a
model that claims events late, early and falsely, and games that differ in how well it does). From
them n games are drawn, decoded in folds as touchline does it, and an interval is computed. It
should hold what such decoders score on other games of the league: the mean, over all draws, of what
they score on {fresh} fresh games.

```
python docs/studies/fitted_intervals.py
```

- *decoders kept*: each game is left out of the judged games, the decoders stay. This is the
  interval that other rows have.
- *decoders refitted*: each game is left out of the judged games and of all fits, so that the figure
  without a game is that of a run without it.
"""

Games = Mapping[str, tuple[Sequence[EventSignals], list[Label]]]


def game(generator: np.random.Generator) -> tuple[list[EventSignals], list[Label]]:
    """The claims of a model with habits, and the labels."""
    seen = 1 / (1 + np.exp(-generator.normal(0.3, 0.8)))
    labels, spots = [], []
    for half in (1, 2):
        for name, rate in zip(TASK.classes, EVENTS_A_HALF, strict=True):
            for time in generator.uniform(0, HALF_MS, generator.poisson(rate)):
                labels.append(Label(half, int(time), name))
                for delay_ms in (2_000, 6_000):
                    if generator.uniform() < seen:
                        at = int(np.clip(time + generator.normal(delay_ms, 1_500), 0, HALF_MS))
                        said = name if generator.uniform() < 0.7 else TASK.classes[1]
                        sure = round(float(generator.beta(3, 2)), 2)
                        spots.append(Spot(half, at, said, None, sure))
            for time in generator.uniform(0, HALF_MS, generator.poisson(3 * rate)):
                sure = round(float(generator.beta(2, 3)), 2)
                spots.append(Spot(half, int(time), name, None, sure))
    return signals_of_spots(spots), labels


def scored(spots: Mapping[str, list[Spot]], games: Games) -> LeaveOneOut:
    """Average-mAP, and that without each game, of spots as they are."""
    counted = {name: (games[name][1], found) for name, found in spots.items()}
    return leave_one_out(count_by_game(counted, TASK, MAPS))


def one_draw(
    size: int, generator: np.random.Generator
) -> dict[str, tuple[float, Interval, Interval]]:
    """By metric: what decoders score on fresh games, and both intervals."""
    games: Games = {f"{i:02}": game(generator) for i in range(size)}
    fresh: Games = {f"fresh {i}": game(generator) for i in range(FRESH)}
    names = list(games)
    parts = folds(names)
    wanted = {frozenset(part) for part in parts}
    wanted |= {frozenset((*part, out)) for part in parts for out in names}
    order = sorted(wanted, key=sorted)
    decoders = dict(zip(order, fit_decoders(games, TASK, order), strict=True))

    def decoded(without: tuple[str, ...] = ()) -> dict[str, list[Spot]]:
        return {
            name: decode(games[name][0], decoders[frozenset((*part, *without))])
            for part in parts
            for name in part
            if name not in without
        }

    first = decoders[frozenset(parts[0])]
    target = scored({name: decode(halves, first) for name, (halves, _) in fresh.items()}, fresh)
    kept = scored(decoded(), games)
    again = [scored(decoded((out,)), games) for out in names]
    refitted = replace(
        kept,
        without={m: np.array([one.figures[m] for one in again]) for m in MAPS},
        class_without={m: np.stack([one.class_figures[m] for one in again]) for m in MAPS},
    )
    return {
        metric: (
            target.figures[metric],
            _around_mean_of_classes(kept, metric),
            _around_mean_of_classes(refitted, metric),
        )
        for metric in MAPS
    }


def main() -> None:
    """Simulates, and writes the page."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--repeats", type=int, default=60)
    repeats = parser.parse_args().repeats
    rows = []
    for size in SIZES:
        generator = np.random.default_rng(size)
        draws = [one_draw(size, generator) for _ in range(repeats)]
        for metric in MAPS:
            found = [draw[metric] for draw in draws]
            target = float(np.mean([one for one, _, _ in found]))
            cells = [f"{size} games, {metric}", f"{100 * target:.1f}"]
            for which in (1, 2):
                ends = [one[which].ends or (0.0, 1.0) for one in found]
                held = np.mean([low <= target <= high for low, high in ends])
                width = np.mean([high - low for low, high in ends])
                cells.append(f"{100 * held:.0f} ({100 * width:.1f})")
            figures = np.array([one[1].value for one in found])
            cells.append(f"{100 * (figures.mean() - target):+.1f} ± {100 * figures.std():.1f}")
            rows.append(tuple(cells))
    columns = (
        "league of 3 classes",
        "on fresh games",
        "decoders kept",
        "decoders refitted",
        "error",
    )
    note = (
        f"share in % of {repeats} intervals that hold, nominal 95, and in brackets their mean "
        "width in points; error: mean and standard deviation of figure minus target, in points"
    )
    grid = Grid("Share of intervals that hold", columns, tuple(rows), note)
    page = f"{HEADING.format(fresh=FRESH)}\n{grid.markdown()}"
    (HERE / "fitted_intervals.md").write_text(page, encoding="utf-8")


if __name__ == "__main__":
    main()
