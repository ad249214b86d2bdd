"""Writes the studies of the built-in model that are sweeps and controls.

    python docs/studies/demo_sweeps.py MATCHES FOLDER [sampling_grid] [adaptive_run] [controls]

MATCHES is the folder of the rendered matches, FOLDER the one for the runs. Both matches that the
built-in model was not trained on are asked. Without names, all pages are written: half an hour of
one core. A killed study is resumed by the same command.
"""

import sys
from collections.abc import Callable, Mapping, Sequence
from hashlib import sha256
from importlib import resources
from pathlib import Path

from minutes import NOTE, Games, draw_minutes, interval

from touchline.games import Task
from touchline.report.grids import Grid
from touchline.runs import RunResults, build_plan, load_run, parse_bench, run, run_status
from touchline.runs.merging.tune import figure_of
from touchline.scores import official_scores
from touchline.train.demo_model.training_settings import DEMO_MATCH, VALIDATION_MATCHES

HERE = Path(__file__).resolve().parent

BENCH = """\
data: {{root: {root}, games: {games}}}
models: {models}
{more}"""
SWEPT_SAMPLING = """\
sweep:
  sampling: {fps: [1.25, 2.5, 5], window: [4, 8], stride: [2, 4]}
"""
SWEPT_BUDGET = """\
sweep:
  sampling:
    adaptive:
      - {by: uniform, share: 0.25}
      - {by: motion, share: 0.25}
      - {by: shots, share: 0.25}
      - {by: sound, share: 0.25}
"""
CONTROLS = ("shuffled", "repeated", "text-only", "blank", "named", "masked", "deleted", "only")
BASELINES = ("baseline/clock", "baseline/comb", "baseline/random", "baseline/sound")
FREQUENT = 5
"""Classes with at least so many events in the two matches have a row of their own."""


def asked(folder: Path, matches: Path, models: Sequence[str], more: str = "") -> RunResults:
    """Runs models on the two matches that the built-in model was not trained on."""
    games = [f"*/{name}" for name in (DEMO_MATCH, *VALIDATION_MATCHES)]
    text = BENCH.format(
        root=repr(str(matches.resolve())), games=games, models=list(models), more=more
    )
    if not (folder / "scores.json").is_file():  # a finished run is not asked again
        plan = build_plan(parse_bench(text, str(folder), HERE), folder.name)
        run(plan, folder, lambda _what, _done, _total: None)
    return load_run(folder)


def sampling_grid(matches: Path, folder: Path) -> str:
    """How often, how long and how densely to look."""
    results = asked(folder, matches, ["demo"], SWEPT_SAMPLING)
    cells = [name for name in results.models if name.startswith("demo[")]
    own = next(
        name for name in cells if "fps=2.5" in name and "window=8" in name and "stride=2" in name
    )
    table = _table(results, cells, own, windows=_windows(folder), title="Score against cost")
    return "\n".join([table, _by_class(results, cells)])


def adaptive_run(matches: Path, folder: Path) -> str:
    """A quarter of the windows, chosen in different ways."""
    results = asked(folder, matches, ["demo"], SWEPT_BUDGET)
    cells = [name for name in results.models if name.startswith("demo[")]
    own = next(name for name in cells if "uniform" in name)
    rows = [*cells, "baseline/sound"]
    return _table(results, rows, own, windows=_windows(folder), title="A quarter of the windows")


def controls(matches: Path, folder: Path) -> str:
    """The same questions with frames changed or left out."""
    results = asked(folder, matches, ["demo", *(f"demo+{name}" for name in CONTROLS)])
    rows = ["demo", *(f"demo+{name}" for name in CONTROLS), *BASELINES]
    return _table(results, rows, "demo", windows=_windows(folder), title="Controls")


def _windows(folder: Path) -> dict[str, int]:
    """Windows of each row that were asked."""
    return {one.model: one.answered for one in run_status(folder)}


def _games(results: RunResults, model: str) -> Games:
    spots = results.models[model]
    return {game: (labels, spots.get(game, [])) for game, labels in results.games.items()}


def _table(
    results: RunResults, names: Sequence[str], own: str, windows: Mapping[str, int], title: str
) -> str:
    """Figures of rows, with intervals of tight and of its difference to one of the rows.

    Loose has none: it allows 30 s on either side of an event, too much for draws of minutes.
    """
    games = {name: _games(results, name) for name in names}
    figures = {name: figure_of(of, results.task) for name, of in games.items()}
    drawn = draw_minutes(games, lambda of: 100 * _tight(of, results.task))
    rows = [
        (
            name,
            f"{windows[name]:,}",
            f"{100 * figures[name].loose:.2f}",
            f"{100 * figures[name].tight:.2f}",
            interval(drawn[name]),
            "" if name == own else interval(drawn[name] - drawn[own]),
        )
        for name in sorted(names, key=lambda name: -figures[name].loose)
    ]
    columns = ("row", "windows", "loose", "tight", "interval of tight", f"tight minus {own}")
    note = f"Official average-mAP in %, of at most {_most(results):.2f}. {NOTE}"
    return Grid(title, columns, tuple(rows), note).markdown()


def _tight(games: Games, task: Task) -> float:
    return official_scores(games, task, ("tight",)).tight.a_map


def _most(results: RunResults) -> float:
    """The highest possible figure: classes without an event count as 0."""
    found = {one.label for of in results.games.values() for one in of}
    return 100 * len(found & set(results.task.classes)) / len(results.task.classes)


def _by_class(results: RunResults, names: Sequence[str]) -> str:
    """Loose average precision of frequent classes by frames a second, windows of 8 s every 2 s."""
    chosen = [name for name in names if "window=8" in name and "stride=2" in name]
    labels = [one.label for of in results.games.values() for one in of]
    rows = []
    for label in results.task.classes:
        if labels.count(label) < FREQUENT:
            continue
        figures = []
        for name in chosen:
            alone = {
                game: tuple([one for one in events if one.label == label] for events in pair)
                for game, pair in _games(results, name).items()
            }
            share = figure_of(alone, results.task).loose * len(results.task.classes)
            figures.append(f"{100 * share:.1f}")
        rows.append((label, str(labels.count(label)), *figures))
    note = (
        f"Loose average precision in %; classes with {FREQUENT} events or more in the two matches."
    )
    return Grid("By class", ("class", "events", *chosen), tuple(rows), note).markdown()


STUDIES: Mapping[str, Callable[[Path, Path], str]] = {
    "sampling_grid": sampling_grid,
    "adaptive_run": adaptive_run,
    "controls": controls,
}


def weights() -> str:
    """The first digits of the SHA-256 of the built-in model's weights."""
    file = resources.files("touchline") / "assets" / "models" / "demo" / "model.safetensors"
    return sha256(file.read_bytes()).hexdigest()[:12]


def main(matches: Path, folder: Path, names: Sequence[str]) -> None:
    """Runs studies and puts their tables into their pages, between the two markers."""
    for name in names or STUDIES:
        tables = STUDIES[name](matches, folder / name)
        page = HERE / f"{name}.md"
        begin, end = "<!-- tables -->", "<!-- end of tables -->"
        before, _, rest = page.read_text(encoding="utf-8").partition(begin)
        _, _, after = rest.partition(end)
        made = f"Weights of the built-in model: {weights()}.\n\n{tables}"
        page.write_text(f"{before}{begin}\n\n{made}\n{end}{after}", encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3:])
