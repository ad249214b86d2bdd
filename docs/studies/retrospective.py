"""Writes `retrospective.md`, the first scores of the retrospective's run.

    python docs/studies/retrospective.py [FOLDER]

FOLDER holds `alignment.json`, `raw/` and `labels/`; by default `../shared/qwen`.
"""

import sys
import textwrap
from pathlib import Path

from touchline.games import SOCCERNET_V2
from touchline.report.comparison_tables import pair_grids
from touchline.report.formatting import percent
from touchline.report.grids import Grid
from touchline.report.tables.score_tables import score_grids
from touchline.scores import (
    OFFICIAL_METRICS,
    Interval,
    compare_models,
    count_by_game,
    leave_one_out,
    score_sheet,
)
from touchline.scores.sheets.sheet import ExtendedMetrics, ScoreSheet
from touchline.spots.raw_replies import ImportedRun, import_run

HERE = Path(__file__).resolve().parent
STAMPS = {"start": "window start", "centre": "window centre (start + 1.5 s)"}

HEADING = """\
# The retrospective's run, scored

The retrospective of December 2025 ran Qwen2.5-VL-7B (4-bit, 15 frames of a 3 s window, every 2 s)
over English Premier League games and ended with "No ground truth evaluation". This page is that
evaluation, from the raw replies as they were saved. The replies and the labels are not part of
this repository; with them beside it, this page is made again by

```
python docs/studies/retrospective.py ../shared/qwen
```

and the same figures are printed, or given to programs with `--json`, by

```
touchline score --labels ../shared/qwen/labels --predictions ../shared/qwen --stamp centre
touchline score --labels ../shared/qwen/labels --predictions ../shared/qwen --stamp start
```
"""


def main() -> None:
    """Scores both stampings and writes the page."""
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else HERE.parents[2] / "shared" / "qwen"
    runs = {stamp: import_run(folder / "labels", folder, SOCCERNET_V2, stamp) for stamp in STAMPS}
    sheets = {stamp: _scored(run) for stamp, run in runs.items()}
    page = "\n".join(
        [
            HEADING,
            _what(runs["centre"]),
            _official(runs, sheets),
            _classes(runs["centre"], sheets["centre"]),
            _times(sheets["centre"]),
            _hallucination(sheets["centre"]),
            _calibration(sheets["centre"]),
            _errors(sheets["centre"]),
        ]
    )
    (HERE / "retrospective.md").write_text(page, encoding="utf-8")


def _scored(run: ImportedRun) -> ScoreSheet:
    return score_sheet(
        run.games,
        half_ms=run.half_ms,
        windows=(run.windows, run.nothing),
        watched_ms=run.watched_ms,
    )


def _beyond(sheet: ScoreSheet) -> ExtendedMetrics:
    if sheet.extended is None:
        raise RuntimeError("a sheet made in full has everything beyond")
    return sheet.extended


def _grid(sheet: ScoreSheet, title: str) -> str:
    return next(g for g in score_grids(sheet) if g.title.startswith(title)).markdown()


def _prose(text: str) -> str:
    """Paragraphs and list items, filled to the width of the page."""
    parts = [" ".join(part.split()) for part in text.strip().split("\n\n")]
    lines = [
        textwrap.fill(part, 100, subsequent_indent="  " if part.startswith("- ") else "")
        for part in parts
    ]
    return "\n\n".join(lines) + "\n"


def _what(run: ImportedRun) -> str:
    spots = sum(len(made) for _, made in run.games.values())
    truths = sum(len(labels) for labels, _ in run.games.values())
    replies = sum(run.outcomes.values())
    halves = sum(length > 0 for length in run.half_ms.values())
    dropped = ", ".join(f"{name} ({count})" for name, count in run.dropped.items())
    text = f"""
        {halves} halves of {len(run.games)} games have replies here: {replies:,} replies out of
        {run.windows:,} windows (the windows that answered "None" were not saved). Every claim of a
        class is one spot; nothing is merged or suppressed, and a claim without a confidence counts
        as certain. "Free-kick" is read as Indirect free-kick, the commoner of the two. Labels that
        are no class are dropped: {dropped}. That leaves {spots:,} spots against {truths:,} true
        events. Where only one half of a game has replies, the events of both count in the official
        figures, as in the official evaluator; all else counts what was watched. The labels are
        exact to 1 s and do not tell visible from unshown.

        An earlier evaluation of the same run gave 8.56 loose and 1.41 tight, stamped at the
        centre; it had 11 games and 21 halves, of which these are a part.
        """
    return f"## What was scored\n\n{_prose(text)}"


def _official(runs: dict[str, ImportedRun], sheets: dict[str, ScoreSheet]) -> str:
    rows = tuple(
        (
            name,
            *(_with_interval(_beyond(sheets[stamp]).intervals[name]) for stamp in STAMPS),
        )
        for name in OFFICIAL_METRICS
    )
    note = f"average-mAP in %. {_beyond(sheets['centre']).interval_sentence}"
    table = Grid("By stamp", ("metric", *STAMPS.values()), rows, note).markdown()
    tests = compare_models(
        {STAMPS[stamp]: leave_one_out(count_by_game(run.games)) for stamp, run in runs.items()}
    )
    text = """
        The package SoccerNet agrees with each of these figures to 1e-9
        (`tests/spots/test_raw_replies.py`).

        For scale, on the 100 test games of SoccerNet-v2: NetVLAD++ 53.4 loose and 11.5 tight, the
        best trained spotters 77.6 and 73.1, random spots at the true rates 1.6 and 0.16.
        """
    return f"## Official figures\n\n{table}\n{pair_grids(tests)[0].markdown()}\n{_prose(text)}"


def _with_interval(found: Interval) -> str:
    if found.ends is None:
        return percent(found.value)
    return f"{percent(found.value)} ({percent(found.ends[0])} to {percent(found.ends[1])})"


def _classes(run: ImportedRun, sheet: ScoreSheet) -> str:
    goals, impossible = sheet.rates.per_class["Goal"], _beyond(sheet).hallucination.impossible
    goal = next(i for i in impossible if i.label == "Goal")
    chance = _beyond(sheet).hallucination.chance_recall
    busiest = sorted(sheet.rates.per_class.items(), key=lambda item: -item[1].claims)[:2]
    share = sum(rate.claims for _, rate in busiest) / sheet.rates.micro.claims
    seconds = sum(run.half_ms.values()) / 1000
    loose = dict(zip(sheet.official.task.classes, sheet.official.loose.per_class, strict=True))
    text = f"""
        - Of {goals.claims} claims of a goal, {goals.true_positives} were goals: a precision of
        {percent(goals.precision)} %. They found {goals.true_positives} of the {goals.truths} true
        goals, where claims this dense would find {percent(chance["Goal"])} % by chance: the model
        does see goals, and then sees them everywhere. The final scores allow for {goal.possible}
        goals, so {goal.beyond} claims were impossible whatever their time.

        - {busiest[0][0]} and {busiest[1][0]} make up {percent(share)} % of all spots. The recall
        of {percent(busiest[0][1].recall)} % and {percent(busiest[1][1].recall)} % stands against
        {percent(chance[busiest[0][0]])} % and {percent(chance[busiest[1][0]])} % by chance.

        - One spot every {seconds / sheet.rates.micro.claims:.1f} s of video.

        - The retrospective's table of models (fouls 0.75 to 0.82, goals 0.90 to 0.92) cannot have
        been measured like this: this run has {percent(loose["Foul"])} for fouls and
        {percent(loose["Goal"])} for goals, loose, out of 100.
        """
    tables = (_grid(sheet, "Classes"), _grid(sheet, "Recall"), _prose(text), _grid(sheet, "Team"))
    return "## Class by class\n\n" + "\n".join(tables)


def _times(sheet: ScoreSheet) -> str:
    return f"## Time\n\n{_grid(sheet, 'Time errors')}\n{_grid(sheet, 'Temporal IoU')}"


def _hallucination(sheet: ScoreSheet) -> str:
    storms = _beyond(sheet).hallucination.storms
    text = f"""
        The "foul storm" that the retrospective wanted to filter is real: {percent(storms.share)} %
        of all spots stand in a run of one class with gaps that hardly ever occur between true
        events, and the longest such run has {storms.longest} spots of {storms.longest_label}.
        """
    return f"## Hallucination\n\n{_grid(sheet, 'Claims')}\n{_prose(text)}"


def _calibration(sheet: ScoreSheet) -> str:
    study = _beyond(sheet).calibration
    raw, fits = study.raw, study.fitted.values()
    moved = max(abs(fit.loose - raw.loose) for fit in fits)
    left = max(fit.d_ece or 0 for fit in fits)
    values = _beyond(sheet).hallucination.confidence_entropy.values
    text = f"""
        The mean confidence is {percent(raw.mean_confidence or 0)} %, the share that is right
        {percent(raw.precision or 0)} %: the confidences are no probabilities. There are only
        {values} different ones, so they order little. A fit on other games fixes the first and not
        the second: D-ECE falls to {percent(left)} % or less, while the loose average-mAP, which
        knows only the order, moves by at most {percent(moved)}.
        """
    tables = (_grid(sheet, "Calibration"), _prose(text), _grid(sheet, "F1 with"))
    return "## Confidence\n\n" + "\n".join(tables)


def _errors(sheet: ScoreSheet) -> str:
    best = max(_beyond(sheet).errors.kinds, key=lambda kind: kind.loose_gain)
    text = f"""
        The largest single gain, {100 * best.loose_gain:+.1f} loose, is in *{best.kind}*. With
        claims this dense there is one close to most events, under another name, so this says that
        the claims are many as much as that the names are wrong.
        """
    return f"## Errors explained\n\n{_grid(sheet, 'Errors')}\n{_prose(text)}"


if __name__ == "__main__":
    main()
