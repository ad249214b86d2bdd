"""Writes `fitted_intervals.md`: intervals of decoded games, with and without refitting.

    python docs/studies/fitted_intervals.py

Takes some minutes on one core.
"""

import argparse
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np

from touchline.games import SOCCERNET_V2, Label
from touchline.report.grids import Grid
from touchline.runs.merging.held_out import decode_held_out, decode_refitted
from touchline.scores import (
    TOLERANCE_S,
    Interval,
    count_by_game,
    intervals,
    leave_one_out,
    leave_one_out_refitted,
    official_scores,
)
from touchline.spots import EventSignals, Spot, decode, signals_of_spots

HERE = Path(__file__).resolve().parent
TASK = replace(SOCCERNET_V2, classes=("Goal", "Foul", "Corner"))
EVENTS_A_HALF = (1.5, 5.0, 2.5)
HALF_MS = 900_000
REPEATS = {4: 40, 8: 40, 20: 40}
FRESH = 20
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
  without a game is nearly that of a run without it. Nothing is fitted a second time for this: a
  decoder without two folds is the decoder of all games, moved by what leaving out each of the two
  has moved it by. Of more than ten games, ten groups are left out, which are the folds, and the
  interval is made of these. This is the interval of such rows.
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


def one_draw(size: int, generator: np.random.Generator) -> dict[str, tuple[float, list[Interval]]]:
    """By metric: what decoders score on fresh games, and the intervals."""
    games: Games = {f"{i:02}": game(generator) for i in range(size)}
    signals = {name: halves for name, (halves, _) in games.items()}
    truth = {name: labels for name, (_, labels) in games.items()}
    decoded, decoders = decode_held_out(signals, truth, TASK)
    fresh = [game(generator) for _ in range(FRESH)]
    target = official_scores(
        {str(i): (labels, decode(halves, decoders[1])) for i, (halves, labels) in enumerate(fresh)},
        TASK,
        MAPS,
    )
    judged = {name: (truth[name], decoded[name]) for name in games}
    found = [intervals(leave_one_out(count_by_game(judged, TASK, MAPS)))]
    without = decode_refitted(signals, truth, decoders)
    found.append(intervals(leave_one_out_refitted(judged, without, TASK, TOLERANCE_S)))
    return {
        metric: (target.metrics[metric].a_map, [one[metric] for one in found]) for metric in MAPS
    }


def main() -> None:
    """Simulates, and writes the page."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sizes", type=int, nargs="*", default=list(REPEATS))
    rows = []
    for size in parser.parse_args().sizes:
        repeats = REPEATS[size]
        generator = np.random.default_rng(size)
        draws = [one_draw(size, generator) for _ in range(repeats)]
        for metric in MAPS:
            found = [draw[metric] for draw in draws]
            target = float(np.mean([one for one, _ in found]))
            cells = [f"{size} games ({repeats}), {metric}", f"{100 * target:.1f}"]
            for ways in zip(*(of_draw for _, of_draw in found), strict=True):
                ends = [one.ends or (0.0, 1.0) for one in ways]
                held = np.mean([low <= target <= high for low, high in ends])
                width = np.mean([high - low for low, high in ends])
                cells.append(f"{100 * held:.0f} ({100 * width:.1f})")
            figures = np.array([of_draw[0].value for _, of_draw in found])
            cells.append(f"{100 * (figures.mean() - target):+.1f} ± {100 * figures.std():.1f}")
            rows.append(tuple(cells))
            print(*cells, sep=" | ", flush=True)
    columns = (
        "league of 3 classes",
        "on fresh games",
        "decoders kept",
        "decoders refitted",
        "error",
    )
    note = (
        "share in % of intervals that hold, nominal 95, and in brackets their mean width in "
        "points; beside the games the number of draws, so with 40 of them 95 is known to ± 7; "
        "error: mean and standard deviation of figure minus target, in points"
    )
    grid = Grid("Share of intervals that hold", columns, tuple(rows), note)
    page = f"{HEADING.format(fresh=FRESH)}\n{grid.markdown()}"
    (HERE / "fitted_intervals.md").write_text(page, encoding="utf-8")


if __name__ == "__main__":
    main()
