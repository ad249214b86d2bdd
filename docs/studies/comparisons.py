"""Writes `comparisons.md`: how often tests between two models err, and what they find.

    python docs/studies/comparisons.py [FOLDER] [--workers N]

FOLDER holds `labels_test.zip` and `predictions/`; by default `../shared/soccernet`. Takes about two
minutes on one core.
"""

import argparse
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from multiprocessing import get_context
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from touchline.games import Label, ProblemLog
from touchline.report.grids import Grid
from touchline.scores import GameCounts, PairTest, compare_models, count_by_game, leave_one_out
from touchline.scores.uncertainty.jackknife import interval_around
from touchline.scores.uncertainty.pooled_figures import pooled_figures
from touchline.spots import Spot
from touchline.spots.labels_and_spots import read_pairs

HERE = Path(__file__).resolve().parent
METRICS = ("loose", "tight")
SIZES = (8, 20)
REPEATS = 150
EXCHANGED_REPEATS = 60
FOUND_REPEATS = 60
STEPS = 50
TOP = 199
LOSSES = (0.1, 0.3)
CELLS: list[tuple[str, int, str | float]] = [
    *(("errors", size, scales) for size in SIZES for scales in ("equal", "unequal")),
    *(("old", 8, scales) for scales in ("equal", "unequal")),
    *(("found", size, loss) for size in SIZES for loss in LOSSES),
]

HEADING = """\
# Comparisons of two models

Pairs of models are made from the spots of the official baseline (NetVLAD) on the 100 test games
of SoccerNet-v2: each model keeps a share of the spots of each game, between 40 and 100 % and
another share in each game, at random. Games are drawn with replacement. In the first two tables
neither model is better: which of the two a game's spots belong to is drawn anew for each game.
Confidences are in 50 steps; on *unequal* scales the second model's lie in the upper half of the
range and the first model's in the lower, in the same order, which changes no figure of either
model.

```
python docs/studies/comparisons.py ../shared/soccernet
```

- *contributions exchanged* is the test of `touchline compare`: signs of each game's contribution to
  the difference (from leaving the game out) are exchanged. It does not depend on the scales.
- *spots exchanged* is what was used before: the two models' spots of a game change sides, and the
  pooled figures are computed again. On unequal scales it mixes two orders of confidence into one;
  with these models and so few draws no excess of rejections shows.
"""

Ints = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Side:
    """One model's counts of all games, with its confidences low and high in their range."""

    low: GameCounts
    high: GameCounts


MODELS: list[Side] = []
"""Filled before the processes that make rows begin."""


def main() -> None:
    """Simulates, and writes the page; each row has its own seed, whatever process makes it."""
    parser = argparse.ArgumentParser(description=__doc__)
    shared = HERE.parents[2] / "shared" / "soccernet"
    parser.add_argument("folder", nargs="?", type=Path, default=shared)
    parser.add_argument("--workers", type=int, default=1)
    options = parser.parse_args()
    MODELS.extend(_models(options.folder))
    with ProcessPoolExecutor(options.workers, get_context("fork")) as pool:
        rows = list(pool.map(_row, range(len(CELLS)), CELLS))
    tables: dict[str, list[tuple[str, ...]]] = {"errors": [], "old": [], "found": []}
    for (kind, _, _), row in zip(CELLS, rows, strict=True):
        tables[kind].append(row)
    _write(tables["errors"], tables["old"], tables["found"])


def _models(folder: Path) -> list[Side]:
    """Two models of which neither is better, and one for each loss."""
    games = read_pairs(
        folder / "labels_test.zip",
        folder / "predictions" / "real_NETVLAD_v2_test.zip",
        problems=ProblemLog(lenient=True),
    ).games
    generator = np.random.default_rng(0)
    return [_thinned(games, loss, generator) for loss in (0.0, 0.0, *LOSSES)]


def _row(seed: int, cell: tuple[str, int, str | float]) -> tuple[str, ...]:
    kind, size, what = cell
    generator = np.random.default_rng(seed)
    one, other, *worse = MODELS
    if kind == "found":
        model = worse[LOSSES.index(float(what))]
        name = f"{size} games, {100 * float(what):.0f} % fewer spots"
        return (name, *_found(one, model, size, generator))
    name, unequal = f"{size} games, {what} scales", what == "unequal"
    if kind == "old":
        return (name, *_old_errors(one, other, unequal, generator))
    return (name, *_errors(one, other, size, unequal, generator))


def _write(
    errors: list[tuple[str, ...]], old: list[tuple[str, ...]], found: list[tuple[str, ...]]
) -> None:
    held = tuple(f"{metric}, interval holds 0" for metric in METRICS)
    grids = [
        Grid(
            "Rejections where neither model is better, contributions exchanged",
            ("games", *METRICS, *held),
            tuple(errors),
            f"in %, of {REPEATS} draws, so 5 is known to ± 3.5; nominal 5, and "
            "95 for the intervals",
        ),
        Grid(
            "Rejections where neither model is better, spots exchanged",
            ("games", *METRICS),
            tuple(old),
            f"in %, of {EXCHANGED_REPEATS} draws, so 5 is known to ± 6",
        ),
        Grid(
            "Rejections where the second model is worse",
            (
                "games",
                *(f"{metric}: {what}" for metric in METRICS
                  for what in ("difference", "could show", "found, %")),
            ),
            tuple(found),
            "difference: of the two models on all 100 games, in points; could show: what "
            "`touchline power` says on average, the difference that is found in 80 %; found: of "
            f"{FOUND_REPEATS} draws",
        ),
    ]  # fmt: skip
    text = "\n".join([HEADING, *(grid.markdown() for grid in grids)])
    (HERE / "comparisons.md").write_text(text, encoding="utf-8")


def _thinned(
    games: dict[str, tuple[list[Label], list[Spot]]], loss: float, generator: np.random.Generator
) -> Side:
    """A model that keeps 40 to 100 % of each game's spots, and `loss` fewer of these."""
    kept = {}
    for game, (labels, spots) in games.items():
        share = generator.uniform(0.4, 1.0) * (1 - loss)
        mask = generator.uniform(size=len(spots)) < share
        kept[game] = (labels, [spot for spot, keep in zip(spots, mask, strict=True) if keep])
    return Side(_on_scale(kept, 0), _on_scale(kept, TOP - STEPS))


def _on_scale(games: dict[str, tuple[list[Label], list[Spot]]], first: int) -> GameCounts:
    """Counts with confidences in 50 steps from a threshold of the evaluator on."""
    moved = {
        game: (
            labels,
            [
                # A little above the threshold, so that rounding does not matter.
                spot._replace(confidence=(first + round(spot.confidence * STEPS) + 0.01) / TOP)
                for spot in spots
            ],
        )
        for game, (labels, spots) in games.items()
    }
    return count_by_game(moved, metrics=METRICS)


def _errors(
    one: Side, other: Side, size: int, unequal: bool, generator: np.random.Generator
) -> tuple[str, ...]:
    """Shares of significant differences, and of intervals that hold 0, by metric."""
    rejected, held = np.zeros(len(METRICS)), np.zeros(len(METRICS))
    for _ in range(REPEATS):
        tests, zero = _test(*_null_pair(one, other, size, unequal, generator))
        rejected += [test.p <= 0.05 for test in tests]
        held += zero
    return tuple(f"{100 * share:.1f}" for share in (*rejected / REPEATS, *held / REPEATS))


def _old_errors(
    one: Side, other: Side, unequal: bool, generator: np.random.Generator
) -> tuple[str, ...]:
    rejected = np.zeros(len(METRICS))
    for _ in range(EXCHANGED_REPEATS):
        first, second = _null_pair(one, other, 8, unequal, generator)
        rejected += [p <= 0.05 for p in _spots_exchanged(first, second)]
    return tuple(f"{100 * share:.1f}" for share in rejected / EXCHANGED_REPEATS)


def _found(one: Side, worse: Side, size: int, generator: np.random.Generator) -> tuple[str, ...]:
    rejected, least = np.zeros(len(METRICS)), np.zeros(len(METRICS))
    for _ in range(FOUND_REPEATS):
        index = generator.integers(0, len(one.low.games), size)
        tests, _ = _test(_chosen([one.low], index), _chosen([worse.low], index))
        rejected += [test.p <= 0.05 for test in tests]
        least += [test.least_difference or 0.0 for test in tests]
    everything = np.ones((1, len(one.low.games)))
    better, poorer = (pooled_figures(side.low, everything).overall for side in (one, worse))
    cells: list[str] = []
    for i, metric in enumerate(METRICS):
        difference = float(better[metric][0] - poorer[metric][0])
        cells += [f"{100 * x:.2f}" for x in (difference, least[i] / FOUND_REPEATS)]
        cells.append(f"{100 * rejected[i] / FOUND_REPEATS:.0f}")
    return tuple(cells)


def _null_pair(
    one: Side, other: Side, size: int, unequal: bool, generator: np.random.Generator
) -> tuple[GameCounts, GameCounts]:
    """Two models of which neither is better, on drawn games."""
    games = len(one.low.games)
    index = generator.integers(0, games, size)
    side = generator.integers(0, 2, size)
    first = _chosen([one.low, other.low], index + games * side)
    scale = [one.high, other.high] if unequal else [one.low, other.low]
    return first, _chosen(scale, index + games * (1 - side))


def _test(first: GameCounts, second: GameCounts) -> tuple[list[PairTest], list[bool]]:
    one, other = leave_one_out(first), leave_one_out(second)
    tests = compare_models({"first": one, "second": other}, metrics=METRICS)
    zero = []
    for metric in METRICS:
        ends = interval_around(
            one.figures[metric] - other.figures[metric],
            one.without[metric] - other.without[metric],
            lowest=-1.0,
        ).ends
        zero.append(ends is not None and ends[0] <= 0 <= ends[1])
    return tests, zero


def _chosen(counts: Sequence[GameCounts], index: Ints) -> GameCounts:
    """Games of several counts, numbered one after the other; one drawn twice counts as two."""
    first = counts[0]
    if len(counts) == 1:
        parts = {name: getattr(first, name)[index] for name in _BY_GAME}
    else:
        size = len(first.games)
        parts = {
            name: np.stack([getattr(counts[i // size], name)[i % size] for i in index.tolist()])
            for name in _BY_GAME
        }
    return replace(first, games=tuple(map(str, range(len(index)))), **parts)


_BY_GAME = ("truths", "claims", "true", "rates")


def _spots_exchanged(first: GameCounts, second: GameCounts) -> list[float]:
    """Exact p by exchanging whole games' spots, by metric."""
    games = len(first.games)
    swap = (np.arange(2**games)[:, None] >> np.arange(games)) & 1
    both = _chosen([first, second], np.arange(2 * games))
    one = pooled_figures(both, np.hstack([1 - swap, swap])).overall
    # The exchange with every bit inverted gives the other model.
    differences = {metric: one[metric] - one[metric][::-1] for metric in METRICS}
    return [
        float((np.abs(found) >= abs(found[0]) - 1e-12).mean()) for found in differences.values()
    ]


if __name__ == "__main__":
    main()
