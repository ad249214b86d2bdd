"""Writes `comparisons.md`: how often tests between two models err, and what they find.

    python docs/studies/comparisons.py [FOLDER]

FOLDER holds `labels_test.zip` and `predictions/`; by default `../shared/soccernet`. Takes about two
minutes on one core.
"""

import sys
from collections.abc import Sequence
from dataclasses import dataclass, replace
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
SETS = {"NetVLAD": "real_NETVLAD_v2_test"}
METRICS = ("loose", "tight")
SIZES = (8, 20)
REPEATS = 200
EXCHANGED_REPEATS = 60
STEPS = 50
TOP = 199
LOSSES = (0.1, 0.3)

HEADING = """\
# Comparisons of two models

Pairs of models are made from one set of spots on the 100 test games of SoccerNet-v2: each model
keeps a share of the spots of each game, between 40 and 100 % and another share in each game, at
random. Games are drawn with replacement. In the first two tables neither model is better: which of
the two a game's spots belong to is drawn anew for each game. Confidences are in 50 steps; on
*unequal* scales the second model's lie in the upper half of the range and the first model's in the
lower, in the same order, which changes no figure of either model.

```
python docs/studies/comparisons.py ../shared/soccernet
```

- *contributions exchanged* is the test of `touchline compare`: signs of each game's contribution to
  the difference (from leaving the game out) are exchanged. It does not depend on the scales.
- *spots exchanged* is what was used before: the two models' spots of a game change sides, and the
  pooled figures are computed again. On unequal scales it mixes two orders of confidence into one,
  and rejects too often.
"""

Ints = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Side:
    """One model's counts of all games, with its confidences low and high in their range."""

    low: GameCounts
    high: GameCounts


def main() -> None:
    """Simulates, and writes the page."""
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else HERE.parents[2] / "shared" / "soccernet"
    errors: list[tuple[str, ...]] = []
    old: list[tuple[str, ...]] = []
    found: list[tuple[str, ...]] = []
    for name, file in SETS.items():
        games = read_pairs(
            folder / "labels_test.zip",
            folder / "predictions" / f"{file}.zip",
            problems=ProblemLog(lenient=True),
        )
        generator = np.random.default_rng(0)
        one, other = _thinned(games, 0.0, generator), _thinned(games, 0.0, generator)
        for scales in ("equal", "unequal"):
            for size in SIZES:
                row = _errors(one, other, size, scales == "unequal", generator)
                errors.append((f"{name}, {size} games, {scales} scales", *row))
                _write(errors, old, found)
            row = _old_errors(one, other, scales == "unequal", generator)
            old.append((f"{name}, 8 games, {scales} scales", *row))
        for loss in LOSSES:
            worse = _thinned(games, loss, generator)
            for size in SIZES:
                row = _found(one, worse, size, generator)
                found.append((f"{name}, {size} games, {100 * loss:.0f} % fewer spots", *row))
        _write(errors, old, found)


def _write(
    errors: list[tuple[str, ...]], old: list[tuple[str, ...]], found: list[tuple[str, ...]]
) -> None:
    held = tuple(f"{metric}, interval holds 0" for metric in METRICS)
    grids = [
        Grid(
            "Rejections where neither model is better, contributions exchanged",
            ("spots of", *METRICS, *held),
            tuple(errors),
            f"in %, of {REPEATS} draws, so 5 is known to ± 3; nominal 5, and 95 for the intervals",
        ),
        Grid(
            "Rejections where neither model is better, spots exchanged",
            ("spots of", *METRICS),
            tuple(old),
            f"in %, of {EXCHANGED_REPEATS} draws, so 5 is known to ± 6",
        ),
        Grid(
            "Rejections where the second model is worse",
            (
                "spots of",
                *(f"{metric}: {what}" for metric in METRICS
                  for what in ("difference", "could show", "found, %")),
            ),
            tuple(found),
            "difference: of the two models on all 100 games, in points; could show: what "
            "`touchline power` says on average, the difference that is found in 80 %; found: of "
            f"{REPEATS} draws",
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
                replace(spot, confidence=(first + round(spot.confidence * STEPS) + 0.01) / TOP)
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
    for _ in range(REPEATS):
        index = generator.integers(0, len(one.low.games), size)
        tests, _ = _test(_chosen([one.low], index), _chosen([worse.low], index))
        rejected += [test.p <= 0.05 for test in tests]
        least += [test.least_difference or 0.0 for test in tests]
    everything = np.ones((1, len(one.low.games)))
    better, poorer = (pooled_figures(side.low, everything).overall for side in (one, worse))
    cells: list[str] = []
    for i, metric in enumerate(METRICS):
        difference = float(better[metric][0] - poorer[metric][0])
        cells += [f"{100 * x:.2f}" for x in (difference, least[i] / REPEATS)]
        cells.append(f"{100 * rejected[i] / REPEATS:.0f}")
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
