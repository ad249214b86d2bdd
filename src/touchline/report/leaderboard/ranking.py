"""The order of the leaderboard, which everything else follows."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from touchline.report.formatting import percent
from touchline.report.row import Row
from touchline.scores import LEAST_GAMES, STOPPED_EARLY, TIES, interval_sentence

KIND_MARKS = {
    "model": "",
    "control": "control",
    "baseline": "null baseline",
    "sound": "sound only",
    "annotator": "ceiling",
    "reference": "published",
}
"""What is written beside the name of a row that is not a model of the run."""

SHORT_MARKS = KIND_MARKS | {"baseline": "null"}
"""The same where there is little room; "null" is explained below the table."""

NULL_EXPLAINED = "null: a baseline that looks at nothing"

_UNRANKED = ("control", "annotator", "reference")


@dataclass(frozen=True, slots=True)
class Ranked:
    """A row and its place: "1", "2=" where the shown scores tie, "" where it has no place."""

    row: Row
    place: str


def ranked(rows: Sequence[Row]) -> list[Ranked]:
    """Rows by the metric of their task (see `Row.ranked_by`), best first, with places.

    Controls follow their model. Scores that are printed the same share a place. Published results
    were measured elsewhere, annotators are no models, controls are there to be compared with their
    own model, and unscored models have no score, so none of these gets a place; nor does a row
    scored on too few games for an interval, whose order says nothing about other games.

    >>> [r.place for r in ranked([Row(model="a", loose=0.1), Row(model="b", loose=0.1)])]
    ['1=', '1=']
    """
    order = _grouped(sorted(rows, key=_by_score))
    scores = [percent(r.score) for r in order if r.score is not None and _has_place(r)]
    ranking = []
    for row in order:
        place = ""
        if row.score is not None and _has_place(row):
            score = percent(row.score)
            place = f"{scores.index(score) + 1}{'=' if scores.count(score) > 1 else ''}"
        ranking.append(Ranked(row, place))
    return ranking


def _by_score(row: Row) -> tuple[bool, float, str]:
    return row.score is None, -(row.score or 0.0), row.model


def _grouped(order: Sequence[Row]) -> list[Row]:
    """The rows with each control after its model; those without their model come last."""
    models = {row.model for row in order if row.kind != "control"}
    controls: dict[str, list[Row]] = {}
    for row in order:
        if row.kind == "control":
            owner = row.control_of if row.control_of in models else ""
            controls.setdefault(owner, []).append(row)
    grouped = [
        one for row in order if row.kind != "control" for one in (row, *controls.pop(row.model, ()))
    ]
    return grouped + controls.get("", [])


def _has_place(row: Row) -> bool:
    few = row.games is not None and row.games < LEAST_GAMES
    return row.kind not in _UNRANKED and not few


def uncertainty_sentences(rows: Sequence[Row]) -> list[str]:
    """What is said below a leaderboard about absent classes, its intervals, few games and places.

    Nothing is said of rows whose number of games is unknown.
    """
    games = {row.games for row in rows if row.games is not None and row.score is not None}
    absent = {row.absent_classes for row in rows if row.absent_classes and row.loose is not None}
    said = [f"Average-mAP: {sentence}." for sentence in sorted(absent)]
    said += [interval_sentence(count) for count in sorted(games)]
    if games and max(games) >= LEAST_GAMES and any(row.stopped_early for row in rows):
        said.append(STOPPED_EARLY)
    return [*said, TIES] if games and max(games) >= LEAST_GAMES else said


def in_order(models: Iterable[str], rows: Sequence[Row]) -> list[str]:
    """Models in the order of the leaderboard; those that are not on it come last, by name."""
    places = {line.row.model: place for place, line in enumerate(ranked(rows))}
    return sorted(models, key=lambda model: places.get(model, len(places)))
