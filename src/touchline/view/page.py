"""The viewer's one page: the report's timeline under a video."""

from collections.abc import Sequence
from typing import Any

from jinja2 import ChoiceLoader, Environment, PackageLoader

from touchline import __version__
from touchline.games import NO_TEAM, Task
from touchline.report import Look, Timeline, environment, half_payload, looks, visible
from touchline.runs import SpotHits
from touchline.view.viewed_run import ViewedHalf, ViewedRun

_REPORT, _VIEW = "touchline.report", "touchline.view"
FILES = {
    **dict.fromkeys(
        ("style.css", "theme.js", "marks.js", "draw.js", "timeline.js", "listing.js"), _REPORT
    ),
    **dict.fromkeys(
        (
            "view.css",
            "view.js",
            "moments.js",
            "keys.js",
            "steps.js",
            "claim.js",
            "frames.js",
            "panels.js",
            "labels.js",
            "review.js",
            "live.js",
        ),
        _VIEW,
    ),
}
"""Every file that the page loads, and the package that it belongs to."""

_NAME, _LONG_NAME = 120, 400


def page(run: ViewedRun) -> str:
    """The page's HTML. It holds the spots of all halves as data, and no script."""
    task = run.plan.task
    classes = _classes(run)
    timelines = run.timelines()
    return (
        _environment()
        .get_template("view.html.j2")
        .render(
            run=run,
            version=__version__,
            data={"timelines": timelines},
            classes=classes,
            nameable=[look.label for look in classes if look.label in task.classes],
            teams=_teams(task),
            judged=bool(run.results.games),
            config=_config(run, classes),
            halves=_payloads(run, timelines, classes),
        )
    )


def half_payloads(run: ViewedRun) -> list[dict[str, Any]]:
    """The data of every half, as the page holds them."""
    return _payloads(run, run.timelines(), _classes(run))


def _classes(run: ViewedRun) -> list[Look]:
    """The looks of the task's classes, and of those in the labels that are not among them."""
    known = {label.label for labels in run.labels.values() for label in labels}
    return looks({*run.plan.task.classes, *known}, run.plan.task)


def _payloads(
    run: ViewedRun, timelines: Sequence[Timeline], classes: list[Look]
) -> list[dict[str, Any]]:
    return [
        _payload(run, one, timeline, classes)
        for one, timeline in zip(run.halves, timelines, strict=True)
    ]


def _environment() -> Environment:
    reports = environment()
    reports.loader = ChoiceLoader([PackageLoader(_VIEW), PackageLoader(_REPORT)])
    return reports


def _payload(
    run: ViewedRun, one: ViewedHalf, timeline: Timeline, classes: list[Look]
) -> dict[str, Any]:
    """As the report's, and for each model which true events it found."""
    payload = half_payload(timeline, classes)
    game, number = one.half.game, one.half.number
    payload["found"] = [_found(run.hits[model], run, game, number) for model in run.models]
    return payload


def _found(hits: SpotHits, run: ViewedRun, game: str, half: int) -> list[int]:
    """In the order of time, as the truth is drawn."""
    labels = run.results.games.get(game, [])
    pairs = zip(labels, hits.found.get(game, ()), strict=True)
    here = [(label.position_ms, found) for label, found in pairs if label.half == half]
    return [int(found) for _, found in sorted(here, key=lambda pair: pair[0])]


def _config(run: ViewedRun, classes: list[Look]) -> dict[str, Any]:
    games, task = run.games, run.plan.task
    return {
        "annotator": run.annotator,
        "live": run.live,
        "replies": run.is_run,
        "models": [visible(model, _NAME) for model in run.models],
        "halves": [
            {
                "game": games.index(one.half.game),
                "number": one.half.number,
                "name": f"Half {one.half.number}: {visible(one.half.game, _LONG_NAME)}",
            }
            for one in run.halves
        ],
        "classes": [look.label for look in classes],
        "official": [_official_index(one.label, task) for one in classes],
        "teams": _teams(task),
    }


def _teams(task: Task) -> list[str]:
    """The teams that a label may have."""
    return [*task.teams, NO_TEAM]


def _official_index(label: str, task: Task) -> int | None:
    index = task.claim_class(label)
    return None if index < 0 else index
