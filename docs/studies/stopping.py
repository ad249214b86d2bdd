"""Writes `stopping.md`: how often safe stopping errs, and what it saves.

    python docs/studies/stopping.py [FOLDER]

FOLDER holds `labels_test.zip` and `predictions/`; by default `../shared/soccernet`. Takes about
two minutes on one core.
"""

import sys
from collections.abc import Mapping
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from touchline.games import Label, ProblemLog
from touchline.report.grids import Grid
from touchline.scores import evidence, game_figures
from touchline.scores.uncertainty.paired_tests import exchange_test
from touchline.spots import Spot
from touchline.spots.labels_and_spots import read_pairs

HERE = Path(__file__).resolve().parent
METRICS = ("loose", "tight")
SIZES = (20, 50, 100)
REPEATS = 2_000
PEEKING_REPEATS = 200
FIRST_LOOK = 6
"""Games from which exchanging signs can be significant."""

ALPHA = 0.05

HEADING = """\
# Stopping when the question is answered

A run with a `stopping:` section asks game by game in random order, and looks at the evidence after
every game ([benchmarks](../benchmarks.md#stopping-when-the-question-is-answered)). Looking so often
at an ordinary test makes it err far more often than it says; evidence by betting may be looked at
always. Models are made as in [comparisons](comparisons.md): each keeps a share of the official
baseline's (NetVLAD's) spots, between 40 and 100 % and another share in each of the 100 test games
of SoccerNet-v2.

```
python docs/studies/stopping.py ../shared/soccernet
```

- *neither better*: which of two such models a game's spots belong to is drawn anew for each game.
- *equal on average, skewed*: differences of the model that keeps 30 % fewer spots, moved so that
  their mean is 0. This is not quite what the test supposes, which is that either sign is as likely.
- *exchange test after every game*: the test of `touchline compare`, on the differences of games, at
  every game from the sixth on, ended at the first p of at most 0.05.
"""

Floats = NDArray[np.float64]
Games = Mapping[str, tuple[list[Label], list[Spot]]]


def main() -> None:
    """Simulates, and writes the page."""
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else HERE.parents[2] / "shared" / "soccernet"
    sets = {name: _read(folder, name) for name in ("real_NETVLAD_v2_test", "good_spotter",
                                                   "vlm_overdetector")}  # fmt: skip
    real = sets["real_NETVLAD_v2_test"]
    generator = np.random.default_rng(0)
    made = {name: _thinned(real, loss, generator) for name, loss in (
        ("one", 0.0), ("other", 0.0), ("10 % fewer", 0.1), ("30 % fewer", 0.3))}  # fmt: skip
    figures = {
        (name, metric): np.array(list(game_figures(games, metric=metric).values()))
        for name, games in (sets | made).items()
        for metric in METRICS
    }
    errors, found = [], []
    for metric in METRICS:
        of = {name: figures[name, metric] for name in (*sets, *made)}
        errors += _errors(metric, of, generator)
        found += _found(metric, of, generator)
    grids = [
        Grid(
            "False answers, in %",
            ("differences", *(f"up to {n} games" for n in SIZES)),
            tuple(errors),
            f"%, of {REPEATS:,} runs ({PEEKING_REPEATS} of the exchange test); nominal at most 5",
        ),
        Grid(
            "Answers where one model is better",
            (
                "models",
                "mean difference",
                "answered, %",
                "wrongly, %",
                "games asked, median",
                "mean",
                "saved, %",
            ),
            tuple(found),
            f"100 games, in {REPEATS:,} random orders; difference of the mean figure of a game, in "
            "points; saved: of the windows of both models, and of their price",
        ),
    ]
    page = "\n".join([HEADING, *(grid.markdown() for grid in grids)])
    (HERE / "stopping.md").write_text(page, encoding="utf-8")


def _errors(
    metric: str, of: Mapping[str, Floats], generator: np.random.Generator
) -> list[tuple[str, ...]]:
    equal = of["one"] - of["other"]
    skewed = of["one"] - of["30 % fewer"]
    skewed = skewed - skewed.mean()
    most = max(SIZES)
    rows = []
    for name, differences, signed in (
        ("neither better", equal, True),
        ("equal on average, skewed", skewed, False),
    ):
        crossed = np.array(
            [
                np.maximum.accumulate(evidence(_drawn(differences, most, signed, generator)))
                for _ in range(REPEATS)
            ]
        )
        cells = (f"{100 * (crossed[:, n - 1] >= 1 / ALPHA).mean():.1f}" for n in SIZES)
        rows.append((f"{metric}: {name}", *cells))
    looked = np.array(
        [_peeked(_drawn(equal, most, True, generator)) for _ in range(PEEKING_REPEATS)]
    )
    cells = (f"{100 * (looked <= n).mean():.1f}" for n in SIZES)
    rows.append((f"{metric}: neither better, exchange test after every game", *cells))
    return rows


def _drawn(differences: Floats, count: int, signed: bool, generator: np.random.Generator) -> Floats:
    """Games drawn with replacement, and with random signs."""
    drawn = generator.choice(differences, count)
    return drawn * generator.choice([-1.0, 1.0], count) if signed else drawn


def _peeked(differences: Floats) -> int:
    """After how many games the exchange test is significant for the first time."""
    for games in range(FIRST_LOOK, len(differences) + 1):
        if exchange_test(differences[:games, None], draws=1_000)[0] <= ALPHA:
            return games
    return len(differences) + 1


def _found(
    metric: str, of: Mapping[str, Floats], generator: np.random.Generator
) -> list[tuple[str, ...]]:
    rows = []
    for first, second in (
        ("one", "10 % fewer"),
        ("one", "30 % fewer"),
        ("good_spotter", "real_NETVLAD_v2_test"),
        ("vlm_overdetector", "real_NETVLAD_v2_test"),
    ):
        differences = of[first] - of[second]
        asked, answered, wrong = [], 0, 0
        for _ in range(REPEATS):
            order = generator.permutation(differences)
            there = np.flatnonzero(evidence(order) >= 1 / ALPHA)
            games = int(there[0]) + 1 if len(there) else len(order)
            asked.append(games)
            answered += bool(len(there))
            wrong += bool(len(there)) and order[:games].mean() * differences.mean() < 0
        mean = float(np.mean(asked))
        rows.append(
            (
                f"{metric}: {_name(first)} against {_name(second)}",
                f"{100 * differences.mean():.2f}",
                f"{100 * answered / REPEATS:.0f}",
                f"{100 * wrong / REPEATS:.1f}",
                f"{np.median(asked):.0f}",
                f"{mean:.0f}",
                f"{100 * (1 - mean / len(differences)):.0f}",
            )
        )
    return rows


def _name(name: str) -> str:
    return {
        "one": "NetVLAD, thinned",
        "10 % fewer": "with 10 % fewer spots",
        "30 % fewer": "with 30 % fewer spots",
        "good_spotter": "a good spotter",
        "vlm_overdetector": "an over-detector",
        "real_NETVLAD_v2_test": "NetVLAD",
    }[name]


def _read(folder: Path, name: str) -> Games:
    return read_pairs(
        folder / "labels_test.zip",
        folder / "predictions" / f"{name}.zip",
        problems=ProblemLog(lenient=True),
    ).games


def _thinned(games: Games, loss: float, generator: np.random.Generator) -> Games:
    """A model that keeps 40 to 100 % of each game's spots, and `loss` fewer of these."""
    kept = {}
    for game, (labels, spots) in games.items():
        share = generator.uniform(0.4, 1.0) * (1 - loss)
        mask = generator.uniform(size=len(spots)) < share
        kept[game] = (labels, [spot for spot, keep in zip(spots, mask, strict=True) if keep])
    return kept


if __name__ == "__main__":
    main()
