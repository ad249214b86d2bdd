"""What a run passes to its report: hits and published results."""

from touchline.games import Label
from touchline.runs.reporting.published import published
from touchline.runs.results.spot_hits import find_hits
from touchline.scores import align_events
from touchline.spots import Spot

LABELS = [Label(1, 10_000, "Goal"), Label(2, 10_000, "Foul")]


def test_each_spot_and_each_label_has_its_own_verdict() -> None:
    spots = [
        Spot(2, 10_500, "Foul", None, 0.4),
        Spot(1, 60_000, "Goal", None, 0.9),
        Spot(1, 10_000, "Header", None, 0.9),
        Spot(1, 9_000, "Goal", None, 0.2),
    ]
    games = {"a": (LABELS, spots), "b": (LABELS, []), "c": ([], spots[:1])}
    told = find_hits(games, align_events(games), 5.0)
    assert told.right == {"a": (True, False, False, True), "b": (), "c": (False,)}
    assert told.found == {"a": (True, True), "b": (False, False), "c": ()}


def test_published_results_stand_beside_soccernets_games_only() -> None:
    soccernet = "england_epl/2014-2015/2015-05-17 - 18-00 Manchester United 1 - 1 Arsenal"
    assert published(["demo_league/2025/a", soccernet], None) == ()
    rows = published([soccernet], None)
    assert {row.kind for row in rows} == {"reference"}
    assert all(row.source and "no comparison" in row.note for row in rows)
    assert all("no comparison" not in row.note for row in published([soccernet], "test"))
